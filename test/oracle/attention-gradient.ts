/** The backward pass of attention: its log-sums, and the cotangent of each of its three operands. Every sum is written out in full. */
import { batchDim, timeDim, tokenDim, type NodeOf } from "../../src/graph/graph.js";
import { elements, type Tensor } from "../helpers/tensors.js";
import { build, forEachPlace, namedDims, reader, sizesOf, sumOver, type NamedDim, type Symbols } from "./named.js";

type Scored = NodeOf<"attention_log_sum"> | NodeOf<"attention_gradient">;

export function attentionLogSum(node: NodeOf<"attention_log_sum">, inputs: readonly Tensor[], symbols: Symbols): Tensor {
  const dims = namedDims(node, symbols);
  const { scoreAt, seen } = scores(node, inputs, symbols, dims);
  return build(dims.map((d) => d.size), (at) => {
    const row = seen(at).map((s) => scoreAt(at, s));
    if (row.length === 0) return 1e30;
    const highest = Math.max(...row);
    return highest + Math.log(row.reduce((sum, score) => sum + Math.exp(score - highest), 0));
  });
}

export function attentionGradient(node: NodeOf<"attention_gradient">, inputs: readonly Tensor[], symbols: Symbols): Tensor {
  const [query, key, value, logSum, g, dot] = inputs as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
  const dimsOf = (i: number): NamedDim[] => namedDims(node.inputs[i]!, symbols);
  // A dim of the value may have a name that the score sums over: it is another dim.
  const own = (dims: readonly NamedDim[]): NamedDim[] => dims.map((d) => (node.over.includes(d.name) ? { ...d, name: `value's ${d.name}` } : d));
  const [queryDims, keyDims, valueDims, rowDims, gDims] = [dimsOf(0), dimsOf(1), own(dimsOf(2)), dimsOf(3), own(dimsOf(4))];
  const time = keyDims.find((d) => d.name === timeDim)!;
  const { scoreAt, seen } = scores(node, inputs, symbols, rowDims);

  // p and ds along the rows of log_sum, then the slots.
  const space = [...rowDims, time];
  const p = new Float64Array(elements(space.map((d) => d.size)));
  const ds = new Float64Array(p.length);
  const valueOnly = valueDims.filter((d) => !space.some((s) => s.name === d.name));
  const names = [...space, ...valueOnly].map((d) => d.name);
  const [gAt, valueAt] = [reader(g, gDims, names), reader(value, valueDims, names)];
  const dotAt = reader(dot, dimsOf(5), rowDims.map((d) => d.name));
  forEachPlace(rowDims.map((d) => d.size), (at, row) => {
    for (const s of seen(at)) {
      const place = row * time.size + s;
      p[place] = Math.exp(scoreAt(at, s) - logSum.data[row]!);
      const product = sumOver(valueOnly.map((d) => d.size), (inner) => gAt(at, [s], inner) * valueAt(at, [s], inner));
      ds[place] = p[place]! * (product - dotAt(at));
    }
  });

  switch (node.of) {
    case "query": return contract(queryDims, { shape: [], data: ds }, space, key, keyDims);
    case "key": return contract(keyDims, { shape: [], data: ds }, space, query, queryDims);
    case "value": return contract(valueDims, { shape: [], data: p }, space, g, gDims);
  }
}

/** The score of a row and a slot, and the slots that a row looks at. `rowDims` are batch, token and what else query and key have. */
function scores(node: Scored, inputs: readonly Tensor[], symbols: Symbols, rowDims: readonly NamedDim[]) {
  const [queryDims, keyDims] = node.inputs.map((input) => namedDims(input, symbols)) as [NamedDim[], NamedDim[]];
  const along = [...rowDims.map((d) => d.name), timeDim, ...node.over];
  const [queryAt, keyAt] = [reader(inputs[0]!, queryDims, along), reader(inputs[1]!, keyDims, along)];
  const sizes = sizesOf(node.over, queryDims, keyDims);
  const slots = keyDims.find((d) => d.name === timeDim)!.size;
  const place = (name: string): number => rowDims.findIndex((d) => d.name === name);
  const [batch, token] = [place(batchDim), place(tokenDim)];
  const validAt = node.masked ? reader(inputs.at(-1)!, namedDims(node.inputs.at(-1)!, symbols), [batchDim, timeDim]) : () => 1;
  return {
    scoreAt: (at: readonly number[], s: number): number => sumOver(sizes, (over) => queryAt(at, [s], over) * keyAt(at, [s], over)),
    seen: (at: readonly number[]): number[] => Array.from({ length: node.full ? slots : at[token]! + 1 }, (_, s) => s).filter((s) => validAt([at[batch] ?? 0, s]) !== 0),
  };
}

/** Σ a · b over every dim that `result` lacks. */
function contract(result: readonly NamedDim[], a: Tensor, aDims: readonly NamedDim[], b: Tensor, bDims: readonly NamedDim[]): Tensor {
  const others = [...new Map([...aDims, ...bDims].map((d) => [d.name, d])).values()].filter((d) => !result.some((r) => r.name === d.name));
  const names = [...result, ...others].map((d) => d.name);
  const [aAt, bAt] = [reader(a, aDims, names), reader(b, bDims, names)];
  return build(result.map((d) => d.size), (at) => sumOver(others.map((d) => d.size), (inner) => aAt(at, inner) * bAt(at, inner)));
}
