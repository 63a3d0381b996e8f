/**
 * Recurrences with corrections, token by token: right for any decay and any axes. What a chunk does to the state that comes into it is no product by
 * numbers any more, so that chunks follow one another; only when the state before each is known do they walk side by side.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { byToken, correctionsOf, operandsOf, padTokens, reverseOf, tokensBetween, type Operands, type Reverse, type Term } from "./chunks.js";
import { broadcastTo, tidied, type TensorMaker } from "./kernel.js";

export const correctionSteps = {
  corrected_boundaries_by_step: tidied((attrs) => {
    const [chunk, started, reverse, overs] = [attrs.number("chunk"), attrs.flag("started"), reverseOf(attrs), correctionsOf(attrs)];
    const [read, sizes] = [operandsOf(attrs, started), attrs.numbers("sizes")];
    return (inputs, { B, T, N }) => {
      const operands = read(inputs);
      let state = operands.first ? broadcastTo(operands.first, [B, ...sizes]) : tf.zeros([B, ...sizes]);
      if (N === 1) return tf.expandDims(state, 1);
      // A forward walk ends before the last chunk, a reverse one behind the first.
      const [from, to] = reverse ? [chunk, T] : [0, (N - 1) * chunk];
      const walk = walkOf(operands, overs, (x) => tokensBetween(x, T, from, to), B, 1, to - from, reverse);
      const states: Tensor[] = [];
      if (reverse) states[N - 1] = state;
      else states[0] = state;
      let kept = true;
      for (const j of walk.order) {
        const before = state;
        state = tf.tidy(() => walk.step(before, j).after);
        const t = from + j;
        const n = reverse ? (t % chunk === 0 ? t / chunk - 1 : -1) : (t + 1) % chunk === 0 ? (t + 1) / chunk : -1;
        if (!kept) before.dispose();
        if ((kept = n >= 0)) states[n] = state;
      }
      return tf.stack(states, 1);
    };
  }),
  correction_by_step: tidied((attrs) => {
    const [chunk, of, reverse, overs, read] = [attrs.number("chunk"), attrs.number("of"), reverseOf(attrs), correctionsOf(attrs), operandsOf(attrs, true)];
    return (inputs, { B, T, N }) => {
      const operands = read(inputs);
      const sizes = operands.first!.shape.slice(2);
      const rest = sizes.filter((_, i) => !overs[of]!.includes(i));
      const c = Math.min(chunk, T);
      const walk = walkOf(operands, overs, (x, padding) => padTokens(x, T, N * c, padding), B, N, c, reverse);
      let state: Tensor = tf.reshape(operands.first!, [B * N, ...sizes]);
      const found: Tensor[] = [];
      for (const j of walk.order) {
        const before = state;
        const { after, read: u } = tf.tidy(() => {
          const { after, read } = walk.step(before, j);
          return { after, read: tf.reshape(read[of]!, [B * N, -1]) };
        });
        before.dispose();
        [state, found[j]] = [after, u];
      }
      const ordered = tf.reshape(tf.stack(found, 1), [B, N * c, ...rest]);
      return N * c === T ? ordered : tf.slice(ordered, [0, 0], [-1, T]);
    };
  }),
} satisfies Record<string, TensorMaker>;

interface Walk {
  /** Tokens of a chunk as they are walked. */
  readonly order: readonly number[];
  /** The state after the j-th token, and what each correction has read of it, with size 1 along the axes read over. */
  step(state: Tensor, j: number): { readonly after: Tensor; readonly read: readonly Tensor[] };
}

/** A walk through n chunks of c tokens at once; `cut` takes their tokens, and pads decays with 1, all else with 0. */
function walkOf(
  operands: Operands, overs: readonly (readonly number[])[], cut: (x: Tensor, padding: 0 | 1) => Tensor, B: number, n: number, c: number, reverse: Reverse | undefined,
): Walk {
  const tokensOf = (x: Tensor, padding: 0 | 1): Tensor[] => byToken(cut(x, padding), B, n, c);
  const adding = (terms: readonly Term[]): ((state: Tensor, j: number) => Tensor) => {
    const tokens = terms.map((t) => ({ key: tokensOf(t.key, 0), value: tokensOf(t.value, 0) }));
    return (state, j) => tokens.reduce((sum, { key, value }) => tf.add(sum, tf.mul(key[j]!, value[j]!)), state);
  };
  const { terms } = operands;
  // All terms of a forward recurrence come behind the decay, and a correction reads what they have not reached.
  const late = reverse ? reverse.late : terms.length;
  const [early, behind] = [adding(terms.slice(0, terms.length - late)), adding(terms.slice(terms.length - late))];
  const decay = operands.decay && tokensOf(operands.decay, 1);
  const corrections = operands.corrections.map(({ writer, reader }, i) => ({
    writer: tokensOf(writer, 0), reader: tokensOf(reader, 0), axes: overs[i]!.map((axis) => axis + 1),
  }));
  return {
    order: Array.from({ length: c }, (_, j) => (reverse ? c - 1 - j : j)),
    step(state, j) {
      const seen = early(state, j);
      const read = corrections.map(({ reader, axes }) => {
        const product = tf.mul(seen, reader[j]!);
        return axes.length > 0 ? tf.sum(product, axes, true) : product;
      });
      const kept = behind(decay ? tf.mul(seen, decay[j]!) : seen, j);
      return { after: corrections.reduce((sum, { writer }, i) => tf.add(sum, tf.mul(writer[j]!, read[i]!)), kept), read };
    },
  };
}
