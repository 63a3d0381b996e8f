/** What one token computes, for all tokens at once: an expression becomes nodes with the dims [B, T, axes…], or [axes…] when no token is in it. */
import { bug } from "../../src/base/assert.js";
import type { Node } from "../../src/graph/graph.js";
import type { TokenExpr } from "../../src/model/model.js";
import { dimsOf, multiply, namesOf, type Call } from "./call.js";
import { linear } from "./linear.js";
import { layerNorm, logsumexp, mean, rmsNorm, softmax } from "./normalize.js";
import { rotate } from "./rotary.js";

type Kind<K extends TokenExpr["kind"]> = TokenExpr & { kind: K };

/** What reaches beyond the token; `mixer.ts` knows. */
export interface Beyond {
  read(expr: Kind<"read">): Node;
  attend(expr: Kind<"attend">): Node;
  convolve(expr: Kind<"convolve">, argument: Node): Node;
}

export class Expressions {
  private readonly made = new Map<TokenExpr, Node>();

  /** `x` is the sublayer's input [B, T, width], `place` its name. */
  constructor(private readonly call: Call, private readonly x: Node, private readonly place: string, private readonly beyond: Beyond) {}

  /** A shared expression is one node. */
  node(expr: TokenExpr): Node {
    const known = this.made.get(expr);
    if (known) return known;
    const label = expr.label === undefined ? undefined : `${this.place}.${expr.label}`;
    const node = this.call.within(expr.span, label, () => this.make(expr));
    this.made.set(expr, node);
    return node;
  }

  private make(expr: TokenExpr): Node {
    const { call } = this;
    const { emit } = call;
    switch (expr.kind) {
      case "number":
        return call.scalar(expr.value);
      case "input":
        return this.x;
      case "position":
        return call.once("position f32", () => emit.unary("to_f32", call.position()));
      case "count":
        return call.once("count f32", () => emit.unary("to_f32", call.countFromOne()));
      case "index":
        return emit.iota({ name: expr.axis.name, size: expr.axis.size });
      case "parameter":
        return call.parameter(expr.parameter, dimsOf(expr.axes));
      case "unary":
        return emit.unary(expr.fn, this.node(expr.argument));
      case "binary": {
        const [left, right] = [this.node(expr.left), this.node(expr.right)];
        return expr.fn === "multiply" ? multiply(call, left, right) : emit.binary(expr.fn, left, right);
      }
      case "reduce":
        return this.reduce(expr, this.node(expr.argument));
      case "softmax":
        return softmax(call, this.node(expr.argument), expr.over);
      case "norm": {
        const x = this.node(expr.argument);
        return expr.shift ? layerNorm(call, x, expr.over, { weight: expr.scale, bias: expr.shift }) : rmsNorm(call, x, expr.over, expr.scale);
      }
      case "linear":
        return linear(call, this.node(expr.argument), expr, expr);
      case "rotary":
        return rotate(call, this.node(expr.argument), expr.axis);
      case "convolve":
        return this.beyond.convolve(expr, this.node(expr.argument));
      case "dropout":
        return call.dropout(this.node(expr.argument), call.model.attentionDropout);
      case "read":
        return this.beyond.read(expr);
      case "attend":
        return this.beyond.attend(expr);
      case "state":
      case "cache":
        return bug(`a raw use of a ${expr.kind} after derivation`);
    }
  }

  private reduce(expr: Kind<"reduce">, x: Node): Node {
    switch (expr.fn) {
      case "sum":
      case "max":
        return this.call.emit.reduce(expr.fn, x, namesOf(expr.over));
      case "mean":
        return mean(this.call, x, expr.over);
      case "logsumexp":
        return logsumexp(this.call, x, expr.over);
    }
  }
}
