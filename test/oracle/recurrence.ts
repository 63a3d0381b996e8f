/**
 * S_t = decay_t ∘ S_{t-1} + Σ_i writer_i ⊗ u_i + Σ_i key_i ⊗ value_i, walked token by token, or its reverse from the last token to the first.
 * The four ops differ only in where a walk starts and what is kept of it.
 */
import { recurrenceOperands, type CorrectionNodes } from "../../compiler/3-graph/recurrence-operands.js";
import { batchDim, chunkDim, tokenDim, type Node, type NodeOf } from "../../src/graph/graph.js";
import { elements, type Tensor } from "../helpers/tensors.js";
import { build, forEachPlace, namedDims, reader, sizesOf, sumOver, type NamedDim, type Symbols } from "./named.js";

type Recurrence = NodeOf<"boundaries"> | NodeOf<"advance"> | NodeOf<"scan_read"> | NodeOf<"correction">;
type Context = { readonly symbols: Symbols; readonly chunk: number };

export function boundaries(node: NodeOf<"boundaries">, inputs: readonly Tensor[], { symbols, chunk }: Context): Tensor {
  const walk = walker(node, inputs, symbols);
  const states: Float64Array[][] = [];
  for (let b = 0; b < walk.batch; b++) {
    const row: Float64Array[] = [];
    let state: Float64Array = walk.start(b);
    for (let i = 0; i < walk.chunks; i++) {
      const n = node.reverse ? walk.chunks - 1 - i : i;
      row[n] = state;
      for (const t of tokensOf(n, node, walk.tokens, chunk)) state = walk.step(state, b, t).after;
    }
    states.push(row);
  }
  return { shape: namedDims(node, symbols).map((d) => d.size), data: Float64Array.from(states.flat().flatMap((s) => [...s])) };
}

export function advance(node: NodeOf<"advance">, inputs: readonly Tensor[], { symbols, chunk }: Context): Tensor {
  const walk = walker(node, inputs, symbols);
  const last = walk.chunks - 1;
  const rows: number[] = [];
  for (let b = 0; b < walk.batch; b++) {
    let state: Float64Array = walk.boundary(b, last);
    for (const t of tokensOf(last, node, walk.tokens, chunk)) state = walk.step(state, b, t).after;
    rows.push(...state);
  }
  return { shape: namedDims(node, symbols).map((d) => d.size), data: Float64Array.from(rows) };
}

export function correction(node: NodeOf<"correction">, inputs: readonly Tensor[], { symbols, chunk }: Context): Tensor {
  const walk = walker(node, inputs, symbols);
  const rows: Float64Array[] = [];
  for (let b = 0; b < walk.batch; b++) {
    for (let n = 0; n < walk.chunks; n++) {
      let state: Float64Array = walk.boundary(b, n);
      for (const t of tokensOf(n, node, walk.tokens, chunk)) {
        const { after, read } = walk.step(state, b, t);
        rows[b * walk.tokens + t] = read[node.of]!;
        state = after;
      }
    }
  }
  return { shape: namedDims(node, symbols).map((d) => d.size), data: Float64Array.from(rows.flatMap((row) => [...row])) };
}

export function scanRead(node: NodeOf<"scan_read">, inputs: readonly Tensor[], { symbols, chunk }: Context): Tensor {
  const walk = walker(node, inputs, symbols);
  const query = recurrenceOperands(node).query!;
  const queryDims = namedDims(query, symbols);
  const dims = namedDims(node, symbols);
  // Result coordinates, then those summed over.
  const names = [...dims.map((d) => d.name), ...node.over];
  const overSizes = sizesOf(node.over, walk.axes);
  const queryAt = reader(inputs.at(-1)!, queryDims, names);

  // The state that each token reads.
  const seen = new Map<string, Float64Array>();
  for (let b = 0; b < walk.batch; b++) {
    for (let n = 0; n < walk.chunks; n++) {
      let state: Float64Array = walk.boundary(b, n);
      for (const t of tokensOf(n, node, walk.tokens, chunk)) {
        const { written, after } = walk.step(state, b, t);
        seen.set(`${b},${t}`, node.when === "new" ? written : state);
        state = after;
      }
    }
  }
  const place = (name: string): number => dims.findIndex((d) => d.name === name);
  return build(dims.map((d) => d.size), (at) => {
    const state = { shape: walk.axes.map((d) => d.size), data: seen.get(`${at[place(batchDim)] ?? 0},${at[place(tokenDim)]}`)! };
    const stateAt = reader(state, walk.axes, names);
    return sumOver(overSizes, (over) => queryAt(at, over) * stateAt(at, over));
  });
}

/** The tokens of chunk n in the order they are walked. */
function tokensOf(n: number, node: Recurrence, all: number, chunk: number): number[] {
  const from = n * chunk;
  const tokens = Array.from({ length: Math.min(chunk, all - from) }, (_, i) => from + i);
  return node.op !== "advance" && node.reverse ? tokens.reverse() : tokens;
}

/** The pieces of a walk: where it starts and how it steps. A state is the axes of one row, flat. */
function walker(node: Recurrence, inputs: readonly Tensor[], symbols: Symbols) {
  const operands = recurrenceOperands(node);
  const valueOf = (operand: Node): Tensor => inputs[node.inputs.indexOf(operand)]!;
  const axes = stateAxes(node, symbols);
  const sizes = axes.map((d) => d.size);
  const along = [batchDim, tokenDim, ...axes.map((d) => d.name)];
  const read = (operand: Node) => reader(valueOf(operand), namedDims(operand, symbols), along);
  const decayAt = operands.decay ? read(operands.decay) : () => 1;
  const terms = operands.terms.map((term) => ({ keyAt: read(term.key), valueAt: read(term.value) }));
  const reverse = node.op === "advance" ? undefined : node.reverse;
  const early = terms.length - (reverse?.late ?? 0);
  const corrections = operands.corrections.map((c) => ({ ...correctedRead(c, axes), readerAt: read(c.reader), writerAt: read(c.writer) }));
  const batch = namedDims(node, symbols).find((d) => d.name === batchDim)?.size ?? 1;
  const slice = (from: number): Float64Array => Float64Array.from({ length: elements(sizes) }, (_, i) => valueOf(operands.first!).data[from + i]!);
  return {
    axes,
    batch,
    ...lengthOf(node, symbols),
    start: (b: number): Float64Array => (operands.first ? slice(b * elements(sizes)) : new Float64Array(elements(sizes))),
    boundary: (b: number, n: number): Float64Array => slice((b * lengthOf(node, symbols).chunks + n) * elements(sizes)),
    /** `written` is what the token's own terms are in; `after` goes on to the next token of the walk; `read` is u of each correction. */
    step(before: Float64Array, b: number, t: number): { written: Float64Array; after: Float64Array; read: Float64Array[] } {
      const added = (state: number, at: readonly number[], some: typeof terms): number =>
        some.reduce((sum, { keyAt, valueAt }) => sum + keyAt([b, t], at) * valueAt([b, t], at), state);
      const readFrom = (state: Float64Array): Float64Array[] => corrections.map(({ size, place, readerAt }) => {
        const u = new Float64Array(size);
        forEachPlace(sizes, (at, i) => {
          u[place(at)]! += readerAt([b, t], at) * state[i]!;
        });
        return u;
      });
      const corrected = (state: number, at: readonly number[], u: readonly Float64Array[]): number =>
        corrections.reduce((sum, { place, writerAt }, i) => sum + writerAt([b, t], at) * u[i]![place(at)]!, state);
      if (!reverse) {
        const read = readFrom(before);
        const written = filled(sizes, (at, i) => corrected(added(decayAt([b, t], at) * before[i]!, at, terms), at, read));
        return { written, after: written, read };
      }
      const written = filled(sizes, (at, i) => added(before[i]!, at, terms.slice(0, early)));
      const read = readFrom(written);
      const after = filled(sizes, (at, i) => corrected(added(decayAt([b, t], at) * written[i]!, at, terms.slice(early)), at, read));
      return { written, after, read };
    },
  };
}

/** How many numbers u has, and which of them belongs to a place of the state. */
function correctedRead({ over }: CorrectionNodes, axes: readonly NamedDim[]): { size: number; place: (at: readonly number[]) => number } {
  const kept = axes.map((d, i) => ({ ...d, i })).filter((d) => !over.includes(d.name));
  return { size: elements(kept.map((d) => d.size)), place: (at) => kept.reduce((index, d) => index * d.size + at[d.i]!, 0) };
}

function filled(sizes: readonly number[], make: (at: readonly number[], index: number) => number): Float64Array {
  const data = new Float64Array(elements(sizes));
  forEachPlace(sizes, (at, i) => {
    data[i] = make(at, i);
  });
  return data;
}

/** The state's axes, without batch and chunk. */
function stateAxes(node: Recurrence, symbols: Symbols): NamedDim[] {
  return namedDims(carrierOf(node), symbols).filter((d) => d.name !== batchDim && d.name !== chunkDim);
}

/** Chunks and tokens: of the call, or of the source texts. */
function lengthOf(node: Recurrence, symbols: Symbols): { chunks: number; tokens: number } {
  const ofSource = carrierOf(node).dims.find((d) => d.name === chunkDim)!.size === "M";
  return ofSource ? { chunks: symbols.M, tokens: symbols.E } : { chunks: symbols.N, tokens: symbols.T };
}

/** What has the states before the chunks. */
function carrierOf(node: Recurrence): Node {
  return node.op === "boundaries" ? node : node.inputs[0]!;
}
