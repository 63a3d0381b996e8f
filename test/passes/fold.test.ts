/** Each rule of the passes, on the smallest graph that shows it. */
import { describe, expect, test } from "vitest";
import { Emitter } from "../../compiler/3-graph/emit.js";
import { shareEqual } from "../../compiler/4-passes/cse.js";
import { dropUnused } from "../../compiler/4-passes/dce.js";
import { foldConstants } from "../../compiler/4-passes/fold.js";
import { passes, runPasses } from "../../compiler/4-passes/pipeline.js";
import { batchDim, tokenDim, type Dim, type Graph, type Node, type StateSpec } from "../../src/graph/graph.js";
import { printGraph } from "../../src/graph/print.js";

const batch: Dim = { name: batchDim, size: "B" };
const token: Dim = { name: tokenDim, size: "T" };
const slots: Dim = { name: "slots", size: 5 };
const head: Dim = { name: "heads", size: 1 };
const bank: StateSpec = { name: "bank", dtype: "f32", dims: [batch, slots], class: "constant" };

function graphOf(make: (e: Emitter, x: Node) => Node, update?: (e: Emitter) => Node): Graph {
  const e = new Emitter({ file: { path: "a.msz", text: "" }, start: 0, end: 0 });
  const x = e.input("x", "f32", [batch, token, head, slots]);
  const outputs = [{ name: "out", node: make(e, x) }];
  const stateUpdates = update ? [{ state: "bank", node: update(e) }] : [];
  return { entry: "forward", chunk: 64, nodes: e.nodes, outputs, stateUpdates, parameterUpdates: [], states: [bank] };
}

/** What is left after all passes, without the head line. */
function after(make: (e: Emitter, x: Node) => Node, update?: (e: Emitter) => Node): string {
  return printGraph(runPasses(graphOf(make, update))).split("\n").slice(1).map((line) => line.trim()).join("\n").trim();
}

const untouched = "%0 f32[B, T, heads, slots] = input x\noutput out = %0";

describe("fold-constants", () => {
  test.each<[string, (e: Emitter, x: Node) => Node]>([
    ["x + 0", (e, x) => e.add(x, e.scalar(0))],
    ["0 + x", (e, x) => e.add(e.scalar(0), x)],
    ["x − 0", (e, x) => e.binary("subtract", x, e.scalar(0))],
    ["x · 1", (e, x) => e.multiply(x, e.scalar(1))],
    ["1 · x", (e, x) => e.multiply(e.scalar(1), x)],
    ["x / 1", (e, x) => e.binary("divide", x, e.scalar(1))],
    ["x ^ 1", (e, x) => e.binary("power", x, e.scalar(1))],
    ["x · (3 − 2)", (e, x) => e.multiply(x, e.binary("subtract", e.scalar(3), e.scalar(2)))],
    ["−(−x)", (e, x) => e.unary("negate", e.unary("negate", x))],
    ["select(1, x, x + x)", (e, x) => e.select(e.scalar(1, "i32"), x, e.add(x, x))],
    ["select(0 = 1, x + x, x)", (e, x) => e.select(e.binary("equal", e.scalar(0), e.scalar(1)), e.add(x, x), x)],
    ["a rename to the same names", (e, x) => e.rename(x, { slots: "slots" })],
    ["a rename there and back", (e, x) => e.rename(e.rename(x, { slots: "keys" }), { keys: "slots" })],
    ["squeeze, then unsqueeze at the same place", (e, x) => e.unsqueeze(e.squeeze(x, "heads"), "heads", 2)],
    ["unsqueeze, then squeeze", (e, x) => e.squeeze(e.unsqueeze(x, "tap", 1), "tap")],
  ])("%s is x", (_, make) => expect(after(make)).toBe(untouched));

  test("x · 1 stays where the 1 brings a dim", () => {
    expect(after((e, x) => e.multiply(e.squeeze(e.reduce("sum", x, ["slots"]), "heads"), e.table("f32", [slots], [1, 1, 1, 1, 1])))).toContain("multiply");
  });

  test("constants of numbers and tables", () => {
    // The decay of retention: 1 − 2^(−5 − index).
    expect(after((e, x) => e.multiply(x, e.binary("subtract", e.scalar(1), e.binary("power", e.scalar(2), e.binary("subtract", e.scalar(-5), e.iota(slots))))))).toMatchInlineSnapshot(`
      "%0 f32[B, T, heads, slots] = input x
      %1 f32[slots] = table (0.96875, 0.984375, 0.9921875, 0.99609375, … 5 numbers)
      %2 f32[B, T, heads, slots] = multiply %0 %1
      output out = %2"
    `);
  });

  test("what overflows is left to the target", () => {
    expect(after((e, x) => e.multiply(x, e.unary("exp", e.scalar(100))))).toContain("exp");
    expect(after((e, x) => e.multiply(x, e.unary("log", e.scalar(0))))).toContain("log");
  });

  test("a long table is not written out", () => {
    expect(after((e, x) => e.add(e.reduce("sum", x, ["slots"]), e.unary("exp", e.iota({ name: "hidden", size: 5000 }))))).toContain("iota");
  });

  test("powers with a function of their own", () => {
    const made = [2, 0.5, -1, -0.5, 3].map((p) => /= (\w+) %0/.exec(after((e, x) => e.binary("power", x, e.scalar(p))))![1]);
    expect(made).toEqual(["square", "sqrt", "reciprocal", "rsqrt", "power"]);
  });

  test("a division becomes a multiplication only by a power of two", () => {
    expect(after((e, x) => e.binary("divide", x, e.scalar(8)))).toContain("scalar 0.125");
    expect(after((e, x) => e.binary("divide", x, e.scalar(-0.5)))).toContain("scalar -2");
    expect(after((e, x) => e.binary("divide", x, e.scalar(3)))).toContain("divide");
    expect(after((e, x) => e.binary("divide", x, e.scalar(0)))).toContain("divide");
  });

  test("a reduction of one element is a view, of one and others half a view", () => {
    expect(after((e, x) => e.reduce("max", x, ["heads"]))).toMatchInlineSnapshot(`
      "%0 f32[B, T, heads, slots] = input x
      %1 f32[B, T, slots] = squeeze heads %0
      output out = %1"
    `);
    expect(after((e, x) => e.reduce("sum", x, ["heads", "slots"]))).toMatchInlineSnapshot(`
      "%0 f32[B, T, heads, slots] = input x
      %1 f32[B, T, slots] = squeeze heads %0
      %2 f32[B, T] = reduce sum over slots %1
      output out = %2"
    `);
  });

  test("renames of renames are one", () => {
    expect(after((e, x) => e.rename(e.rename(x, { slots: "a", heads: "b" }), { a: "heads" }))).toContain("rename heads to b, slots to heads");
  });
});

describe("share-equal", () => {
  test("the same words once, sides of a sum in either order", () => {
    expect(after((e, x) => {
      const [one, two] = [e.unary("exp", x), e.unary("exp", x)];
      return e.multiply(e.add(one, x), e.add(x, two));
    })).toMatchInlineSnapshot(`
      "%0 f32[B, T, heads, slots] = input x
      %1 f32[B, T, heads, slots] = exp %0
      %2 f32[B, T, heads, slots] = add %1 %0
      %3 f32[B, T, heads, slots] = multiply %2 %2
      output out = %3"
    `);
  });

  test("a difference has an order", () => {
    const graph = graphOf((e, x) => {
      const y = e.unary("exp", x);
      return e.add(e.binary("subtract", x, y), e.binary("subtract", y, x));
    });
    expect(shareEqual.run(graph).nodes).toHaveLength(graph.nodes.length);
  });

  test("equal nodes with other numbers, names or types stay apart", () => {
    const graph = graphOf((e, x) => {
      const parts = [e.scalar(1), e.scalar(2), e.unary("to_f32", e.scalar(1, "i32")), e.parameter("a", [slots]), e.parameter("b", [slots])];
      return parts.reduce((sum, part) => e.add(sum, part), x);
    });
    expect(shareEqual.run(graph).nodes).toHaveLength(graph.nodes.length);
  });
});

describe("drop-unused", () => {
  test("inputs stay, a state's own value is no update", () => {
    expect(after((e) => e.parameter("p", [slots]), (e) => e.state("bank", "f32", [batch, slots]))).toMatchInlineSnapshot(`
      "%0 f32[B, T, heads, slots] = input x
      %1 f32[slots] = parameter p
      output out = %1"
    `);
  });

  test("a state update is a use", () => {
    expect(after((_, x) => x, (e) => e.unary("exp", e.state("bank", "f32", [batch, slots])))).toContain("state bank = %2");
  });
});

test("the pipeline is folding, sharing, dropping", () => {
  expect(passes).toEqual([foldConstants, shareEqual, dropUnused]);
});
