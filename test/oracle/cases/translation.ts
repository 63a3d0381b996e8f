/** Cases of join and top, and of ops on the tokens of source texts, whose number is another one than that of the call. */
import { timeDim, type Dim, type Node } from "../../../src/graph/graph.js";
import { axis, batch, CaseBuilder, oneToken, sourceToken, token, type OpCase } from "../case-builder.js";

const width = axis("width", 48);
const slots = axis("slots", 5);
const heads = axis("heads", 3);
const channels = axis("channels", 16);
const slotsOfSource: Dim = { name: timeDim, size: "E" };

export function joinCases(): OpCase[] {
  return ([
    { name: "two along the last dim, T 63", T: 63, at: token, parts: [5, 12], behind: [] },
    { name: "three along the last dim, one of one, one token", T: 1, at: oneToken, parts: [64, 1, 33], behind: [] },
    { name: "two along a middle dim", T: 65, at: token, parts: [3, 4], behind: [axis("channels", 6)] },
    { name: "one", T: 7, at: token, parts: [9], behind: [] },
  ] as const).map(({ name, T, at, parts, behind }) => {
    const c = new CaseBuilder(`join ${name}`, { B: 2, T });
    return c.done({ out: c.emit.join(parts.map((size, i) => c.input(`x${i}`, [batch, at, axis("vocab", size), ...behind])), "vocab") });
  });
}

export function topCases(): OpCase[] {
  const cases = ([[1, 1, 17, 5], [2, 3, 41, 17], [2, 1, 300, 17], [3, 1, 1000, 129], [1, 2, 20, 20]] as const).map(([B, T, size, count]) => {
    const c = new CaseBuilder(`top ${count} of ${size}, B ${B}, T ${T}`, { B, T });
    return c.done({ out: c.emit.top(c.input("x", [batch, T === 1 ? oneToken : token, axis("vocab", size)], { low: -9, high: 9 }), count) });
  });
  {
    // Whole numbers from a few: equals stand in the order of their index.
    const c = new CaseBuilder("top with equals", { B: 2, T: 1 });
    const drawn = c.integers("x", [batch, oneToken, axis("vocab", 120)], { low: -3, high: 3 });
    cases.push(c.done({ out: c.emit.top(c.emit.unary("to_f32", drawn), 40) }));
  }
  {
    const c = new CaseBuilder("top where all are equal", { B: 1, T: 1 });
    cases.push(c.done({ out: c.emit.top(c.given("x", "f32", [batch, oneToken, axis("vocab", 70)], { shape: [1, 1, 70], data: Array<number>(70).fill(-2.5) }), 9) }));
  }
  {
    const c = new CaseBuilder("top of log-probabilities", { B: 2, T: 1 });
    const x = c.input("x", [batch, oneToken, axis("vocab", 65)], { low: -9, high: 9 });
    const sum = c.emit.unary("log", c.emit.reduce("sum", c.emit.unary("exp", x), ["vocab"]));
    cases.push(c.done({ out: c.emit.squeeze(c.emit.top(c.emit.binary("subtract", x, sum), 17), "@token") }));
  }
  return cases;
}

/** A state after all tokens of a source, read by the tokens of a call; and attention to a cache of the source. */
export function sourceCases(): OpCase[] {
  const cases: OpCase[] = [];
  for (const { T, E, chunk, masked } of [{ T: 5, E: 70, chunk: 64, masked: false }, { T: 33, E: 9, chunk: 4, masked: true }, { T: 1, E: 201, chunk: 64, masked: true }]) {
    const c = new CaseBuilder(`state after a source of ${E}, T ${T}${masked ? ", masked" : ""}`, { B: 2, T, E, chunk });
    const { emit } = c;
    const key = c.input("key", [batch, sourceToken, slots]);
    const terms = [{ key: masked ? emit.select(sourceMask(c), key, emit.scalar(0)) : key, value: c.input("value", [batch, sourceToken, width]) }];
    const recurrence = { axes: [slots, width], terms };
    const bank = emit.advance(emit.boundaries(recurrence, "B", "E"), recurrence);
    const query = c.input("query", [batch, T === 1 ? oneToken : token, slots]);
    cases.push(c.done({ bank, read: emit.reduce("sum", emit.multiply(query, bank), ["slots"]) }));
  }
  {
    const c = new CaseBuilder("read of a source's states in its own order", { B: 2, T: 3, E: 70, chunk: 16 });
    const { emit } = c;
    const terms = [{ key: c.input("key", [batch, sourceToken, slots]), value: c.input("value", [batch, sourceToken, width]) }];
    const recurrence = { axes: [slots, width], terms, decay: c.input("decay", [batch, sourceToken], { low: 0.9, high: 0.999 }) };
    const boundaries = emit.boundaries(recurrence, "B", "E");
    cases.push(c.done({ out: emit.scanRead(boundaries, recurrence, c.input("query", [batch, sourceToken, slots]), ["slots"], "new", sourceToken) }));
  }
  for (const { T, E, masked, at } of [
    { T: 63, E: 7, masked: true, at: token }, { T: 7, E: 201, masked: false, at: token }, { T: 65, E: 65, masked: true, at: token }, { T: 1, E: 70, masked: true, at: oneToken },
  ]) {
    const c = new CaseBuilder(`attention to a source of ${E}, T ${T}${masked ? ", masked" : ""}${at === oneToken ? ", one token" : ""}`, { B: 2, T, E });
    const timed = (name: string) => c.input(name, [batch, slotsOfSource, heads, channels]);
    const valid = masked ? c.emit.rename(sourceMask(c), { "@token": timeDim }) : undefined;
    cases.push(c.done({ out: c.emit.attention(c.input("query", [batch, at, heads, channels], { low: -2, high: 2 }), timed("key"), timed("value"), ["channels"], undefined, valid, true) }));
  }
  return cases;
}

/** The cotangents of attention to a source, and what a loss sums over its tokens. */
export function sourceGradientCases(): OpCase[] {
  return ([[5, 12, true], [9, 66, false], [66, 9, true]] as const).map(([T, E, masked]) => {
    const c = new CaseBuilder(`attention_gradient to a source of ${E}, T ${T}${masked ? ", masked" : ""}`, { B: 2, T, E });
    const { emit } = c;
    const timed = (name: string) => c.input(name, [batch, slotsOfSource, heads, channels]);
    const operands = { query: c.input("query", [batch, token, heads, channels], { low: -2, high: 2 }), key: timed("key"), value: timed("value") };
    const valid = masked ? emit.rename(sourceMask(c), { "@token": timeDim }) : undefined;
    const over = ["channels"];
    const out = emit.attention(operands.query, operands.key, operands.value, over, undefined, valid, true);
    const logSum = emit.attentionLogSum(operands.query, operands.key, over, valid, true);
    const g = c.input("g", [batch, token, heads, channels]);
    const dot = emit.reduce("sum", emit.multiply(g, out), ["channels"]);
    const of = (which: "query" | "key" | "value") => emit.attentionGradient(which, operands, over, [logSum, g, dot], valid, true);
    // A bias of all keys alike moves no softmax, so it is that of the values.
    const [key, value] = (["key", "value"] as const).map((which) => emit.rename(of(which), { [timeDim]: "@token" })) as [Node, Node];
    const weight = emit.weightGradient(emit.rename(key, { heads: "heads'", channels: "channels'" }), c.input("x", [batch, sourceToken, slots]), ["heads'", "channels'", "slots"]);
    return c.done({ out, query: of("query"), key: of("key"), value: of("value"), weight, bias: emit.reduce("sum", emit.reduce("sum", value, ["@token"]), ["@batch"]) });
  });
}

/** i32 [B, E]: padding at the left in even rows and at the right in odd ones. */
function sourceMask(c: CaseBuilder) {
  const { B, E } = c.symbols;
  const padded = Math.floor(E / 3);
  const data = Array.from({ length: B * E }, (_, i) => ((Math.floor(i / E) % 2 === 0 ? i % E >= padded : i % E < E - padded) ? 1 : 0));
  return c.given("source_mask", "i32", [batch, sourceToken], { shape: [B, E], data });
}
