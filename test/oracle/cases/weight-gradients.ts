/** Cases of sums over batch and token: reduce, weight_gradient, scatter_add, and the convolution's gradients; and of matmul over a weight's first dims. */
import { batchDim, tokenDim, type Dim } from "../../../src/graph/graph.js";
import { axis, batch, CaseBuilder, token, type OpCase } from "../case-builder.js";

const width = axis("width", 8);
const hidden = axis("hidden", 12);
const slots = axis("slots", 5);
const heads = axis("heads", 3);
const channels = axis("channels", 8);
const one = axis("one", 1);

/** B and T around the sizes of tiles and chunks. */
const sizes = [[1, 1], [3, 1], [3, 2], [1, 63], [3, 64], [1, 65], [3, 130]] as const;

export function reduceOverTokensCases(): OpCase[] {
  const cases: OpCase[] = [];
  const add = (B: number, T: number, axes: readonly Dim[], over: readonly string[]): void => {
    const c = new CaseBuilder(`reduce sum of [${axes.map((d) => d.name).join(", ")}] over ${over.join(", ")}, B ${B}, T ${T}`, { B, T });
    cases.push(c.done({ out: c.emit.reduce("sum", c.input("x", [batch, token, ...axes]), over) }));
  };
  for (const [B, T] of sizes) add(B, T, [width], [batchDim, tokenDim]);
  add(3, 65, [], [batchDim, tokenDim]);
  add(3, 65, [one], [batchDim, tokenDim]);
  add(3, 65, [heads, slots], [batchDim, tokenDim]);
  add(3, 65, [heads, slots], [batchDim, tokenDim, "heads"]);
  add(3, 130, [heads, slots], [batchDim, tokenDim, "slots"]);
  add(3, 65, [hidden], [batchDim, tokenDim, "hidden"]);
  add(1, 130, [axis("wide", 201)], [batchDim, tokenDim]);
  add(3, 65, [width], [tokenDim]);
  add(3, 65, [width], [batchDim]);
  {
    const c = new CaseBuilder("reduce sum over @batch, @token counts targets that are not padding", { B: 3, T: 65 });
    const targets = c.integers("targets", [batch, token], { low: 0, high: 4 });
    const real = c.emit.binary("not_equal", targets, c.emit.scalar(0, "i32"));
    cases.push(c.done({ out: c.emit.reduce("sum", real, [batchDim, tokenDim]) }));
  }
  {
    const c = new CaseBuilder("reduce sum over @batch, @token of a product, the mean loss and its share of a row", { B: 3, T: 64 });
    const loss = c.input("loss", [batch, token], { low: 0, high: 6 });
    const real = c.emit.unary("to_f32", c.mask());
    const count = c.emit.reduce("sum", real, [batchDim, tokenDim]);
    const mean = c.emit.binary("divide", c.emit.reduce("sum", c.emit.multiply(loss, real), [batchDim, tokenDim]), count);
    cases.push(c.done({ mean, share: c.emit.binary("divide", real, count) }));
  }
  return cases;
}

/** Numbers of a parameter only: what clipping and optimisers do. */
export function reduceOfParameterCases(): OpCase[] {
  const lines = [axis("rows", 67), axis("columns", 70)];
  const c = new CaseBuilder("reduce squares of a stored sum of parameters [67, 70] over columns", { B: 1, T: 2 });
  const sum = c.emit.binary("add", c.parameter("p", lines), c.parameter("q", lines));
  return [c.done({ sum, out: c.emit.reduce("sum", c.emit.unary("square", sum), ["columns"]) }), ...squareCases()];
}

function squareCases(): OpCase[] {
  return ([[[hidden, width], ["hidden", "width"]], [[axis("rows", 65), axis("columns", 48)], ["rows", "columns"]], [[slots], ["slots"]], [[hidden, width], ["hidden"]]] as const).map(([dims, over]) => {
    const c = new CaseBuilder(`reduce squares of a parameter [${dims.map((d) => d.size).join(", ")}] over ${over.join(", ")}`, { B: 1, T: 2 });
    return c.done({ out: c.emit.reduce("sum", c.emit.unary("square", c.parameter("p", dims)), [...over]) });
  });
}

export function weightGradientCases(): OpCase[] {
  const cases: OpCase[] = [];
  const add = (name: string, B: number, T: number, a: readonly Dim[], b: readonly Dim[], result: readonly Dim[]): void => {
    const c = new CaseBuilder(`weight_gradient ${name}, B ${B}, T ${T}`, { B, T });
    const made = c.emit.weightGradient(c.input("a", [batch, token, ...a]), c.input("b", [batch, token, ...b]), result.map((d) => d.name));
    cases.push(c.done({ out: made }));
  };
  for (const [B, T] of sizes) add("12 by 8", B, T, [hidden], [width], [hidden, width]);
  add("turned round", 3, 65, [hidden], [width], [width, hidden]);
  add("1 by 5", 3, 65, [one], [slots], [one, slots]);
  add("70 by 130", 1, 65, [axis("rows", 70)], [axis("columns", 130)], [axis("rows", 70), axis("columns", 130)]);
  add("192 by 48", 3, 63, [axis("rows", 192)], [axis("columns", 48)], [axis("rows", 192), axis("columns", 48)]);
  add("two axes on one side", 3, 64, [heads, channels], [width], [width, heads, channels]);
  add("two axes on one side that lie apart in the result", 3, 64, [heads, slots], [width], [heads, width, slots]);
  add("nothing on one side", 3, 65, [width], [], [width]);
  add("nothing on both sides", 3, 65, [], [], []);
  for (const [B, T] of [[3, 1], [1, 64], [3, 130]] as const) add("per head", B, T, [heads, slots], [heads, width], [heads, slots, width]);
  add("per head, turned round", 3, 65, [heads, slots], [heads, width], [heads, width, slots]);
  add("per head, heads in the middle", 3, 65, [slots, heads], [heads, width], [slots, heads, width]);
  add("per head, one side has no more", 3, 65, [heads, width], [heads], [heads, width]);
  add("per element", 3, 65, [heads, width], [heads, width], [heads, width]);
  return cases;
}

/** The transpose of a linear map: the weight as it is stored, summed over its outputs. */
export function matmulOverFirstCases(): OpCase[] {
  const cases: OpCase[] = [];
  const add = (name: string, B: number, T: number, x: readonly Dim[], w: readonly Dim[], over: readonly string[], shape?: readonly number[]): void => {
    const c = new CaseBuilder(`matmul over first dims, ${name}, B ${B}, T ${T}`, { B, T });
    cases.push(c.done({ out: c.emit.matmul(c.input("x", [batch, token, ...x]), c.parameter("w", w, shape), over) }));
  };
  for (const [B, T] of sizes) add("12 to 8", B, T, [hidden], [hidden, width], ["hidden"]);
  add("1 to 5", 3, 65, [one], [one, slots], ["one"]);
  add("5 to 1", 3, 65, [slots], [slots, one], ["slots"]);
  add("192 to 48", 1, 65, [axis("rows", 192)], [axis("rows", 192), axis("columns", 48)], ["rows"]);
  add("70 to 130", 3, 63, [axis("rows", 70)], [axis("rows", 70), axis("columns", 130)], ["rows"]);
  add("two dims, stored merged", 3, 65, [heads, slots], [heads, slots, width], ["heads", "slots"], [15, 8]);
  add("two dims that x has the other way round", 3, 64, [slots, heads], [heads, slots, width], ["heads", "slots"], [15, 8]);
  add("two dims to two", 1, 64, [heads, slots], [heads, slots, hidden, channels], ["heads", "slots"], [15, 96]);
  add("per head", 3, 65, [heads, slots], [heads, slots, width], ["slots"], [15, 8]);
  {
    const c = new CaseBuilder("matmul over first dims, a renamed parameter that is looked up too", { B: 3, T: 63 });
    const embedding = c.parameter("embedding.weight", [axis("vocabulary", 65), width]);
    const looked = c.emit.gather(embedding, c.integers("tokens", [batch, token], { low: 0, high: 64 }), "vocabulary");
    const back = c.emit.matmul(c.input("g", [batch, token, axis("ids", 65)]), c.emit.rename(embedding, { vocabulary: "ids" }), ["ids"]);
    cases.push(c.done({ out: c.emit.add(looked, back) }));
  }
  return cases;
}

export function scatterAddCases(): OpCase[] {
  const cases: OpCase[] = [];
  const add = (name: string, B: number, T: number, size: number, axes: readonly Dim[], range = { low: 0, high: size - 1 }): void => {
    const c = new CaseBuilder(`scatter_add ${name}, B ${B}, T ${T}`, { B, T });
    const ids = c.integers("ids", [batch, token], range);
    cases.push(c.done({ out: c.emit.scatterAdd(ids, c.input("x", [batch, token, ...axes]), "place", size) }));
  };
  for (const [B, T] of sizes) add("into 12 rows of 8", B, T, 12, [width]);
  add("into 300 rows, most stay 0", 3, 65, 300, [slots]);
  add("into one row", 3, 65, 1, [width]);
  add("rows of one", 3, 130, 12, [one]);
  add("numbers", 3, 65, 5, []);
  add("rows of two axes", 3, 64, 12, [heads, slots]);
  add("all to one id", 3, 130, 12, [width], { low: 7, high: 7 });
  add("ids outside are clamped", 3, 65, 8, [slots], { low: -9, high: 20 });
  {
    const c = new CaseBuilder("scatter_add of ids per slot", { B: 3, T: 63 });
    const ids = c.integers("ids", [batch, token, slots], { low: 0, high: 11 });
    cases.push(c.done({ out: c.emit.scatterAdd(ids, c.input("x", [batch, token, slots, width]), "place", 12) }));
  }
  {
    const c = new CaseBuilder("scatter_add beside another gradient of the same table", { B: 3, T: 65 });
    const ids = c.integers("ids", [batch, token], { low: 0, high: 11 });
    const looked = c.emit.scatterAdd(ids, c.input("g", [batch, token, width]), "hidden", 12);
    const tied = c.emit.weightGradient(c.input("logits", [batch, token, hidden]), c.input("x", [batch, token, width]), ["hidden", "width"]);
    cases.push(c.done({ out: c.emit.add(looked, tied) }));
  }
  return cases;
}

export function convolveGradientCases(): OpCase[] {
  const cases: OpCase[] = [];
  for (const { B, T, size, masked, axes } of [
    { B: 3, T: 1, size: 4, masked: false, axes: [width] },
    { B: 3, T: 2, size: 4, masked: true, axes: [width] },
    { B: 1, T: 63, size: 4, masked: false, axes: [hidden] },
    { B: 3, T: 64, size: 3, masked: true, axes: [width] },
    { B: 1, T: 65, size: 2, masked: false, axes: [heads, slots] },
    { B: 3, T: 65, size: 5, masked: true, axes: [heads, slots] },
    { B: 3, T: 130, size: 4, masked: true, axes: [one] },
  ]) {
    const name = `size ${size}, B ${B}, T ${T}, [${axes.map((d) => d.size).join(", ")}]${masked ? ", masked" : ""}`;
    const tap = { name: "tap", size };
    {
      const c = new CaseBuilder(`convolve_gradient ${name}`, { B, T });
      const mask = masked ? c.mask() : undefined;
      cases.push(c.done({ out: c.emit.convolveGradient(c.input("g", [batch, token, ...axes]), c.parameter("weight", [...axes, tap]), size, mask) }));
    }
    const c = new CaseBuilder(`convolve_weight_gradient ${name}`, { B, T });
    const mask = masked ? c.mask() : undefined;
    cases.push(c.done({ out: c.emit.convolveWeightGradient(c.input("x", [batch, token, ...axes]), c.input("g", [batch, token, ...axes]), tap, mask) }));
  }
  return cases;
}
