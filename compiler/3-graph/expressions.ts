/** What one token computes, for all tokens at once: an expression becomes nodes with the dims [B, T, axes…], or [axes…] when no token is in it. */
import { bug } from "../../src/base/assert.js";
import type { Node } from "../../src/graph/graph.js";
import type { TokenExpr } from "../../src/model/model.js";
import { dimsOf, multiply, namesOf, type Scope } from "./call.js";
import { linear } from "./linear.js";
import { layerNorm, logsumexp, mean, rmsNorm, softmax } from "./normalize.js";
import { rotate } from "./rotary.js";

type Kind<K extends TokenExpr["kind"]> = TokenExpr & { kind: K };

/** What is more than arithmetic on the token's own values; `mixer.ts` knows, and `walk.ts` for the body of a scan. */
export interface Beyond {
  /** The node of an expression that is made elsewhere. */
  known?(expr: TokenExpr): Node | undefined;
  input(expr: Kind<"input">): Node;
  /** Absent: there are none that are walked. */
  state?(expr: Kind<"state">): Node;
  dropout(expr: Kind<"dropout">, argument: Node): Node;
  read(expr: Kind<"read">): Node;
  attend(expr: Kind<"attend">): Node;
  convolve(expr: Kind<"convolve">, argument: Node): Node;
  /** Absent: counted up to the token. */
  count?(): Node;
  both?(expr: Kind<"both">): Node;
}

export class Expressions {
  private readonly made = new Map<TokenExpr, Node>();

  /** `place` is the sublayer's name. */
  constructor(private readonly scope: Scope, private readonly place: string, private readonly beyond: Beyond) {}

  /** A shared expression is one node. */
  node(expr: TokenExpr): Node {
    const known = this.made.get(expr) ?? this.beyond.known?.(expr);
    if (known) return known;
    const label = expr.label === undefined ? undefined : `${this.place}.${expr.label}`;
    const node = this.scope.within(expr.span, label, () => this.make(expr));
    this.made.set(expr, node);
    return node;
  }

  private make(expr: TokenExpr): Node {
    const { scope } = this;
    const { emit } = scope;
    switch (expr.kind) {
      case "number":
        return scope.scalar(expr.value);
      case "input":
        return this.beyond.input(expr);
      case "position":
        return scope.ofCall((call) => call.once("position f32", () => call.emit.unary("to_f32", call.position())));
      case "count":
        return this.beyond.count?.() ?? scope.ofCall((call) => call.once("count f32", () => call.emit.unary("to_f32", call.countFromOne())));
      case "index":
        return emit.iota({ name: expr.axis.name, size: expr.axis.size });
      case "parameter":
        return scope.parameter(expr.parameter, dimsOf(expr.axes));
      case "at":
        return scope.ofCall((call) => call.emit.gather(call.parameter(expr.parameter, dimsOf(expr.stored)), call.position(), expr.axis.name));
      case "both":
        return this.beyond.both?.(expr) ?? bug("two directions inside a walk");
      case "unary":
        return emit.unary(expr.fn, this.node(expr.argument));
      case "binary": {
        const [left, right] = [this.node(expr.left), this.node(expr.right)];
        return expr.fn === "multiply" ? multiply(scope, left, right) : emit.binary(expr.fn, left, right);
      }
      case "reduce":
        return this.reduce(expr, this.node(expr.argument));
      case "softmax":
        return softmax(scope, this.node(expr.argument), expr.over);
      case "norm": {
        const x = this.node(expr.argument);
        return expr.shift ? layerNorm(scope, x, expr.over, { weight: expr.scale, bias: expr.shift }) : rmsNorm(scope, x, expr.over, expr.scale);
      }
      case "linear":
        return linear(scope, this.node(expr.argument), expr, expr);
      case "rotary":
        return rotate(scope, this.node(expr.argument), expr.axis);
      case "convolve":
        return this.beyond.convolve(expr, this.node(expr.argument));
      case "dropout":
        return this.beyond.dropout(expr, this.node(expr.argument));
      case "read":
        return this.beyond.read(expr);
      case "attend":
        return this.beyond.attend(expr);
      case "state":
        return this.beyond.state?.(expr) ?? bug(`a raw use of ${expr.state.name} after derivation`);
      case "cache":
        return bug("a raw use of a cache after derivation");
    }
  }

  private reduce(expr: Kind<"reduce">, x: Node): Node {
    switch (expr.fn) {
      case "sum":
      case "max":
        return this.scope.emit.reduce(expr.fn, x, namesOf(expr.over));
      case "mean":
        return mean(this.scope, x, expr.over);
      case "logsumexp":
        return logsumexp(this.scope, x, expr.over);
    }
  }
}
