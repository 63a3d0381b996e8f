/** Cases of map, reduce, the views, the constants and the small index ops. */
import type { BinaryMapFn, UnaryMapFn } from "../../../src/graph/ops.js";
import { axis, batch, CaseBuilder, oneToken, token, type OpCase, type Range } from "../case-builder.js";

const width = axis("width", 48);
const slots = axis("slots", 5);
const heads = axis("heads", 3);
const oneHead = axis("heads", 1);

const middle: Range = { low: -4, high: 4 };
const positive: Range = { low: 0.01, high: 8 };
/** Far out, where a careless formula overflows. */
const wide: Range = { low: -100, high: 100 };

/** Where each function is defined and stays in float32. */
const unaryRanges: { readonly [F in Exclude<UnaryMapFn, "to_f32">]: readonly Range[] } = {
  negate: [middle], exp: [middle, { low: -100, high: 5 }], log: [positive], sqrt: [positive], abs: [middle],
  sin: [middle], cos: [middle], tanh: [middle, wide], sigmoid: [middle, wide], softplus: [middle, wide],
  relu: [middle], gelu: [middle, wide], gelu_tanh: [middle, wide], silu: [middle, wide], elu: [middle, wide],
  square: [middle], reciprocal: [positive], rsqrt: [positive], erf: [middle, wide], is_finite: [wide],
};

/** [left, right] */
const binaryRanges: { readonly [F in BinaryMapFn]: readonly [Range, Range] } = {
  add: [middle, middle], subtract: [middle, middle], multiply: [middle, middle], divide: [middle, positive],
  power: [positive, middle], maximum: [middle, middle], minimum: [middle, middle],
  equal: [middle, middle], not_equal: [middle, middle], less: [middle, middle],
};

export function mapCases(): OpCase[] {
  const cases: OpCase[] = [];
  for (const [fn, ranges] of Object.entries(unaryRanges) as [Exclude<UnaryMapFn, "to_f32">, readonly Range[]][]) {
    ranges.forEach((range, i) => {
      const c = new CaseBuilder(`map ${fn}${i ? " far out" : ""}`, { B: 2, T: 63 });
      cases.push(c.done({ out: c.emit.unary(fn, c.input("x", [batch, token, width], range)) }));
    });
  }
  for (const [fn, [left, right]] of Object.entries(binaryRanges) as [BinaryMapFn, readonly [Range, Range]][]) {
    const c = new CaseBuilder(`map ${fn}`, { B: 1, T: 63 });
    const [a, b] = [c.input("a", [batch, token, width], left), c.input("b", [batch, token, width], right)];
    cases.push(c.done({ out: c.emit.binary(fn, a, b) }));
  }
  for (const fn of ["add", "subtract", "multiply", "maximum", "minimum", "equal", "not_equal", "less"] as const) {
    const c = new CaseBuilder(`map ${fn} of integers`, { B: 2, T: 65 });
    const [a, b] = [c.integers("a", [batch, token], { low: -3, high: 3 }), c.integers("b", [batch, token], { low: -3, high: 3 })];
    cases.push(c.done({ out: c.emit.binary(fn, a, b) }));
  }
  cases.push(...broadcastCases());
  return cases;
}

function broadcastCases(): OpCase[] {
  const cases: OpCase[] = [];
  {
    const c = new CaseBuilder("map broadcast parameter over tokens", { B: 2, T: 65 });
    cases.push(c.done({ out: c.emit.add(c.input("x", [batch, token, width]), c.parameter("bias", [width])) }));
  }
  {
    const c = new CaseBuilder("map outer product, one row", { B: 1, T: 201 });
    cases.push(c.done({ out: c.emit.multiply(c.input("key", [batch, token, slots]), c.input("value", [batch, token, width])) }));
  }
  {
    const c = new CaseBuilder("map with dims in another order", { B: 2, T: 63 });
    const [a, b] = [c.input("a", [batch, token, heads, width]), c.input("b", [batch, token, width, heads])];
    cases.push(c.done({ out: c.emit.binary("subtract", a, b) }));
  }
  {
    const c = new CaseBuilder("map with token dim in front of nothing", { B: 2, T: 1 });
    const scale = c.emit.scalar(0.25);
    const shifted = c.emit.add(c.emit.multiply(c.input("x", [batch, token, oneHead, width]), scale), c.emit.scalar(-3));
    cases.push(c.done({ out: shifted }));
  }
  {
    const c = new CaseBuilder("map of batch with token", { B: 2, T: 63 });
    cases.push(c.done({ out: c.emit.multiply(c.input("row", [batch]), c.input("x", [batch, token, slots])) }));
  }
  {
    const c = new CaseBuilder("map select", { B: 2, T: 63 });
    const x = c.input("x", [batch, token, width]);
    cases.push(c.done({ out: c.emit.select(c.mask(), x, c.emit.scalar(1)) }));
  }
  {
    const c = new CaseBuilder("map to_f32 of integers", { B: 2, T: 201 });
    cases.push(c.done({ out: c.emit.unary("to_f32", c.integers("n", [batch, token], { low: -9, high: 100_000 })) }));
  }
  {
    const c = new CaseBuilder("map chain with a shared value and two outputs", { B: 2, T: 65 });
    const x = c.input("x", [batch, token, width]);
    const gate = c.emit.unary("silu", x);
    cases.push(c.done({ gate, out: c.emit.multiply(c.emit.add(gate, x), c.emit.add(gate, c.parameter("shift", [width]))) }));
  }
  return cases;
}

export function reduceCases(): OpCase[] {
  const cases: OpCase[] = [];
  for (const fn of ["sum", "max"] as const) {
    for (const { T, dims, over } of [
      { T: 1, dims: [heads, width], over: ["width"] },
      { T: 63, dims: [heads, slots, width], over: ["slots"] },
      { T: 65, dims: [heads, slots, width], over: ["heads", "width"] },
      { T: 201, dims: [oneHead, width], over: ["heads"] },
      { T: 63, dims: [slots, width], over: ["slots", "width"] },
    ]) {
      const c = new CaseBuilder(`reduce ${fn} of [${dims.map((d) => d.name).join(", ")}] over ${over.join(", ")}, T ${T}`, { B: 2, T });
      cases.push(c.done({ out: c.emit.reduce(fn, c.input("x", [batch, token, ...dims], middle), over) }));
    }
  }
  {
    const c = new CaseBuilder("reduce softmax with large logits", { B: 2, T: 63 });
    const x = c.input("x", [batch, token, heads, slots], wide);
    const exp = c.emit.unary("exp", c.emit.binary("subtract", x, c.emit.reduce("max", x, ["slots"])));
    cases.push(c.done({ out: c.emit.binary("divide", exp, c.emit.reduce("sum", exp, ["slots"])) }));
  }
  {
    const c = new CaseBuilder("reduce layer norm", { B: 2, T: 65 });
    const x = c.input("x", [batch, token, width], { low: 3, high: 5 });
    const share = c.emit.scalar(1 / 48);
    const centred = c.emit.binary("subtract", x, c.emit.multiply(c.emit.reduce("sum", x, ["width"]), share));
    const variance = c.emit.multiply(c.emit.reduce("sum", c.emit.unary("square", centred), ["width"]), share);
    const unit = c.emit.multiply(centred, c.emit.unary("rsqrt", c.emit.add(variance, c.emit.scalar(1e-5))));
    cases.push(c.done({ out: c.emit.add(c.emit.multiply(unit, c.parameter("weight", [width])), c.parameter("bias", [width])) }));
  }
  {
    const c = new CaseBuilder("reduce of a product of a state and a query, one token", { B: 2, T: 1 });
    const bank = c.state("bank", [batch, slots, width]);
    const read = c.input("read", [batch, oneToken, slots]);
    cases.push(c.done({ out: c.emit.reduce("sum", c.emit.multiply(read, bank), ["slots"]) }));
  }
  return cases;
}

export function viewCases(): OpCase[] {
  const cases: OpCase[] = [];
  {
    const c = new CaseBuilder("rename, then broadcast by the new name", { B: 2, T: 63 });
    const x = c.input("x", [batch, token, width]);
    cases.push(c.done({ out: c.emit.add(c.emit.rename(x, { width: "channels" }), c.parameter("p", [axis("channels", 48)])) }));
  }
  {
    const c = new CaseBuilder("rename makes an outer product with itself", { B: 1, T: 65 });
    const x = c.input("x", [batch, token, slots]);
    cases.push(c.done({ out: c.emit.multiply(x, c.emit.rename(x, { slots: "slots_2" })) }));
  }
  {
    const c = new CaseBuilder("squeeze and unsqueeze", { B: 2, T: 63 });
    const x = c.input("x", [batch, token, oneHead, width]);
    const flat = c.emit.squeeze(x, "heads");
    cases.push(c.done({ flat, out: c.emit.unsqueeze(c.emit.unary("square", flat), "taps", 3) }));
  }
  {
    const c = new CaseBuilder("squeeze of the token dim", { B: 2, T: 1 });
    const x = c.input("x", [batch, oneToken, slots]);
    cases.push(c.done({ out: c.emit.unary("negate", c.emit.squeeze(x, "@token")) }));
  }
  for (const [B, T] of [[2, 1], [3, 63], [1, 65]] as const) {
    const c = new CaseBuilder(`flip of B ${B}, T ${T}`, { B, T });
    const x = c.input("x", [batch, token, slots]);
    const ids = c.emit.unary("to_f32", c.emit.flip(c.integers("ids", [batch, token], { low: 0, high: 9 })));
    // Beside what is not flipped, and back again behind a sum.
    const mirrored = c.emit.flip(x);
    const sums = c.emit.reduce("sum", c.emit.multiply(mirrored, x), ["slots"]);
    cases.push(c.done({ out: mirrored, ids, back: c.emit.flip(c.emit.add(mirrored, ids)), sums: c.emit.flip(sums) }));
  }
  for (const [T, size] of [[1, 48], [63, 6], [201, 2]] as const) {
    const c = new CaseBuilder(`turn_half of ${size}, T ${T}`, { B: 2, T });
    const channels = axis("channels", size);
    cases.push(c.done({ out: c.emit.turnHalf(c.input("x", [batch, token, channels, heads]), "channels") }));
  }
  return cases;
}

export function constantCases(): OpCase[] {
  const cases: OpCase[] = [];
  {
    const c = new CaseBuilder("iota times x", { B: 2, T: 63 });
    cases.push(c.done({ out: c.emit.multiply(c.input("x", [batch, token, slots]), c.emit.iota(slots)) }));
  }
  {
    const c = new CaseBuilder("table times x", { B: 2, T: 65 });
    const table = c.emit.table("f32", [slots, heads], Array.from({ length: 15 }, (_, i) => (i - 7) / 4));
    cases.push(c.done({ out: c.emit.multiply(c.input("x", [batch, token, heads, slots]), table) }));
  }
  {
    const c = new CaseBuilder("power of a constant by index", { B: 1, T: 1 });
    const decay = c.emit.binary("power", c.emit.scalar(2), c.emit.binary("subtract", c.emit.scalar(-5), c.emit.iota(heads)));
    cases.push(c.done({ out: c.emit.multiply(c.input("x", [batch, token, heads]), c.emit.binary("subtract", c.emit.scalar(1), decay)) }));
  }
  for (const T of [1, 65]) {
    const c = new CaseBuilder(`extent advances a length, T ${T}`, { B: 2, T, length: 3 });
    cases.push(c.done({}, { length: c.emit.add(c.lengthState(), c.emit.extent("T")) }));
  }
  return cases;
}
