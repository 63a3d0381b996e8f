/** Cases of count, convolve, append, attention, last and sample. */
import { oneDim, timeDim, type Dim } from "../../../src/graph/graph.js";
import { axis, batch, CaseBuilder, oneToken, token, type CaseSizes, type OpCase } from "../case-builder.js";

const width = axis("width", 48);
const heads = axis("heads", 3);
const oneHead = axis("heads", 1);
const channels = axis("channels", 16);
const cacheTime: Dim = { name: timeDim, size: "C" };

export function countCases(): OpCase[] {
  const cases: OpCase[] = [];
  for (const [B, T, masked, started] of [[2, 1, false, false], [2, 63, true, false], [1, 65, false, true], [2, 201, true, true]] as const) {
    const c = new CaseBuilder(`count, T ${T}${masked ? ", masked" : ""}${started ? ", started" : ""}`, { B, T });
    const tokens = c.integers("tokens", [batch, token], { low: 0, high: 64 });
    const start = started ? c.givenState("count", "i32", [batch], { shape: [B], data: Array.from({ length: B }, (_, b) => 70_000 + b) }) : undefined;
    cases.push(c.done({ out: c.emit.count(tokens, masked ? c.mask() : undefined, start) }));
  }
  return cases;
}

export function lastCases(): OpCase[] {
  return ([[2, 1, false], [2, 63, true], [1, 201, true], [2, 65, false]] as const).map(([B, T, masked]) => {
    const c = new CaseBuilder(`last, B ${B}, T ${T}${masked ? ", masked" : ""}`, { B, T });
    return c.done({ out: c.emit.last(c.input("x", [batch, token, width]), masked ? c.mask() : undefined) });
  }).concat(lastOfPadding());
}

function lastOfPadding(): OpCase {
  const c = new CaseBuilder("last with a row of padding only, integers", { B: 2, T: 5 });
  const mask = c.given("mask", "i32", [batch, token], { shape: [2, 5], data: [0, 0, 0, 0, 0, 1, 0, 1, 0, 0] });
  return c.done({ out: c.emit.last(c.integers("n", [batch, token], { low: 0, high: 99 }), mask) });
}

export function convolveCases(): OpCase[] {
  const cases: OpCase[] = [];
  for (const { B, T, size, started, masked, axes, at } of [
    { B: 2, T: 63, size: 4, started: false, masked: false, axes: [width], at: token },
    { B: 2, T: 201, size: 4, started: true, masked: true, axes: [width], at: token },
    { B: 1, T: 65, size: 3, started: true, masked: false, axes: [heads, channels], at: token },
    { B: 2, T: 1, size: 4, started: true, masked: false, axes: [width], at: oneToken },
    { B: 2, T: 2, size: 5, started: true, masked: true, axes: [width], at: token },
    { B: 2, T: 63, size: 2, started: false, masked: true, axes: [width], at: token },
  ]) {
    const c = new CaseBuilder(`convolve size ${size}, T ${T}${started ? ", started" : ""}${masked ? ", masked" : ""}`, { B, T });
    const x = c.input("x", [batch, at, ...axes]);
    const weight = c.parameter("weight", [...axes, axis("tap", size)]);
    const bias = c.parameter("bias", axes);
    const mask = masked ? c.mask() : undefined;
    const state = started ? c.state("taps", [batch, axis("past", size - 1), ...axes]) : undefined;
    const made = c.emit.convolve(x, weight, bias, size, state, mask);
    // What padding itself gets is undefined, so it is cut out here.
    const out = mask ? c.emit.select(mask, made, c.emit.scalar(0)) : made;
    cases.push(state ? c.done({ out }, { taps: c.emit.convolveState(x, state, size, mask) }) : c.done({ out }));
  }
  return cases;
}

interface AttentionRecipe {
  readonly name: string;
  readonly sizes: CaseSizes;
  readonly query: readonly Dim[];
  readonly key: readonly Dim[];
  readonly value: readonly Dim[];
  readonly over: readonly string[];
  /** Key and value come from caches, appended to in this call. */
  readonly cached?: boolean;
  readonly masked?: boolean;
  readonly full?: boolean;
  readonly at?: Dim;
}

const both = { query: [heads, channels], key: [heads, channels], value: [heads, channels], over: ["channels"] };

const attentionRecipes: readonly AttentionRecipe[] = [
  ...[1, 63, 65, 201].map((T) => ({ name: `heads on both, T ${T}`, sizes: { B: 2, T }, ...both })),
  { name: "one head", sizes: { B: 1, T: 65 }, query: [oneHead, width], key: [oneHead, width], value: [oneHead, width], over: ["width"] },
  { name: "no heads", sizes: { B: 2, T: 63 }, query: [width], key: [width], value: [axis("values", 5)], over: ["width"] },
  { name: "heads on the query only", sizes: { B: 2, T: 65 }, query: [heads, channels], key: [channels], value: [channels], over: ["channels"] },
  { name: "heads on the query only, other value axis", sizes: { B: 2, T: 65 }, query: [heads, channels], key: [channels], value: [width], over: ["channels"] },
  { name: "over two axes", sizes: { B: 2, T: 63 }, query: [heads, channels], key: [heads, channels], value: [width], over: ["heads", "channels"] },
  { name: "masked", sizes: { B: 2, T: 63 }, ...both, masked: true },
  ...[1, 3, 63, 201].map((T) => ({ name: `full, T ${T}`, sizes: { B: 2, T }, ...both, full: true })),
  { name: "full, masked", sizes: { B: 2, T: 65 }, ...both, masked: true, full: true },
  { name: "full, masked, few rows", sizes: { B: 2, T: 7 }, query: [channels], key: [channels], value: [width], over: ["channels"], masked: true, full: true },
  { name: "full, heads on the query only, other value axis", sizes: { B: 2, T: 65 }, query: [heads, channels], key: [channels], value: [width], over: ["channels"], full: true },
  { name: "cached, started", sizes: { B: 2, T: 65, length: 70, C: 201 }, ...both, cached: true },
  { name: "cached, empty at first", sizes: { B: 2, T: 63, length: 0, C: 64 }, ...both, cached: true },
  { name: "cached, started, masked", sizes: { B: 2, T: 65, length: 70, C: 192 }, ...both, cached: true, masked: true },
  { name: "cached, one token", sizes: { B: 2, T: 1, length: 200, C: 256 }, ...both, cached: true, at: oneToken },
  { name: "cached, one token, one row, the first", sizes: { B: 1, T: 1, length: 0, C: 64 }, ...both, cached: true, at: oneToken },
  { name: "cached, one token, heads on the query only, masked", sizes: { B: 2, T: 1, length: 64, C: 128 }, query: [heads, channels], key: [channels], value: [width], over: ["channels"], cached: true, masked: true, at: oneToken },
];

export function attentionCases(): OpCase[] {
  return [...attentionRecipes.map(fromRecipe), largeScores()];
}

function fromRecipe(recipe: AttentionRecipe): OpCase {
  const c = new CaseBuilder(`attention ${recipe.name}`, recipe.sizes);
  const at = recipe.at ?? token;
  const query = c.input("query", [batch, at, ...recipe.query], { low: -2, high: 2 });
  const key = c.input("key", [batch, at, ...recipe.key]);
  const value = c.input("value", [batch, at, ...recipe.value]);
  if (!recipe.cached) {
    const valid = recipe.masked ? c.emit.rename(c.mask(), { "@token": timeDim }) : undefined;
    const timed = (x: typeof key): typeof key => c.emit.rename(x, { "@token": timeDim });
    return c.done({ out: c.emit.attention(query, timed(key), timed(value), recipe.over, undefined, valid, recipe.full) });
  }
  const length = c.lengthState();
  const keys = c.emit.append(c.state("keys", [batch, cacheTime, ...recipe.key]), key, length);
  const values = c.emit.append(c.state("values", [batch, cacheTime, ...recipe.value]), value, length);
  if (!recipe.masked) return c.done({ out: c.emit.attention(query, keys, values, recipe.over, length, undefined) }, { keys, values });
  const { B, C } = c.symbols;
  // Row 0 has no real slot until this call; the others lack every fifth.
  const held = c.givenState("valid", "i32", [batch, cacheTime], {
    shape: [B, C], data: Array.from({ length: B * C }, (_, i) => (i < C || i % 5 === 0 ? 0 : 1)),
  });
  const real = at === oneToken ? c.given("mask", "i32", [batch, at], { shape: [B, 1], data: Array.from({ length: B }, (_, b) => b % 2) }) : c.mask();
  const valid = c.emit.append(held, real, length);
  return c.done({ out: c.emit.attention(query, keys, values, recipe.over, length, valid) }, { keys, values, valid });
}

/** Scores around ±1000: without the running maximum exp overflows. */
function largeScores(): OpCase {
  const c = new CaseBuilder("attention with large scores", { B: 1, T: 65 });
  const draw = (name: string) => c.input(name, [batch, token, heads, channels], { low: -12, high: 12 });
  const [query, key, value] = [draw("query"), draw("key"), draw("value")];
  const timed = (x: typeof key): typeof key => c.emit.rename(x, { "@token": timeDim });
  return c.done({ out: c.emit.attention(query, timed(key), timed(value), ["channels"], undefined, undefined) });
}

export function appendCases(): OpCase[] {
  return ([[1, 1, 0, 64], [2, 63, 5, 128], [2, 65, 0, 65], [2, 1, 63, 64]] as const).map(([B, T, length, C]) => {
    const c = new CaseBuilder(`append ${T} at ${length} of ${C}`, { B, T, length, C });
    const cache = c.state("cache", [batch, cacheTime, heads, channels]);
    const written = c.emit.append(cache, c.input("x", [batch, token, heads, channels]), c.lengthState());
    return c.done({}, { cache: written });
  });
}

export function sampleCases(): OpCase[] {
  const cases: OpCase[] = [];
  for (const [B, vocabulary, temperature, topK, topP] of [
    [2, 5, 0, 0, 1], [1, 256, 0, 40, 0.9], [2, 65, 1, 0, 1], [2, 256, 0.8, 40, 1], [2, 256, 0.8, 1, 1], [2, 256, 1.3, 0, 0.9],
    [2, 256, 0.8, 40, 0.7], [1, 1000, 1, 100, 0.95], [2, 65, 0.5, 1000, 1], [2, 300, 2, 3, 0.5], [2, 65, 1, 0, 0],
  ] as const) {
    for (const drawn of [0, 1, 777]) {
      const c = new CaseBuilder(`sample of ${vocabulary}, temperature ${temperature}, top_k ${topK}, top_p ${topP}, drawn ${drawn}`, { B, T: 1 });
      const logits = c.state("next_logits", [batch, oneToken, axis("vocabulary", vocabulary)], { low: -6, high: 6 });
      const sampling = c.given("sampling", "f32", [axis("settings", 3)], { shape: [3], data: [temperature, topK, topP] });
      const seed = c.given("seed", "i32", [axis(oneDim, 1)], { shape: [1], data: [drawn === 777 ? -5 : 42] });
      const state = c.givenState("drawn", "i32", [axis(oneDim, 1)], { shape: [1], data: [drawn] });
      cases.push(c.done({ out: c.emit.sample(logits, sampling, seed, state) }, { drawn: c.emit.add(state, c.emit.scalar(1, "i32")) }));
    }
  }
  const c = new CaseBuilder("sample greedy, ties go to the lowest id", { B: 2, T: 1 });
  const logits = c.givenState("next_logits", "f32", [batch, oneToken, axis("vocabulary", 7)], { shape: [2, 1, 7], data: [0, 3, 1, 3, 3, -1, 0, 2, 2, 2, 2, 2, 2, 2] });
  const sampling = c.given("sampling", "f32", [axis("settings", 3)], { shape: [3], data: [0, 0, 1] });
  const one = (name: string, value: number) => c.given(name, "i32", [axis(oneDim, 1)], { shape: [1], data: [value] });
  cases.push(c.done({ out: c.emit.sample(logits, sampling, one("seed", 1), one("drawn", 0)) }));
  return cases;
}
