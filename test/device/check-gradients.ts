/**
 * What gradients must keep: the entry `gradients` gives the loss and the gradients that the float64 oracle gives, and more padding changes none of them. Over NaN-filled
 * memory.
 */
import fc from "fast-check";
import { expect } from "vitest";
import { load, type HostTensors } from "../../runtime/index.js";
import { targetOf, type TestBackend } from "../helpers/backends.js";
import { expectClose } from "../helpers/close.js";
import { Random } from "../helpers/random.js";
import type { Tensor, Tensors } from "../helpers/tensors.js";
import { evaluate } from "../oracle/evaluate.js";
import { compileText } from "../schedule/compile.js";
import { gradientCases, withAllRandom, type GradientCase, type GradientLimits } from "./model-specs.js";

/** Of a loss, or of 1 where it is smaller: a mean of float32 numbers that are exact to some 1e-6. */
const lossTolerance = 1e-5;
/** Of a gradient's largest magnitude: three layers of float32 forwards and backwards. What is wrong in kind is off by a tenth and more. */
const tolerance = 1e-3;
/** Of the largest gradient of a model: a key's bias under softmax attention has no gradient, so that float32 leaves only rounding there. */
const rounding = 1e-6;

/** The model of that number, which an error names with its text. */
export async function checkNumbered(number: number, limits: GradientLimits, options: TestBackend["options"]): Promise<void> {
  // Draws of neighbouring seeds are alike; those of their hashes are not.
  const c = fc.sample(gradientCases(number, limits), { seed: Math.imul(number + 1, 0x9e3779b1), numRuns: 1 })[0]!;
  try {
    await checkModelGradients(c, options);
  } catch (error) {
    const { spec, ...rest } = c;
    throw new Error(`MSZ_TEST_SEED=${number} MSZ_TEST_RUNS=1, ${JSON.stringify(rest)}\n${spec}${String(error)}`, { cause: error });
  }
}

async function checkModelGradients(c: GradientCase, options: TestBackend["options"]): Promise<void> {
  const inputs = inputsOf(c);
  const { padding } = c;
  const padded = padding === undefined ? [] : [withPadding(inputs, 0, 1 + (c.seed % 6), padding), withPadding(inputs, 3, 1, padding)];
  await checkGradients(c, options, inputs, padded);
}

/** @param same other inputs that must give the same */
export async function checkGradients(
  { spec, chunk, seed }: { readonly spec: string; readonly chunk: number; readonly seed: number }, options: TestBackend["options"], inputs: Inputs, same: readonly Inputs[] = [],
): Promise<void> {
  const { plan, graphs } = compileText(spec, { targets: [targetOf[options.backend]], training: ["gradients"], chunk });
  const session = await load(withAllRandom(plan), { random: seed }, { ...options, poison: true });
  try {
    const [B, T] = inputs.tokens.shape as [number, number];
    const parameters: Tensors = await session.call("parameters", {});
    const expected = evaluate(graphs.find((g) => g.entry === "gradients")!, { inputs: { ...inputs }, parameters, extents: { B, T } }).outputs;
    for (const [i, given] of [inputs, ...same].entries()) {
      expectGradients(i === 0 ? "" : `with padding [${given.tokens.shape.join(", ")}], `, expected, await session.call("gradients", hostOf(given)));
    }
  } finally {
    session.dispose();
  }
}

function expectGradients(how: string, expected: Tensors, got: HostTensors): void {
  expect(Object.keys(got).sort(), how).toEqual(Object.keys(expected).sort());
  const largestOf = ({ data }: Tensor): number => Array.from(data).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const { loss, ...gradients } = expected;
  expectClose(`${how}loss`, loss!, got["loss"]!, lossTolerance * Math.max(1, loss!.data[0]!), { relativeTo: "absolute" });
  const largest = Math.max(...Object.values(gradients).map(largestOf));
  expect(largest).toBeGreaterThan(0);
  expect(largest).toBeLessThan(Infinity);
  for (const [name, want] of Object.entries(gradients)) {
    const allowed = Math.max(tolerance * largestOf(want), rounding * largest);
    // The oracle's dims may stand apart where those of a weights file are merged.
    expectClose(how + name, want, { ...got[name]!, shape: want.shape }, allowed, { relativeTo: "absolute" });
  }
}

interface Inputs {
  readonly tokens: Tensor;
  readonly targets: Tensor;
}

/** Row 0 has a real token with a target; another row may be nothing but padding. */
function inputsOf({ B, T, vocabulary, padding, padded, seed }: GradientCase): Inputs {
  const random = new Random(seed);
  const id = (): number => random.integer(0, vocabulary - 1);
  const real = (): number => {
    const drawn = id();
    return drawn === padding ? drawn + 1 : drawn;
  };
  const tokens: number[] = [];
  const targets: number[] = [];
  for (let row = 0; row < B; row++) {
    const isPadding = paddingOf(padded, T, row === 0 ? T - 1 : T, random);
    for (let t = 0; t < T; t++) {
      tokens.push(isPadding[t] ? padding! : real());
      targets.push(isPadding[t] ? padding! : row === 0 && !isPadding.slice(0, t).includes(false) ? real() : id());
    }
  }
  return { tokens: { shape: [B, T], data: tokens }, targets: { shape: [B, T], data: targets } };
}

/** Which of a row's tokens are padding: `most` of them at most. */
function paddingOf(padded: GradientCase["padded"], T: number, most: number, random: Random): boolean[] {
  const n = random.integer(0, most);
  const from = random.integer(0, T - n);
  const places = Array.from({ length: T }, (_, t) => t);
  switch (padded) {
    case "nowhere": return places.map(() => false);
    case "left": return places.map((t) => t < n);
    case "right": return places.map((t) => t >= T - n);
    case "middle": return places.map((t) => t >= from && t < from + n);
    case "scattered": {
      const some = places.map(() => random.next() < 0.3);
      return some.includes(false) || most === T ? some : places.map(() => false);
    }
    default: return padded satisfies never;
  }
}

/** Each row with padding before and behind it; every second row has all of it behind. */
function withPadding({ tokens, targets }: Inputs, before: number, behind: number, padding: number): Inputs {
  const [B, T] = tokens.shape as [number, number];
  const width = before + T + behind;
  const widen = ({ data }: Tensor): Tensor => {
    const wide = new Int32Array(B * width).fill(padding);
    for (let row = 0; row < B; row++) wide.set(Array.from(data).slice(row * T, (row + 1) * T), row * width + (row % 2 === 0 ? before : 0));
    return { shape: [B, width], data: wide };
  };
  return { tokens: widen(tokens), targets: widen(targets) };
}

function hostOf({ tokens, targets }: Inputs): HostTensors {
  const host = ({ shape, data }: Tensor) => ({ shape, data: Int32Array.from(data) });
  return { tokens: host(tokens), targets: host(targets) };
}
