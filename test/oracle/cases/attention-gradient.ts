/** Cases of attention_log_sum and attention_gradient. */
import { timeDim, type Dim, type Node } from "../../../src/graph/graph.js";
import { axis, batch, CaseBuilder, token, type CaseSizes, type OpCase, type Range } from "../case-builder.js";

const width = axis("width", 12);
const heads = axis("heads", 3);
const oneHead = axis("heads", 1);
const channels = axis("channels", 8);
const values = axis("values", 5);

interface Recipe {
  readonly name: string;
  readonly sizes: CaseSizes;
  readonly query: readonly Dim[];
  readonly key: readonly Dim[];
  readonly value: readonly Dim[];
  readonly over: readonly string[];
  /** `all`: also rows that see no slot; `end`: the last third of each row is padding, and every row sees the first slot. */
  readonly masked?: "all" | "end";
  readonly full?: boolean;
  readonly range?: Range;
}

const both = { query: [heads, channels], key: [heads, channels], value: [heads, channels], over: ["channels"] };

const recipes: readonly Recipe[] = [
  ...([[1, 1], [3, 2], [1, 63], [3, 64], [1, 65], [1, 130]] as const).map(([B, T]) => ({ name: `heads on both, B ${B}, T ${T}`, sizes: { B, T }, ...both })),
  { name: "one head", sizes: { B: 3, T: 65 }, query: [oneHead, width], key: [oneHead, width], value: [oneHead, width], over: ["width"] },
  { name: "no heads", sizes: { B: 3, T: 63 }, query: [width], key: [width], value: [values], over: ["width"] },
  { name: "heads on the query only", sizes: { B: 3, T: 65 }, query: [heads, channels], key: [channels], value: [channels], over: ["channels"] },
  { name: "heads on the query only, other value axis", sizes: { B: 1, T: 65 }, query: [heads, channels], key: [channels], value: [values], over: ["channels"] },
  { name: "heads on the value only", sizes: { B: 3, T: 63 }, query: [width], key: [width], value: [heads, values], over: ["width"] },
  { name: "heads on query and key, not on the value", sizes: { B: 1, T: 64 }, query: [heads, channels], key: [heads, channels], value: [width], over: ["channels"] },
  { name: "over two axes", sizes: { B: 3, T: 63 }, query: [heads, channels], key: [heads, channels], value: [width], over: ["heads", "channels"] },
  { name: "channels of size 1", sizes: { B: 3, T: 65 }, query: [heads, axis("channels", 1)], key: [heads, axis("channels", 1)], value: [heads, axis("channels", 1)], over: ["channels"] },
  { name: "padding at the end", sizes: { B: 3, T: 65 }, ...both, masked: "end" },
  { name: "masked, rows without a slot", sizes: { B: 3, T: 63 }, ...both, masked: "all" },
  { name: "masked, rows without a slot, heads on the query only", sizes: { B: 3, T: 65 }, query: [heads, channels], key: [channels], value: [values], over: ["channels"], masked: "all" },
  { name: "masked, no slot at all", sizes: { B: 3, T: 1 }, ...both, masked: "all" },
  ...([[3, 1], [1, 64], [2, 65], [1, 130]] as const).map(([B, T]) => ({ name: `full, B ${B}, T ${T}`, sizes: { B, T }, ...both, full: true })),
  { name: "full, heads on the query only, masked", sizes: { B: 3, T: 65 }, query: [heads, channels], key: [channels], value: [values], over: ["channels"], masked: "all", full: true },
  { name: "full, padding at the end", sizes: { B: 3, T: 65 }, ...both, masked: "end", full: true },
  { name: "large scores", sizes: { B: 1, T: 65 }, ...both, range: { low: -12, high: 12 } },
];

export function attentionGradientCases(): OpCase[] {
  return recipes.flatMap((recipe) => [logSum(recipe), gradients(recipe)]);
}

function logSum(recipe: Recipe): OpCase {
  const c = new CaseBuilder(`attention_log_sum ${recipe.name}`, recipe.sizes);
  const { query, key, valid } = operandsOf(c, recipe);
  const made = c.emit.attentionLogSum(query, key, recipe.over, valid, recipe.full);
  // Beside 1e30 no other number can be compared.
  const empty = c.emit.binary("less", c.emit.scalar(1e29), made);
  return c.done(recipe.masked === "all" ? { empty, out: c.emit.select(empty, c.emit.scalar(0), made) } : { out: made });
}

/** As they stand together in a backward pass. */
function gradients(recipe: Recipe): OpCase {
  const c = new CaseBuilder(`attention_gradient ${recipe.name}`, recipe.sizes);
  const { query, key, value, valid } = operandsOf(c, recipe);
  const { over } = recipe;
  const logSums = c.emit.attentionLogSum(query, key, over, valid, recipe.full);
  const out = c.emit.attention(query, key, value, over, undefined, valid, recipe.full);
  const g = c.input("g", out.dims);
  const own = out.dims.map((d) => d.name).filter((name) => !logSums.dims.some((d) => d.name === name));
  const dot = c.emit.reduce("sum", c.emit.multiply(g, out), own);
  const made = (of: "query" | "key" | "value"): Node => c.emit.attentionGradient(of, { query, key, value }, over, [logSums, g, dot], valid, recipe.full);
  return c.done({ query: made("query"), key: made("key"), value: made("value") });
}

function operandsOf(c: CaseBuilder, recipe: Recipe): { query: Node; key: Node; value: Node; valid: Node | undefined } {
  const range = recipe.range ?? { low: -1, high: 1 };
  const timed = (x: Node): Node => c.emit.rename(x, { "@token": timeDim });
  return {
    query: c.input("query", [batch, token, ...recipe.query], range),
    key: timed(c.input("key", [batch, token, ...recipe.key], range)),
    value: timed(c.input("value", [batch, token, ...recipe.value], range)),
    valid: recipe.masked ? timed(recipe.masked === "all" ? c.mask() : endMask(c)) : undefined,
  };
}

function endMask(c: CaseBuilder): Node {
  const { B, T } = c.symbols;
  return c.given("mask", "i32", [batch, token], { shape: [B, T], data: Array.from({ length: B * T }, (_, i) => (i % T < Math.ceil((2 * T) / 3) ? 1 : 0)) });
}
