/** The ops that know about time but have no recurrence: count, convolve, attention, append, last, sample. */
import { batchDim, timeDim, tokenDim, type NodeOf } from "../../src/graph/graph.js";
import { elements, type Tensor } from "../helpers/tensors.js";
import { build, forEachPlace, namedDims, reader, sizesOf, sumOver, type NamedDim, type Symbols } from "./named.js";
import { drawRow } from "./draw.js";

export function count(node: NodeOf<"count">, inputs: readonly Tensor[], symbols: Symbols): Tensor {
  const [batch, time] = namedDims(node, symbols).map((d) => d.size) as [number, number];
  const mask = node.masked ? inputs[1] : undefined;
  const start = node.started ? inputs.at(-1) : undefined;
  const data = new Float64Array(batch * time);
  for (let b = 0; b < batch; b++) {
    let reached = start ? start.data[b]! : 0;
    for (let t = 0; t < time; t++) {
      reached += mask ? mask.data[b * time + t]! : 1;
      data[b * time + t] = reached;
    }
  }
  return { shape: [batch, time], data };
}

/** [B, T, axes…] as rows of tokens: real(b, t) and the axes of a token, flat. */
function tokensOf(x: Tensor, mask: Tensor | undefined) {
  const [batch, time] = x.shape as [number, number];
  const width = elements(x.shape.slice(2));
  return {
    batch, time, width,
    real: (b: number, t: number): boolean => !mask || mask.data[b * time + t] !== 0,
    token: (b: number, t: number): number[] => Array.from({ length: width }, (_, i) => x.data[(b * time + t) * width + i]!),
  };
}

/** The size-1 tokens before the first, oldest first. */
function historyOf(state: Tensor | undefined, b: number, kept: number, width: number): number[][] {
  return Array.from({ length: kept }, (_, j) =>
    Array.from({ length: width }, (_, i) => (state ? state.data[(b * kept + j) * width + i]! : 0)),
  );
}

/** Undefined results (at padding) are 0 here. */
export function convolve(node: NodeOf<"convolve">, inputs: readonly Tensor[], symbols: Symbols): Tensor {
  const [x, weight, bias, ...rest] = inputs as [Tensor, Tensor, Tensor, ...Tensor[]];
  const state = node.started ? rest.shift() : undefined;
  const { batch, time, width, real, token } = tokensOf(x, rest.shift());
  const axes = namedDims(node, symbols).slice(2);
  const names = axes.map((d) => d.name);
  const weightDims = namedDims(node.inputs[1]!, symbols);
  const tap = weightDims.find((d) => !names.includes(d.name))!;
  const weightAt = reader(weight, weightDims, [...names, tap.name]);
  const biasAt = reader(bias, namedDims(node.inputs[2]!, symbols), names);
  const sizes = axes.map((d) => d.size);
  const biases = build(sizes, (at) => biasAt(at));
  /** Element i of a token has the taps i·size … i·size + size-1. */
  const weights = build([...sizes, node.size], (at) => weightAt(at));
  const out = new Float64Array(batch * time * width);
  for (let b = 0; b < batch; b++) {
    const history = historyOf(state, b, node.size - 1, width);
    for (let t = 0; t < time; t++) {
      if (!real(b, t)) continue;
      history.push(token(b, t));
      const window = history.slice(-node.size);
      for (let i = 0; i < width; i++) {
        out[(b * time + t) * width + i] = biases.data[i]! + window.reduce((sum, past, j) => sum + weights.data[i * node.size + j]! * past[i]!, 0);
      }
    }
  }
  return { shape: x.shape, data: out };
}

export function convolveState(node: NodeOf<"convolve_state">, inputs: readonly Tensor[]): Tensor {
  const [x, state, mask] = inputs as [Tensor, Tensor, Tensor?];
  const { batch, time, width, real, token } = tokensOf(x, mask);
  const kept = node.size - 1;
  const rows: number[] = [];
  for (let b = 0; b < batch; b++) {
    const history = historyOf(state, b, kept, width);
    for (let t = 0; t < time; t++) if (real(b, t)) history.push(token(b, t));
    rows.push(...history.slice(history.length - kept).flat());
  }
  return { shape: state.shape, data: Float64Array.from(rows) };
}

export function append(node: NodeOf<"append">, inputs: readonly Tensor[], symbols: Symbols): Tensor {
  const [cache, x, length] = inputs as [Tensor, Tensor, Tensor];
  const dims = namedDims(node, symbols);
  const xDims = namedDims(node.inputs[1]!, symbols);
  const added = xDims.find((d) => d.name === tokenDim)!.size;
  const time = dims.findIndex((d) => d.name === timeDim);
  const from = length.data[0]!;
  const cacheAt = reader(cache, dims, dims.map((d) => d.name));
  const xAt = reader(x, xDims, dims.map((d) => (d.name === timeDim ? tokenDim : d.name)));
  return build(dims.map((d) => d.size), (at) => {
    const t = at[time]! - from;
    return t >= 0 && t < added ? xAt(at.map((coordinate, i) => (i === time ? t : coordinate))) : cacheAt(at);
  });
}

export function attention(node: NodeOf<"attention">, inputs: readonly Tensor[], symbols: Symbols): Tensor {
  const [query, key, value, ...rest] = inputs as [Tensor, Tensor, Tensor, ...Tensor[]];
  const from = node.started ? rest.shift()!.data[0]! : 0;
  const valid = node.masked ? rest.shift()! : undefined;
  const dimsOf = (i: number): NamedDim[] => namedDims(node.inputs[i]!, symbols);
  const [queryDims, keyDims, valueDims] = [dimsOf(0), dimsOf(1), dimsOf(2)];
  const room = keyDims.find((d) => d.name === timeDim)!.size;
  const validAt = valid ? reader(valid, dimsOf(node.inputs.length - 1), [batchDim, timeDim]) : () => 1;

  // Weights first, along batch, token, what else query and key have, and the slot.
  const kept = [...new Map([...queryDims, ...keyDims].map((d) => [d.name, d])).values()]
    .filter((d) => ![batchDim, tokenDim, timeDim, ...node.over].includes(d.name));
  const outer = namedDims(node, symbols).slice(0, 2);
  const rowDims = [...outer, ...kept];
  const scoreNames = [...rowDims.map((d) => d.name), timeDim, ...node.over];
  const queryAt = reader(query, queryDims, scoreNames);
  const keyAt = reader(key, keyDims, scoreNames);
  const overSizes = sizesOf(node.over, queryDims, keyDims);
  const weights = new Float64Array(elements(rowDims.map((d) => d.size)) * room);
  forEachPlace(rowDims.map((d) => d.size), (at, row) => {
    const [b, t] = at as [number, number];
    const slots: number[] = [];
    for (let s = 0; s < room && (node.full || s <= from + t); s++) if (validAt([b, s]) !== 0) slots.push(s);
    const scores = slots.map((s) => sumOver(overSizes, (over) => queryAt(at, [s], over) * keyAt(at, [s], over)));
    const highest = scores.reduce((a, score) => Math.max(a, score), -Infinity);
    const total = scores.reduce((sum, score) => sum + Math.exp(score - highest), 0);
    slots.forEach((s, i) => {
      weights[row * room + s] = Math.exp(scores[i]! - highest) / total;
    });
  });

  const dims = namedDims(node, symbols);
  // A name in `over` means the value's own dim here, which the weights lack.
  const names = [...dims.map((d) => d.name), timeDim];
  const weightAt = reader({ shape: [], data: weights }, [...rowDims, { name: timeDim, size: room }], names);
  const valueAt = reader(value, valueDims, names);
  return build(dims.map((d) => d.size), (at) => sumOver([room], (slot) => {
    const weight = weightAt(at, slot);
    // A slot without weight is not read: it may hold anything.
    return weight === 0 ? 0 : weight * valueAt(at, slot);
  }));
}

export function last(node: NodeOf<"last">, inputs: readonly Tensor[], symbols: Symbols): Tensor {
  const xDims = namedDims(node.inputs[0]!, symbols);
  const token = xDims.findIndex((d) => d.name === tokenDim);
  const batch = xDims.findIndex((d) => d.name === batchDim);
  const time = xDims[token]!.size;
  const xAt = reader(inputs[0]!, xDims, xDims.map((d) => d.name));
  const lastOf = (b: number): number => {
    if (!node.masked) return time - 1;
    for (let t = time - 1; t >= 0; t--) if (inputs[1]!.data[b * time + t] !== 0) return t;
    return 0;
  };
  return build(namedDims(node, symbols).map((d) => d.size), (at) =>
    xAt(at.map((coordinate, i) => (i === token ? lastOf(at[batch]!) : coordinate))),
  );
}

export function sample(node: NodeOf<"sample">, inputs: readonly Tensor[], symbols: Symbols): Tensor {
  const [logits, sampling, seed, drawn] = inputs as [Tensor, Tensor, Tensor, Tensor];
  const [temperature, topK, topP] = [0, 1, 2].map((i) => sampling.data[i]!) as [number, number, number];
  const vocabulary = logits.shape.at(-1)!;
  return build(namedDims(node, symbols).map((d) => d.size), ([b]) => {
    const row = Array.from({ length: vocabulary }, (_, id) => logits.data[b! * vocabulary + id]!);
    return drawRow(row, { temperature, topK, topP }, seed.data[0]!, drawn.data[0]!, b!);
  });
}
