/**
 * Updates of parameters: written over the old value where that is safe, else aside and copied; an optimiser's work on a parameter in one
 * kernel. Hand-made graphs on Dawn against the oracle, and what the schedule made of them.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schedule, type Schedule } from "../../compiler/5-schedule/index.js";
import type { Node } from "../../src/graph/graph.js";
import { expectClose } from "../helpers/close.js";
import { axis, batch, CaseBuilder, type OpCase } from "../oracle/case-builder.js";
import { evaluate } from "../oracle/evaluate.js";
import { createRunner, type Runner } from "./run.js";

const hidden = axis("hidden", 12);
const width = axis("width", 8);

/** adamw's shape: parameter and two moments, seven things read, three written. `broken` holds nothing back here. */
function adaptive(): OpCase {
  const c = new CaseBuilder("an adaptive update", { B: 3, T: 1 });
  const { emit } = c;
  const [weight, x] = [c.parameter("weight", [hidden, width]), c.input("x", [batch, width])];
  const out = emit.matmul(x, weight, ["width"]);
  const gradient = emit.reduce("sum", emit.multiply(out, x), ["@batch"]);
  // A gradient's norm is a sum over all of it, so that nothing of the update can come before.
  const norm = emit.reduce("sum", emit.reduce("sum", emit.unary("square", gradient), ["width"]), ["hidden"]);
  const factor = emit.unary("rsqrt", emit.add(norm, emit.scalar(1)));
  const rate = emit.gather(c.input("schedule", [axis("@schedule", 3)], { low: 0.1, high: 0.2 }), emit.scalar(1, "i32"), "@schedule");
  const g = emit.multiply(gradient, factor);
  const old = emit.parameter("weight", g.dims);
  const [first, second] = ["first", "second"].map((name) => c.trainingState(name, g.dims, { low: 0.1, high: 1 })) as [Node, Node];
  const mean = emit.add(emit.multiply(first, emit.scalar(0.9)), emit.multiply(g, emit.scalar(0.1)));
  const spread = emit.add(emit.multiply(second, emit.scalar(0.99)), emit.multiply(emit.unary("square", g), emit.scalar(0.01)));
  const step = emit.binary("divide", emit.binary("divide", mean, rate), emit.add(emit.unary("sqrt", spread), emit.scalar(0.01)));
  const goes = emit.binary("less", emit.scalar(0), factor);
  const keep = (next: Node, before: Node): Node => emit.select(goes, next, before);
  return c.done({ out }, { first: keep(mean, first), second: keep(spread, second) }, { weight: keep(emit.binary("subtract", old, emit.multiply(step, rate)), old) });
}

/** Reads its own old value at another place: it cannot be written over it. */
function turned(): OpCase {
  const c = new CaseBuilder("a parameter of its own transpose", { B: 1, T: 1 });
  const [one, two] = [axis("one", 5), axis("two", 5)];
  const weight = c.parameter("weight", [one, two]);
  const back = c.emit.rename(weight, { one: "two", two: "one" });
  return c.done({}, {}, { weight: c.emit.add(weight, back) });
}

/** Each parameter takes the other's old value. */
function swapped(): OpCase {
  const c = new CaseBuilder("two parameters that change places", { B: 1, T: 1 });
  const [a, b] = [c.parameter("a", [width]), c.parameter("b", [width])];
  return c.done({}, {}, { a: c.emit.add(b, c.emit.scalar(1)), b: c.emit.multiply(a, c.emit.scalar(2)) });
}

/** A matmul wants it transposed, a sum as it is stored, under other dims. */
function readInManyWays(): OpCase {
  const c = new CaseBuilder("a parameter read in three ways", { B: 5, T: 1 });
  const { emit } = c;
  const weight = c.parameter("weight", [axis("heads", 3), axis("slots", 4), width], [12, 8]);
  const x = c.input("x", [batch, width]);
  const out = emit.matmul(x, weight, ["width"]);
  const stored = emit.parameter("weight", [axis("@rows", 12), axis("@columns", 8)]);
  const sums = emit.reduce("sum", stored, ["@rows"]);
  const old = emit.parameter("weight", weight.dims);
  return c.done({ out, sums }, {}, { weight: emit.multiply(old, emit.scalar(0.5)) });
}

/** An output that is the update as well: one of the two is a copy. */
function shown(): OpCase {
  const c = new CaseBuilder("an update that is an output too", { B: 1, T: 1 });
  const weight = c.parameter("weight", [hidden, width]);
  const after = c.emit.multiply(weight, c.emit.scalar(0.5));
  return c.done({ after }, {}, { weight: after });
}

function scheduleOf(c: OpCase): Schedule {
  return schedule(c.graph, { parameterShape: (name) => c.parameters[name]?.shape });
}

let runner: Runner;
beforeAll(async () => {
  runner = await createRunner();
});
afterAll(() => runner.dispose());

describe("updates of parameters", () => {
  it.each([adaptive(), turned(), swapped(), readInManyWays(), shown()].map((c) => [c.name, c] as const))("%s", async (_, c) => {
    const given = { inputs: c.inputs, parameters: c.parameters, states: c.states, extents: c.extents };
    const wanted = evaluate(c.graph, given);
    const got = await runner.run(c.graph, scheduleOf(c), given);
    // Sums of at most 12 products in float32, and a division by a square root.
    for (const kind of ["outputs", "states", "parameters"] as const) {
      for (const name of Object.keys(wanted[kind])) expectClose(`${c.name}: ${kind} ${name}`, wanted[kind][name]!, got[kind][name]!, 1e-5);
    }
  });

  it("an adaptive update is one kernel that overwrites parameter and moments in place", () => {
    const c = adaptive();
    const { launches } = scheduleOf(c);
    const writes = launches.filter(({ places }) => places.some((p) => (p.kind === "weight" && !p.transposed) || p.kind === "state"));
    const update = writes.at(-1)!;
    expect(writes).toHaveLength(1);
    expect(update.kernel.bindings.length).toBeLessThanOrEqual(8);
    expect(update.places.filter((_, i) => update.kernel.bindings[i]!.access === "read_write").map((p) => p.kind).sort()).toEqual(["state", "state", "weight"]);
    expect(launches.some(({ kernel }) => kernel.name === "copy")).toBe(false);
  });

  it("what cannot be overwritten in place is copied", () => {
    expect(scheduleOf(turned()).launches.map((l) => l.kernel.name)).toContain("copy");
    // One of the two is written when the other has been read.
    expect(scheduleOf(swapped()).launches.filter((l) => l.kernel.name === "copy")).toHaveLength(1);
  });
});
