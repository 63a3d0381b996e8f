/**
 * The encoder's side. States of a mixer that reads a whole text: what they are after all tokens, [B, axes…], which every token then asks; and
 * the entry `encode`, all of an encoder's layers.
 */
import { bug } from "../../src/base/assert.js";
import type { Node } from "../../src/graph/graph.js";
import type { Encoder, State, TokenExpr } from "../../src/model/model.js";
import { dimsOf, multiply, namesOf, type Call } from "./call.js";
import { layerNorm } from "./normalize.js";
import { hidePadding } from "./padding.js";
import type { Recurrence } from "./recurrence-operands.js";
import { layersOf, type Seen } from "./stack.js";

type Read = TokenExpr & { kind: "read" };

export class WholeStates {
  private readonly made = new Map<State, Node>();

  constructor(private readonly call: Call, private readonly node: (expr: TokenExpr) => Node) {}

  read({ state, query, over, when }: Read): Node {
    if (when === "old") bug(`a previous value of ${state.name}, which has none`);
    const { call } = this;
    const product = multiply(call, this.node(query), this.after(state));
    return call.perToken(over.length > 0 ? call.emit.reduce("sum", product, namesOf(over)) : product);
  }

  /** The state after all tokens. */
  private after(state: State): Node {
    let made = this.made.get(state);
    if (!made) {
      made = this.call.within(state.span, state.name, () => this.sum(state));
      this.made.set(state, made);
    }
    return made;
  }

  private sum(state: State): Node {
    const { call } = this;
    const { class: recurrence, terms } = state.normal ?? bug(`${state.name} has no normal form`);
    if (recurrence !== "additive") bug(`${state.name} depends on the order of the tokens`);
    const whole: Recurrence = {
      terms: terms.map((t) => hidePadding(call, { key: this.node(t.key), value: this.node(t.value) })),
      axes: dimsOf(state.axes),
    };
    return call.emit.advance(call.emit.boundaries(whole, call.batch.size, call.token.size), whole);
  }
}

/** [B, T, width] */
export function encoded(call: Call, encoder: Encoder, seen?: Seen): Node {
  const x = layersOf(call, encoder.layers, seen);
  const { finalNorm } = encoder;
  const width = [{ name: "width", size: call.model.width }];
  return finalNorm ? call.within(call.model.span, "encoder.norm", () => layerNorm(call, x, width, finalNorm)) : x;
}
