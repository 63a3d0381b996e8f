/** On any graph, a pass changes nothing that the oracle can see, and a second round of passes finds nothing to do. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Pass } from "../../compiler/4-passes/pass.js";
import { passes, runPasses } from "../../compiler/4-passes/pipeline.js";
import type { Node } from "../../src/graph/graph.js";
import { printGraph } from "../../src/graph/print.js";
import { verifyGraph } from "../../src/graph/verify.js";
import type { BinaryMapFn, UnaryMapFn } from "../../src/graph/ops.js";
import { expectClose } from "../helpers/close.js";
import { axis, batch, CaseBuilder, token, type OpCase } from "../oracle/case-builder.js";
import { environmentOf, evaluate, evaluateNodes } from "../oracle/evaluate.js";
import { opCases } from "../oracle/op-cases.js";

const slots = axis("slots", 3);
const head = axis("heads", 1);
const unaries: readonly UnaryMapFn[] = ["negate", "exp", "tanh", "square", "abs", "sigmoid", "reciprocal", "relu"];
const binaries: readonly BinaryMapFn[] = ["add", "subtract", "multiply", "divide", "power", "maximum", "minimum"];
const numbers = [0, 1, -1, 2, 0.5, -0.5, 4, 3];
/** Scalars that are there from the start, so that rules about them are met often. */
const neutral = [0, 1, -1, 2, 0.5, -0.5];

/** One choice: what to make, of which of the nodes so far. Numbers are taken modulo what there is. */
type Choice = readonly [kind: number, a: number, b: number, c: number];

function graphOf(choices: readonly Choice[]): OpCase {
  const c = new CaseBuilder("random graph", { B: 2, T: 3 });
  const e = c.emit;
  const pool: Node[] = [c.input("x", [batch, token, head, slots]), c.parameter("p", [slots], undefined, { low: 0.5, high: 2 }), c.state("bank", [batch, slots]), e.iota(slots), ...neutral.map((n) => e.scalar(n))];
  const given = pool.length;
  const has = (node: Node, name: string): boolean => node.dims.some((d) => d.name === name);
  for (const [kind, a, b, last] of choices) {
    const [x, y, z] = [a, b, last].map((n) => pool[n % pool.length]!) as [Node, Node, Node];
    const made = ((): Node => {
      switch (kind) {
        case 0:
          return e.scalar(numbers[a % numbers.length]!);
        case 1:
          return e.table("f32", [slots], [a % 3, b % 3, 1]);
        case 2:
          return e.unary(unaries[b % unaries.length]!, x);
        case 3:
        case 4:
          return e.binary(binaries[last % binaries.length]!, x, y);
        case 5:
          return has(x, "slots") ? e.reduce(b % 2 ? "sum" : "max", x, has(x, "heads") && last % 2 ? ["heads", "slots"] : ["slots"]) : x;
        case 6:
          return has(x, "heads") ? (b % 2 ? e.squeeze(x, "heads") : e.reduce("sum", x, ["heads"])) : e.unsqueeze(x, "heads", x.dims.length);
        case 7:
          // There and back, so that broadcasting stays within few names.
          return has(x, "slots") ? e.rename(e.rename(x, { slots: "keys" }), { keys: "slots" }) : x;
        case 8: {
          // An earlier operation again, its operands in the other order.
          const earlier = pool.filter((n) => n.op === "map" && n.inputs.length === 2 && n.dtype === "f32");
          const again = earlier[a % Math.max(1, earlier.length)];
          return again?.op === "map" ? e.binary(again.fn as BinaryMapFn, again.inputs[1]!, again.inputs[0]!) : x;
        }
        default:
          return e.select(e.binary(b % 2 ? "equal" : "not_equal", x, y), y, z);
      }
    })();
    pool.push(made);
  }
  // Everything is an output: a wrong value cannot hide.
  return c.done(Object.fromEntries(pool.slice(given).map((node, i) => [`out_${i}`, node])), { bank: c.emit.add(pool[2]!, e.scalar(0)) });
}

const choice = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.nat(1000), fc.nat(1000), fc.nat(1000));
/** Prints as its choices, from which `graphOf` makes it again. */
const graphs = fc.array(choice, { minLength: 1, maxLength: 10 });

/** Infinities and NaN are outside a pass's promise: 1 / (x + 0) may change its sign at -0. */
function isFinite(c: OpCase): boolean {
  return evaluateNodes(c.graph, environmentOf(c.graph, c)).every((value) => Array.from(value.data).every((x) => Number.isFinite(x) && Math.abs(x) < 1e6));
}

function expectSame(c: OpCase, run: Pass["run"], name: string): void {
  const graph = run(c.graph);
  verifyGraph(graph);
  const [before, after] = [evaluate(c.graph, c), evaluate(graph, c)];
  // Float64 against float64: only x^2 against x·x and the like may round otherwise.
  for (const [output, value] of Object.entries(before.outputs)) expectClose(`${name}: ${output}`, value, after.outputs[output]!, 1e-12);
  for (const [state, value] of Object.entries(before.states)) expectClose(`${name}: ${state}`, value, after.states[state]!, 1e-12);
}

describe.each(passes.map((pass) => [pass.name, pass] as const))("%s", (_, pass) => {
  test("keeps every value of random graphs", () => {
    let tried = 0;
    fc.assert(
      fc.property(graphs, (choices) => {
        const c = graphOf(choices);
        if (!isFinite(c)) return;
        tried++;
        expectSame(c, pass.run, pass.name);
      }),
      { seed: 4, numRuns: 1000 },
    );
    expect(tried).toBeGreaterThan(400);
  });
});

test("a second round finds nothing to do", () => {
  fc.assert(
    fc.property(graphs, (choices) => {
      const once = runPasses(graphOf(choices).graph);
      expect(printGraph(runPasses(once))).toBe(printGraph(once));
    }),
    { seed: 5, numRuns: 300 },
  );
});

/** Small ones only: the oracle is slow, and the long cases differ from them in nothing that a pass sees. */
const small = opCases().filter((c) => c.extents.T <= 63);

test.each(small.map((c) => [c.name, c] as const))("op case %s keeps its values", (_, c) => {
  expectSame(c, runPasses, c.name);
});
