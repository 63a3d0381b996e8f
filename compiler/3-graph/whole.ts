/** States of a mixer that reads a whole text: what they are after all its tokens, [B, axes…], whichever comes first. */
import { bug } from "../../src/base/assert.js";
import type { Node } from "../../src/graph/graph.js";
import type { State, TokenExpr } from "../../src/model/model.js";
import { dimsOf, multiply, namesOf, type Call } from "./call.js";
import { hidePadding } from "./padding.js";
import type { Recurrence } from "./recurrence-operands.js";

type Read = TokenExpr & { kind: "read" };

export class WholeStates {
  private readonly made = new Map<State, Node>();

  constructor(private readonly call: Call, private readonly node: (expr: TokenExpr) => Node) {}

  read(read: Read): Node {
    const { call } = this;
    return call.perToken(readOf(call, this.node(read.query), this.after(read.state), read));
  }

  /** The state after all tokens. */
  after(state: State): Node {
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

/** Σ_over query · state, where the state is the same for every token. */
export function readOf(call: Call, query: Node, after: Node, { state, over, when }: Read): Node {
  if (when === "old") bug(`a previous value of ${state.name}, which has none`);
  const product = multiply(call, query, after);
  return over.length > 0 ? call.emit.reduce("sum", product, namesOf(over)) : product;
}
