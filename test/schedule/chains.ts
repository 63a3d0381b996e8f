/** Graphs as models make them: chains that the schedule is to put into few kernels. */
import type { Dim, Node } from "../../src/graph/graph.js";
import { axis, batch, CaseBuilder, oneToken, token, type OpCase } from "../oracle/case-builder.js";

type Emit = CaseBuilder["emit"];

export interface Chain {
  readonly case: OpCase;
  /** How many launches it is worth. */
  readonly launches: number;
}

const width = axis("width", 48);
const slots = axis("slots", 5);
const heads = axis("heads", 3);

export function mean(e: Emit, x: Node, over: readonly Dim[]): Node {
  const count = over.reduce((n, d) => n * (d.size as number), 1);
  return e.multiply(e.reduce("sum", x, over.map((d) => d.name)), e.scalar(1 / count));
}

export function layerNorm(e: Emit, x: Node, over: readonly Dim[], scale: Node, shift: Node): Node {
  const centred = e.binary("subtract", x, mean(e, x, over));
  const spread = e.unary("rsqrt", e.add(mean(e, e.unary("square", centred), over), e.scalar(1e-5)));
  return e.add(e.multiply(e.multiply(centred, spread), scale), shift);
}

export function softmax(e: Emit, x: Node, over: string): Node {
  const powers = e.unary("exp", e.binary("subtract", x, e.reduce("max", x, [over])));
  return e.binary("divide", powers, e.reduce("sum", powers, [over]));
}

export function chains(): Chain[] {
  return [
    ...[[3, 48], [1, 1000], [2, 1500]].map(([T, size]): Chain => {
      const c = new CaseBuilder(`layer norm of ${size}, T ${T}`, { B: 2, T: T! });
      const w = axis("width", size!);
      const x = c.input("x", [batch, token, w]);
      return { case: c.done({ out: layerNorm(c.emit, x, [w], c.parameter("scale", [w]), c.parameter("shift", [w])) }), launches: 1 };
    }),
    (() => {
      const c = new CaseBuilder("softmax over slots, mean over heads", { B: 2, T: 65 });
      const weights = softmax(c.emit, c.input("x", [batch, token, heads, slots], { low: -9, high: 9 }), "slots");
      return { case: c.done({ out: mean(c.emit, weights, [heads]) }), launches: 1 };
    })(),
    (() => {
      const c = new CaseBuilder("softmax over many slots, mean over heads", { B: 1, T: 7 });
      const weights = softmax(c.emit, c.input("x", [batch, token, heads, axis("slots", 400)]), "slots");
      return { case: c.done({ out: mean(c.emit, weights, [heads]), weights }), launches: 1 };
    })(),
    (() => {
      const c = new CaseBuilder("residual add, then layer norm", { B: 2, T: 9 });
      const e = c.emit;
      const sum = e.add(c.input("x", [batch, token, width]), e.unary("tanh", c.input("y", [batch, token, width])));
      return { case: c.done({ sum, out: layerNorm(e, sum, [width], c.parameter("scale", [width]), c.parameter("shift", [width])) }), launches: 1 };
    })(),
    (() => {
      const c = new CaseBuilder("norm by head", { B: 2, T: 5 });
      const channel = axis("channel", 70);
      const x = c.input("x", [batch, token, heads, channel]);
      const spread = c.emit.unary("rsqrt", c.emit.add(mean(c.emit, c.emit.unary("square", x), [channel]), c.emit.scalar(1e-5)));
      return { case: c.done({ out: c.emit.multiply(x, spread) }), launches: 1 };
    })(),
    (() => {
      const c = new CaseBuilder("matmul, bias, gelu, residual", { B: 2, T: 9 });
      const e = c.emit;
      const inner = axis("inner", 20);
      const product = e.matmul(c.input("x", [batch, token, inner]), c.parameter("w", [width, inner]), ["inner"]);
      const out = e.add(e.unary("gelu", e.add(product, c.parameter("b", [width]))), c.input("y", [batch, token, width]));
      return { case: c.done({ out }), launches: 1 };
    })(),
    (() => {
      const c = new CaseBuilder("matmul with two readers", { B: 2, T: 9 });
      const e = c.emit;
      const inner = axis("inner", 20);
      const product = e.matmul(c.input("x", [batch, token, inner]), c.parameter("w", [width, inner]), ["inner"]);
      return { case: c.done({ out: e.multiply(product, e.unary("sigmoid", product)), product }), launches: 2 };
    })(),
    (() => {
      const c = new CaseBuilder("rotary", { B: 2, T: 9 });
      const e = c.emit;
      const feature = axis("feature", 8);
      const x = c.input("x", [batch, token, heads, feature]);
      const position = c.integers("position", [batch, token], { low: 0, high: 5000 });
      const rate = e.table("u32", [feature], Array.from({ length: 8 }, (_, i) => (i % 4) * 70_000_000 + 13));
      const cosine = e.wave(position, rate, e.table("u32", [feature], new Array<number>(8).fill(2 ** 30)));
      const sine = e.wave(position, rate, e.table("u32", [feature], new Array<number>(8).fill(0)));
      const out = e.add(e.multiply(x, cosine), e.multiply(e.turnHalf(x, "feature"), sine));
      return { case: c.done({ out }), launches: 3 };
    })(),
    (() => {
      const c = new CaseBuilder("embedding with positions", { B: 2, T: 9 });
      const e = c.emit;
      const vocab = axis("vocab", 11);
      const ids = c.integers("ids", [batch, token], { low: -2, high: 14 });
      const found = e.multiply(e.gather(c.parameter("table", [vocab, width]), ids, "vocab"), e.scalar(Math.sqrt(48)));
      const position = e.binary("subtract", c.integers("count", [batch, token], { low: 1, high: 5000 }), e.scalar(1, "i32"));
      const rate = e.table("u32", [width], Array.from({ length: 48 }, (_, i) => i * 7_000_000 + 13));
      const x = e.add(found, e.wave(position, rate, e.table("u32", [width], new Array<number>(48).fill(5))));
      const out = layerNorm(e, x, [width], c.parameter("scale", [width]), c.parameter("shift", [width]));
      // Nine values are read or written: one more than a kernel may bind.
      return { case: c.done({ x, out }), launches: 2 };
    })(),
    ...decodeChains(),
  ];
}

/** One token: a state is updated and read in one kernel. */
function decodeChains(): Chain[] {
  return [
    (() => {
      const c = new CaseBuilder("decode of an additive state", { B: 2, T: 1 });
      const e = c.emit;
      const S = c.state("bank", [batch, slots, width]);
      const key = c.input("key", [batch, oneToken, slots]);
      const value = c.input("value", [batch, oneToken, width]);
      const next = e.add(S, e.multiply(e.squeeze(key, oneToken.name), e.squeeze(value, oneToken.name)));
      const query = e.squeeze(c.input("query", [batch, oneToken, slots]), oneToken.name);
      const count = e.unary("to_f32", e.squeeze(c.integers("count", [batch, oneToken], { low: 1, high: 9 }), oneToken.name));
      const read = e.binary("divide", e.reduce("sum", e.multiply(query, next), ["slots"]), e.unary("sqrt", count));
      const out = e.add(e.unsqueeze(read, oneToken.name, 1), c.input("x", [batch, oneToken, width]));
      return { case: c.done({ out }, { bank: next }), launches: 1 };
    })(),
    (() => {
      const c = new CaseBuilder("decode of a normalised linear attention", { B: 2, T: 1 });
      const e = c.emit;
      const [feature, channel] = [axis("feature", 7), axis("channel", 6)];
      const [sums, mass] = [c.state("sums", [batch, heads, feature, channel]), c.state("mass", [batch, heads, feature])];
      const key = c.input("key", [batch, heads, feature], { low: 0, high: 1 });
      const query = c.input("query", [batch, heads, feature], { low: 0, high: 1 });
      const nextSums = e.add(sums, e.multiply(key, c.input("value", [batch, heads, channel])));
      const nextMass = e.add(mass, key);
      const below = e.add(e.reduce("sum", e.multiply(query, nextMass), ["feature"]), e.scalar(5));
      const out = e.binary("divide", e.reduce("sum", e.multiply(query, nextSums), ["feature"]), below);
      return { case: c.done({ out }, { sums: nextSums, mass: nextMass }), launches: 2 };
    })(),
    (() => {
      const c = new CaseBuilder("decode that reads the old state and the new", { B: 2, T: 1 });
      const e = c.emit;
      const S = c.state("bank", [batch, slots, width]);
      const next = e.add(e.multiply(S, e.scalar(0.5)), e.multiply(c.input("key", [batch, slots]), c.input("value", [batch, width])));
      const query = c.input("query", [batch, slots]);
      const old = e.reduce("sum", e.multiply(query, S), ["slots"]);
      const out = e.reduce("sum", e.multiply(query, next), ["slots"]);
      return { case: c.done({ old, out }, { bank: next }), launches: 2 };
    })(),
    (() => {
      const c = new CaseBuilder("an update that depends on a later read of the old state", { B: 2, T: 1 });
      const e = c.emit;
      const [S, R] = [c.state("first", [batch, width]), c.state("second", [batch, width])];
      // Each new value needs the other's old one through a norm over the row: no order of in-place writes is right.
      const norm = (x: Node): Node => e.multiply(x, e.unary("rsqrt", e.add(mean(e, e.unary("square", x), [width]), e.scalar(1))));
      const nextS = e.add(S, norm(R));
      const nextR = e.add(R, norm(nextS));
      const out = e.add(norm(nextR), S);
      return { case: c.done({ out }, { first: nextS, second: nextR }), launches: 3 };
    })(),
    (() => {
      const c = new CaseBuilder("an output that is a state too", { B: 2, T: 1 });
      const S = c.state("last", [batch, width]);
      const next = c.emit.multiply(c.input("x", [batch, width]), c.emit.scalar(3));
      return { case: c.done({ out: next, again: next, old: S }, { last: next }), launches: 4 };
    })(),
  ];
}
