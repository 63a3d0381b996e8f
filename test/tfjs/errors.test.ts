/** What a user is told when a plan, a state or the machine will not do, and that nothing is left behind. */
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Device, HostTensors, Program } from "../../runtime/device.js";
import { openTfjs } from "../../runtime/tfjs/index.js";
import { MszError } from "../../src/base/error.js";
import type { Plan, TfjsStep } from "../../src/plan/plan.js";
import { axis, batch, CaseBuilder, token } from "../oracle/case-builder.js";
import { planOf, weightsOf } from "./plan-of.js";

let device: Device;
beforeAll(async () => {
  device = await openTfjs({ only: "wasm" });
});
afterAll(() => device.dispose());

/** y = x · wᵀ + running, running += 1: small, with one state. */
function smallPlan(outputs = 5): { plan: Plan; parameters: Parameters<typeof weightsOf>[0] } {
  const c = new CaseBuilder("small", { B: 2, T: 3 });
  const [width, out] = [axis("width", 4), axis("out", outputs)];
  const y = c.emit.matmul(c.input("x", [batch, token, width]), c.parameter("w", [out, width]), ["width"]);
  const running = c.state("running", [batch]);
  const { graph, parameters } = c.done({ y: c.emit.add(y, running) }, { running: c.emit.add(running, c.emit.scalar(1)) });
  return { plan: planOf([graph]), parameters };
}

const inputs: HostTensors = { x: { shape: [2, 3, 4], data: new Float32Array(24).fill(1) } };

async function failure(promise: Promise<unknown>): Promise<MszError> {
  const error: unknown = await promise.then(() => undefined, (e: unknown) => e);
  if (!(error instanceof MszError)) throw new Error(`no MszError but ${String(error)}`);
  return error;
}

test("the device says what it is", () => {
  expect(device.backend).toBe("tfjs");
  expect(device.description).toMatch(/^wasm, SIMD, \d+ threads?$/);
  expect(device.software).toBe(false);
});

test("plain JavaScript can be asked for, and computes the same", async () => {
  const cpu = await openTfjs({ only: "cpu" });
  try {
    expect(cpu.description).toBe("cpu, plain JavaScript");
    const { plan, parameters } = smallPlan();
    const program = await cpu.open(plan, weightsOf(parameters));
    const onCpu = await program.advance(await program.createState(2), "forward", inputs);
    program.dispose();
    const again = await openTfjs({ only: "wasm" });
    const onWasm = await again.open(plan, weightsOf(parameters));
    const { y } = await onWasm.advance(await onWasm.createState(2), "forward", inputs);
    y!.data.forEach((value, i) => expect(value).toBeCloseTo(onCpu.y!.data[i]!, 5));
    onWasm.dispose();
  } finally {
    await openTfjs({ only: "wasm" });
  }
});

test("a backend that is not installed", async () => {
  const error = await failure(openTfjs({ only: "tensorflow" }));
  expect([error.code, error.blame]).toEqual(["no-backend", "machine"]);
  expect(error.hint).toContain("@tensorflow/tfjs-node");
});

test("a plan without a tfjs program", async () => {
  const { plan } = smallPlan();
  const error = await failure(device.open({ ...plan, targets: {} }, new Map()));
  expect(error.code).toBe("plan-target");
  expect(error.hint).toContain("--target tfjs");
});

describe("broken programs", () => {
  const broken = async (change: (step: TfjsStep) => TfjsStep): Promise<MszError> => {
    const { plan, parameters } = smallPlan();
    const before = tf.memory().numTensors;
    const entry = plan.targets.tfjs!.entries.forward!;
    const changed = { ...plan, targets: { tfjs: { entries: { forward: { ...entry, steps: entry.steps.map(change) } } } } };
    let program: Program | undefined;
    const error = await failure(
      (async () => {
        program = await device.open(changed, weightsOf(parameters));
        return program.advance(await program.createState(2), "forward", inputs);
      })(),
    );
    program?.dispose();
    expect(tf.memory().numTensors).toBe(before);
    return error;
  };

  test("an op that does not exist", async () => {
    const error = await broken((step) => (step.op === "matmul" ? { ...step, op: "einsum" } : step));
    expect(error.code).toBe("bad-plan");
    expect(error.message).toContain("`einsum`");
  });

  test("an attr of the wrong type", async () => {
    const error = await broken((step) => (step.op === "reshape" ? { ...step, attrs: { shape: "B" } } : step));
    expect(error.code).toBe("bad-plan");
    expect(error.message).toContain("`shape`");
  });

  test("a shape that does not fit", async () => {
    const error = await broken((step) => (step.op === "reshape" ? { ...step, attrs: { shape: ["7*B"] } } : step));
    expect(error.code).toBe("bad-plan");
    expect(error.message).toMatch(/reshape.*do not fit/);
  });
});

test("a failed call leaves the state as it was and no tensor behind", async () => {
  const { plan, parameters } = smallPlan();
  const program = await device.open(plan, weightsOf(parameters));
  const state = await program.createState(2);
  await program.advance(state, "forward", inputs);
  const [before, tensors] = [await program.readState(state), tf.memory().numTensors];
  const error = await failure(program.advance(state, "forward", { x: { shape: [2, 3, 5], data: new Float32Array(30) } }));
  expect(error.code).toBe("input-shape");
  expect(await program.readState(state)).toEqual(before);
  expect(tf.memory().numTensors).toBe(tensors);
  program.dispose();
});

test("more than WebAssembly can hold is refused before it is tried", async () => {
  const { plan, parameters } = smallPlan(60_000);
  const program = await device.open(plan, weightsOf(parameters));
  const state = await program.createState(1);
  const tensors = tf.memory().numTensors;
  const tokens = 16_000; // 60,000 · 16,000 float32 are 3,662 MB
  const error = await failure(program.advance(state, "forward", { x: { shape: [1, tokens, 4], data: new Float32Array(tokens * 4) } }));
  expect([error.code, error.blame]).toEqual(["out-of-memory", "machine"]);
  expect(error.message).toMatch(/matmul.*MB/);
  expect(tf.memory().numTensors).toBe(tensors);
  program.dispose();
});

test("where memory is out, giving back fails too, which hides nothing and stops no disposal", async () => {
  const { plan, parameters } = smallPlan();
  const entry = plan.targets.tfjs!.entries.forward!;
  const steps = entry.steps.map((step) => (step.op === "reshape" ? { ...step, attrs: { shape: ["7*B"] } } : step));
  for (const [programPlan, code, message] of [
    [plan, "out-of-memory", /memory access out of bounds/],
    [{ ...plan, targets: { tfjs: { entries: { forward: { ...entry, steps } } } } }, "bad-plan", /do not fit/],
  ] as const) {
    const program = await device.open(programPlan, weightsOf(parameters));
    const state = await program.createState(2);
    // As wasm does once it has written over its own books.
    const broken = vi.spyOn(tf.backend(), "disposeData").mockImplementation(() => {
      throw new Error("memory access out of bounds");
    });
    try {
      const error = await failure(program.advance(state, "forward", inputs));
      expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
      program.dispose();
      expect(broken).toHaveBeenCalled();
    } finally {
      broken.mockRestore();
    }
  }
});

test("states of other programs and disposed ones", async () => {
  const { plan, parameters } = smallPlan();
  const [one, other] = [await device.open(plan, weightsOf(parameters)), await device.open(plan, weightsOf(parameters))];
  const state = await one.createState(2);
  expect((await failure(other.readState(state))).code).toBe("foreign-state");
  state.dispose();
  expect((await failure(one.readState(state))).code).toBe("foreign-state");
  expect((await failure(one.writeState(2, {}))).code).toBe("missing-state");
  expect((await failure(one.writeState(2, { running: { shape: [3], data: new Float32Array(3) } }))).code).toBe("state-shape");
  one.dispose();
  expect((await failure(one.createState(1))).code).toBe("disposed");
  other.dispose();
});
