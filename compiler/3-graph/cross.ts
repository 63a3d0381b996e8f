/** A cross mixer at one place of a decoder: x [B, T, width] to its `out`. What it has written is of the source texts, what reads it of the tokens. */
import { bug } from "../../src/base/assert.js";
import type { Node } from "../../src/graph/graph.js";
import type { MixerInstance } from "../../src/model/model.js";
import { attendTo } from "./attention.js";
import type { Call } from "./call.js";
import { convolve } from "./convolution.js";
import { Expressions } from "./expressions.js";
import { readOf } from "./whole.js";

export function mixAcross(call: Call, mixer: MixerInstance, x: Node, place: string): Node {
  const { source } = call;
  const written = source.of(place);
  const expressions: Expressions = new Expressions(call, place, {
    input: ({ name }) => (name === "x" ? x : bug(`${place} reads a token of the source`)),
    count: () => call.once("source count", () => call.emit.unary("to_f32", source.count())),
    read: (expr) => readOf(call, expressions.node(expr.query), written.state(expr.state), expr),
    attend: (expr) => attendTo(call, expr, expressions.node(expr.query), { ...written, valid: () => source.valid(), whole: true }),
    convolve: (expr, argument) => convolve(call, expr, argument),
    dropout: (_, argument) => call.dropout(argument, call.model.attentionDropout),
  });
  return expressions.node(mixer.out);
}
