/** Cases of cross_entropy and its gradient, keep, and is_finite of what is not. */
import { oneDim, tokenDim, batchDim, type Dim } from "../../../src/graph/graph.js";
import { axis, batch, CaseBuilder, token, type OpCase, type Range } from "../case-builder.js";

const near: Range = { low: -4, high: 4 };
/** exp of these overflows. */
const far: Range = { low: -200, high: 200 };

interface LossRecipe {
  readonly name: string;
  readonly B: number;
  readonly T: number;
  readonly size: number;
  readonly smoothing: number;
  readonly logits?: Range;
  readonly targets?: Range;
}

const lossRecipes: readonly LossRecipe[] = [
  ...([[1, 1], [3, 2], [1, 63], [3, 64], [1, 65], [3, 130]] as const).flatMap(([B, T]) => [0, 0.1].map((smoothing) => ({ name: "of 12", B, T, size: 12, smoothing }))),
  ...[1, 3, 5, 65, 300, 1000].flatMap((size) => [0, 0.1].map((smoothing) => ({ name: `of ${size}`, B: 3, T: 5, size, smoothing }))),
  ...[0, 0.1].map((smoothing) => ({ name: "far apart", B: 3, T: 65, size: 12, smoothing, logits: far })),
  { name: "with targets outside", B: 3, T: 65, size: 5, smoothing: 0.1, targets: { low: -4, high: 9 } },
];

export function crossEntropyCases(): OpCase[] {
  return lossRecipes.flatMap((recipe) => {
    const { B, T, size, smoothing } = recipe;
    const name = `${recipe.name}, B ${B}, T ${T}, smoothing ${smoothing}`;
    const made = (c: CaseBuilder) => [
      c.input("logits", [batch, token, axis("vocabulary", size)], recipe.logits ?? near),
      c.integers("targets", [batch, token], recipe.targets ?? { low: 0, high: size - 1 }),
    ] as const;
    const forward = new CaseBuilder(`cross_entropy ${name}`, { B, T });
    const backward = new CaseBuilder(`cross_entropy_gradient ${name}`, { B, T });
    const [logits, targets] = made(backward);
    // As the mean over real targets has it: 0 at padding, else one small number.
    const weight = backward.emit.multiply(backward.input("weight", [batch, token], { low: 0.001, high: 0.02 }), backward.emit.unary("to_f32", backward.mask()));
    return [
      forward.done({ out: forward.emit.crossEntropy(...made(forward), "vocabulary", smoothing) }),
      backward.done({ out: backward.emit.crossEntropyGradient(logits, targets, weight, "vocabulary", smoothing) }),
    ];
  });
}

export function keepCases(): OpCase[] {
  const cases: OpCase[] = [];
  const width = axis("width", 12);
  const heads = axis("heads", 3);
  for (const { B, T, axes, rate, seed, counter, stream } of [
    { B: 1, T: 1, axes: [width], rate: 0.5, seed: 0, counter: 0, stream: 0 },
    { B: 3, T: 2, axes: [heads, axis("slots", 5)], rate: 0.1, seed: 1, counter: 2, stream: 3 },
    { B: 1, T: 63, axes: [axis("one", 1)], rate: 0.3, seed: -7, counter: 1_000_000, stream: 4_000_000_000 },
    { B: 3, T: 65, axes: [width], rate: 0.1, seed: 2_147_483_647, counter: -1, stream: 2 ** 32 - 1 },
    { B: 3, T: 130, axes: [heads, axis("width", 8)], rate: 0.9, seed: -2_147_483_648, counter: 2_147_483_647, stream: 17 },
    { B: 3, T: 64, axes: [], rate: 0.25, seed: 42, counter: 5, stream: 2_166_136_261 },
    { B: 3, T: 5, axes: [width], rate: 0, seed: 42, counter: 5, stream: 9 },
  ] as const satisfies readonly { axes: readonly Dim[]; [other: string]: unknown }[]) {
    const c = new CaseBuilder(`keep rate ${rate}, B ${B}, T ${T}, seed ${seed}, counter ${counter}`, { B, T });
    const given = (name: string, value: number) => c.given(name, "i32", [axis(oneDim, 1)], { shape: [1], data: [value] });
    const dims = [batch, token, ...axes];
    const mask = c.emit.keep(given("seed", seed), given("counter", counter), dims, { stream, rate, kept: Math.fround(1 / (1 - rate)) });
    cases.push(c.done({ mask, out: c.emit.multiply(c.input("x", dims), mask) }));
  }
  {
    const c = new CaseBuilder("keep twice from one seed, two streams, and once more with the counter one on", { B: 3, T: 65 });
    const given = (name: string, value: number) => c.given(name, "i32", [axis(oneDim, 1)], { shape: [1], data: [value] });
    const [seed, counter] = [given("seed", 3), given("counter", 8)];
    const mask = (stream: number, at = counter) => c.emit.keep(seed, at, [batch, token, axis("width", 5)], { stream, rate: 0.5, kept: 2 });
    cases.push(c.done({ first: mask(1), second: mask(2), later: mask(1, c.emit.add(counter, c.emit.scalar(1, "i32"))) }));
  }
  return cases;
}

/** The only case with numbers that are not finite: as given ones, and as the largest that is. */
export function finiteCases(): OpCase[] {
  const c = new CaseBuilder("map is_finite of NaN and infinities", { B: 1, T: 7 });
  const x = c.given("x", "f32", [batch, token], { shape: [1, 7], data: [NaN, 0, Infinity, -Infinity, 3.4028234663852886e38, -3.4028234663852886e38, 1e-45] });
  const finite = c.emit.unary("is_finite", x);
  const wrong = c.emit.binary("equal", finite, c.emit.scalar(0, "i32"));
  return [c.done({ finite, wrong: c.emit.reduce("sum", wrong, [batchDim, tokenDim]) })];
}
