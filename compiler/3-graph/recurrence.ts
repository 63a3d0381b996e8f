/**
 * States of a mixer. For many tokens the ops `boundaries`, `correction`, `scan_read` and `advance`; for one token plain arithmetic on the state
 * [B, axes…]: S' = decay · S + Σ writer · (Σ reader · S) + Σ key · value, a read being a product and a sum.
 */
import { bug } from "../../src/base/assert.js";
import { hasDim, tokenDim, type Node } from "../../src/graph/graph.js";
import type { State, TokenExpr } from "../../src/model/model.js";
import { dimsOf, multiply, namesOf, type Call } from "./call.js";
import { correctionsAsTerms, type Recurrence } from "./recurrence-operands.js";
import { hidePadding, keepAtPadding, oneAtPadding } from "./padding.js";

type Read = TokenExpr & { kind: "read" };

/** How a state is read, once what is written into it is known. */
type Reader = (query: Node, read: Read) => Node;

export class Recurrences {
  private readonly readers = new Map<State, Reader>();

  constructor(private readonly call: Call, private readonly node: (expr: TokenExpr) => Node) {}

  read(read: Read): Node {
    return this.reader(read.state)(this.node(read.query), read);
  }

  /** Makes the state's update, whether or not anything reads it. */
  advance(state: State): void {
    this.reader(state);
  }

  private reader(state: State): Reader {
    let reader = this.readers.get(state);
    if (!reader) {
      reader = this.call.within(state.span, state.name, () => (this.call.form === "decode" ? this.oneToken(state) : this.manyTokens(state)));
      this.readers.set(state, reader);
    }
    return reader;
  }

  private manyTokens(state: State): Reader {
    const { call } = this;
    const { emit } = call;
    const written = this.written(state);
    const corrected: Recurrence = {
      ...written,
      start: call.started ? call.state(state.name) : undefined,
      axes: dimsOf(state.axes),
    };
    const boundaries = emit.boundaries(corrected, call.batch.size, call.token.size);
    const found = written.corrections.map((_, i) => emit.correction(boundaries, corrected, i, call.token));
    const recurrence = correctionsAsTerms(corrected, found);
    if (call.started) call.update(state.name, emit.advance(boundaries, recurrence));
    return (query, { over, when }) => oneAtPadding(call, emit.scanRead(boundaries, recurrence, query, namesOf(over), when, call.token));
  }

  private oneToken(state: State): Reader {
    const { call } = this;
    const { emit } = call;
    const { decay, corrections, terms } = this.written(state);
    const old = call.state(state.name);
    // The state comes first in each product and sum, so that its dims keep their order.
    const kept = decay ? emit.multiply(old, this.withoutToken(decay)) : old;
    const found = corrections.map(({ writer, reader, over }) =>
      ({ key: writer, value: emit.reduce("sum", multiply(call, old, this.withoutToken(reader)), over) }));
    const now = [...found, ...terms].reduce((sum, t) => emit.add(sum, multiply(call, this.withoutToken(t.key), this.withoutToken(t.value))), kept);
    call.update(state.name, now);
    return (query, { over, when }) => {
      const product = multiply(call, this.withoutToken(query), when === "old" ? old : now);
      const summed = over.length > 0 ? emit.reduce("sum", product, namesOf(over)) : product;
      return emit.unsqueeze(summed, tokenDim, 1);
    };
  }

  private written(state: State): Pick<Required<Recurrence>, "corrections" | "terms"> & Pick<Recurrence, "decay"> {
    const { decay, corrections, terms } = state.normal ?? bug(`${state.name} has no normal form`);
    return {
      decay: decay && keepAtPadding(this.call, this.node(decay)),
      corrections: corrections.map((c) => {
        // The writer alone would do, were it not that 0 times what is not finite is not 0.
        const { key: writer, value: reader } = hidePadding(this.call, { key: this.node(c.writer), value: this.node(c.reader) });
        return { writer, reader, over: namesOf(c.over) };
      }),
      terms: terms.map((t) => hidePadding(this.call, { key: this.node(t.key), value: this.node(t.value) })),
    };
  }

  private withoutToken(node: Node): Node {
    return hasDim(node, tokenDim) ? this.call.emit.squeeze(node, tokenDim) : node;
  }
}
