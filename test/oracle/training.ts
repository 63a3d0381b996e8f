/** The ops that only training has, but for attention's: gradients of weights, of lookups and of the convolution, the loss, dropout's mask. */
import { batchDim, tokenDim, type NodeOf } from "../../src/graph/graph.js";
import { elements, type Tensor } from "../helpers/tensors.js";
import { build, forEachPlace, namedDims, reader, shapeOf, sizesOf, sumOver, type Symbols } from "./named.js";
import { pcg } from "./draw.js";

export function weightGradient(node: NodeOf<"weight_gradient">, [a, b]: readonly Tensor[], symbols: Symbols): Tensor {
  const [aDims, bDims] = node.inputs.map((input) => namedDims(input, symbols));
  const names = [...node.result, batchDim, tokenDim];
  const [aAt, bAt] = [reader(a!, aDims!, names), reader(b!, bDims!, names)];
  const outer = sizesOf([batchDim, tokenDim], aDims!);
  return build(shapeOf(node.dims, symbols), (at) => sumOver(outer, (row) => aAt(at, row) * bAt(at, row)));
}

export function scatterAdd(node: NodeOf<"scatter_add">, [ids, x]: readonly Tensor[], symbols: Symbols): Tensor {
  const [idsDims, xDims] = node.inputs.map((input) => namedDims(input, symbols));
  const others = namedDims(node, symbols).slice(1);
  const xAt = reader(x!, xDims!, [...idsDims!, ...others].map((d) => d.name));
  const width = elements(others.map((d) => d.size));
  const out = new Float64Array(node.size * width);
  forEachPlace(idsDims!.map((d) => d.size), (at, i) => {
    const id = clamped(ids!.data[i]!, node.size);
    forEachPlace(others.map((d) => d.size), (inner, j) => {
      out[id * width + j]! += xAt(at, inner);
    });
  });
  return { shape: shapeOf(node.dims, symbols), data: out };
}

export function crossEntropy(node: NodeOf<"cross_entropy">, inputs: readonly Tensor[], symbols: Symbols): Tensor {
  const { rowAt, targetAt } = lossRows(node, inputs, symbols);
  return build(shapeOf(node.dims, symbols), (at) => {
    const logP = logSoftmax(rowAt(at));
    const mean = logP.reduce((sum, x) => sum + x, 0) / logP.length;
    return -(1 - node.smoothing) * logP[clamped(targetAt(at), logP.length)]! - node.smoothing * mean;
  });
}

export function crossEntropyGradient(node: NodeOf<"cross_entropy_gradient">, inputs: readonly Tensor[], symbols: Symbols): Tensor {
  const { rowAt, targetAt, rowDims } = lossRows(node, inputs, symbols);
  const weightAt = reader(inputs[2]!, namedDims(node.inputs[2]!, symbols), rowDims.map((d) => d.name));
  const dims = namedDims(node, symbols);
  const axis = dims.findIndex((d) => d.name === node.dim);
  const { size } = dims[axis]!;
  const made = new Map<string, number[]>();
  return build(dims.map((d) => d.size), (at) => {
    const row = at.filter((_, i) => i !== axis);
    const key = row.join();
    const logP = made.get(key) ?? logSoftmax(rowAt(row));
    made.set(key, logP);
    const aimed = clamped(targetAt(row), size) === at[axis] ? 1 - node.smoothing : 0;
    return weightAt(row) * (Math.exp(logP[at[axis]!]!) - aimed - node.smoothing / size);
  });
}

/** The logits and the target at a place along the logits' dims less `dim`. */
function lossRows(node: NodeOf<"cross_entropy"> | NodeOf<"cross_entropy_gradient">, inputs: readonly Tensor[], symbols: Symbols) {
  const [logitsDims, targetsDims] = node.inputs.map((input) => namedDims(input, symbols));
  const rowDims = logitsDims!.filter((d) => d.name !== node.dim);
  const names = rowDims.map((d) => d.name);
  const { size } = logitsDims!.find((d) => d.name === node.dim)!;
  const logitsAt = reader(inputs[0]!, logitsDims!, [...names, node.dim]);
  const targetAt = reader(inputs[1]!, targetsDims!, names);
  return { rowDims, targetAt, rowAt: (at: readonly number[]): number[] => Array.from({ length: size }, (_, id) => logitsAt(at, [id])) };
}

function logSoftmax(logits: readonly number[]): number[] {
  const highest = Math.max(...logits);
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0));
  return logits.map((logit) => logit - highest - total);
}

function clamped(id: number, size: number): number {
  return Math.min(Math.max(id, 0), size - 1);
}

export function keep(node: NodeOf<"keep">, [seed, counter]: readonly Tensor[], symbols: Symbols): Tensor {
  const base = pcg(pcg(pcg(seed!.data[0]!) + counter!.data[0]!) + node.stream);
  let i = 0;
  return build(shapeOf(node.dims, symbols), () => (pcg(pcg(i++) + base) >>> 8 < node.rate * 2 ** 24 ? 0 : node.kept));
}

/** 0 at padding, which no result of `convolve` looks at. */
export function convolveGradient(node: NodeOf<"convolve_gradient">, [g, weight, mask]: readonly Tensor[], symbols: Symbols): Tensor {
  const dims = namedDims(node, symbols);
  const axes = dims.filter((d) => d.name !== batchDim && d.name !== tokenDim).map((d) => d.name);
  const weightDims = namedDims(node.inputs[1]!, symbols);
  const tap = weightDims.find((d) => !axes.includes(d.name))!;
  const names = dims.map((d) => d.name);
  const gAt = reader(g!, namedDims(node.inputs[0]!, symbols), names);
  const weightAt = reader(weight!, weightDims, [...names, tap.name]);
  const [batch, token] = [names.indexOf(batchDim), names.indexOf(tokenDim)];
  const rows = realTokens(mask, dims[batch]!.size, dims[token]!.size);
  return build(dims.map((d) => d.size), (at) => {
    const real = rows[at[batch]!]!;
    const place = real.indexOf(at[token]!);
    if (place < 0) return 0;
    let sum = 0;
    for (let j = 0; j < node.size; j++) {
      const later = real[place + (node.size - 1) - j];
      if (later !== undefined) sum += weightAt(at, [j]) * gAt(at.map((coordinate, i) => (i === token ? later : coordinate)));
    }
    return sum;
  });
}

export function convolveWeightGradient(node: NodeOf<"convolve_weight_gradient">, [x, g, mask]: readonly Tensor[], symbols: Symbols): Tensor {
  const [xDims, gDims] = node.inputs.map((input) => namedDims(input, symbols));
  const dims = namedDims(node, symbols);
  const tap = dims.findIndex((d) => d.name === node.tap);
  const names = [...dims.map((d) => d.name), batchDim, tokenDim];
  const [xAt, gAt] = [reader(x!, xDims!, names), reader(g!, gDims!, names)];
  const [batch, time] = sizesOf([batchDim, tokenDim], xDims!) as [number, number];
  const rows = realTokens(mask, batch, time);
  return build(dims.map((d) => d.size), (at) => {
    let sum = 0;
    rows.forEach((real, b) => real.forEach((t, place) => {
      const earlier = real[place - (node.size - 1) + at[tap]!];
      if (earlier !== undefined) sum += gAt(at, [b, t]) * xAt(at, [b, earlier]);
    }));
    return sum;
  });
}

/** The places of the real tokens of each row, in order. */
function realTokens(mask: Tensor | undefined, batch: number, time: number): number[][] {
  return Array.from({ length: batch }, (_, b) =>
    Array.from({ length: time }, (_, t) => t).filter((t) => !mask || mask.data[b * time + t] !== 0),
  );
}
