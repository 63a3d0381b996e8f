/**
 * Kernels without one of their barriers, or one of their waits for copies, are wrong on the simulated device: threads in some order, copies as early or as late as allowed. What
 * is not missed is listed with its reason; so a barrier that is forgotten in a kernel is seen by the tests that run it.
 */
import { afterAll, describe, expect, test } from "vitest";
import { cudaTarget, schedule, type Schedule } from "../../compiler/5-schedule/index.js";
import type { Kernel, KernelStatement } from "../../src/kernel/kernel.js";
import type { PlanPrecision } from "../../src/plan/plan.js";
import { withEnvironment } from "../cuda-sim/control.js";
import { orders, SimulatedKernels } from "../cuda-sim/kernels.js";
import { runSchedule } from "../cuda-sim/run-schedule.js";
import { axis, batch, CaseBuilder, token } from "../oracle/case-builder.js";
import { expectClose } from "../helpers/close.js";
import { opCases, toleranceOf, type OpCase } from "../oracle/op-cases.js";

/** Against the whole kernel: the numbers are the same, unless something is wrong. */
const tolerance = 1e-6;

type Waiting = "barrier" | "copy_wait";

/** The last of a sum over a workgroup: it is for who writes the parts again, and here nobody does. */
const last = "nobody writes its array again";

const noCopies = "odd sizes come element by element: nothing is copied ahead";

/** By case: the statements of its kernels, in the order of the text, that are not missed. */
const notMissed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "cross_entropy of 1000, B 3, T 5, smoothing 0.1": { "barrier 5": last },
  "cross_entropy_gradient of 1000, B 3, T 5, smoothing 0.1": { "barrier 3": last },
  "a product of odd sizes, float32": { "copy_wait 0": noCopies },
};

function productOf(name: string, T: number, inner: number, outputs: number): OpCase {
  const c = new CaseBuilder(name, { B: 2, T });
  return c.done({ out: c.emit.matmul(c.input("x", [batch, token, axis("in", inner)]), c.parameter("w", [axis("out", outputs), axis("in", inner)]), ["in"]) });
}

function gradientOf(name: string, T: number): OpCase {
  const c = new CaseBuilder(name, { B: 2, T });
  return c.done({ out: c.emit.weightGradient(c.input("x", [batch, token, axis("rows", 20)]), c.input("y", [batch, token, axis("columns", 36)]), ["rows", "columns"]) });
}

const own = [productOf("a product of several stages", 40, 80, 72), productOf("a product of odd sizes", 40, 83, 19), gradientOf("a gradient of several stages", 1200)];
const fromOracle = [
  "reduce softmax with large logits", "attention cached, one token", "cross_entropy of 1000, B 3, T 5, smoothing 0.1", "cross_entropy_gradient of 1000, B 3, T 5, smoothing 0.1",
  "correction no decay, T 50", "scan elman, B 3, T 17", "scan lstm, started, B 3, T 17", "reduce sum of [hidden] over @batch, @token, hidden, B 3, T 65",
];

interface Broken {
  readonly name: string;
  readonly scheduled: Schedule;
}

function brokenOf(of: Schedule): Broken[] {
  return of.launches.flatMap((launch, at) => (["barrier", "copy_wait"] as const).flatMap((kind) =>
    Array.from({ length: count(launch.kernel.body, kind) }, (_, index): Broken => {
      const kernel = without(launch.kernel, kind, index);
      return { name: `${kind} ${index}`, scheduled: { ...of, launches: of.launches.map((l, i) => (i === at ? { ...l, kernel } : l)) } };
    })));
}

function count(body: readonly KernelStatement[], kind: Waiting): number {
  return body.reduce((sum, s) => sum + (s.kind === kind ? 1 : s.kind === "for" ? count(s.body, kind) : s.kind === "if" ? count(s.then, kind) + count(s.else ?? [], kind) : 0), 0);
}

function without(kernel: Kernel, kind: Waiting, index: number): Kernel {
  let at = 0;
  const cut = (body: readonly KernelStatement[]): KernelStatement[] => body.flatMap((s): KernelStatement[] => {
    if (s.kind === kind) return at++ === index ? [] : [s];
    if (s.kind === "for") return [{ ...s, body: cut(s.body) }];
    return [s.kind === "if" ? { ...s, then: cut(s.then), ...(s.else ? { else: cut(s.else) } : {}) } : s];
  });
  return { ...kernel, body: cut(kernel.body) };
}

const opened = await SimulatedKernels.open();
if ("missing" in opened) console.warn(`barriers are not tested: ${opened.missing}`);

describe.skipIf("missing" in opened)("kernels without one wait are wrong", () => {
  const kernels = opened as SimulatedKernels;
  afterAll(() => kernels.dispose());
  const all = [...own, ...opCases().filter((c) => fromOracle.includes(c.name))];
  test("all of them are here", () => expect(all).toHaveLength(own.length + fromOracle.length));

  test.each([...all.map((c) => [c.name, "float32", c] as const), ...own.slice(0, 2).map((c) => [c.name, "bfloat16", c] as const)])("%s, %s", async (name, precision, c) => {
    const scheduled = schedule(c.graph, { target: cudaTarget(precision as PlanPrecision) });
    const broken = brokenOf(scheduled);
    expect(broken.length).toBeGreaterThan(0);
    await kernels.prepare([scheduled, ...broken.map((b) => b.scheduled)].flatMap((s) => s.launches.map((l) => l.kernel)));
    const wanted = runSchedule(kernels, c.graph, scheduled, c, "forward");
    const missed: string[] = [];
    for (const { name: what, scheduled: changed } of broken) {
      let seen = false;
      for (const copies of ["late", "early"]) {
        for (const order of orders) {
          if (seen) continue;
          const got = await withEnvironment({ MSZ_SIM_COPIES: copies }, () => runSchedule(kernels, c.graph, changed, c, order));
          try {
            for (const key of Object.keys(wanted.outputs)) expectClose(key, wanted.outputs[key]!, got.outputs[key]!, toleranceOf(c, tolerance));
          } catch {
            seen = true;
          }
        }
      }
      if (!seen) missed.push(what);
    }
    expect(missed).toEqual(Object.keys(notMissed[name] ?? notMissed[`${name}, ${precision}`] ?? {}));
  });
});
