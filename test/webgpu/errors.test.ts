/** What goes wrong on a machine, each as an error with code, blame and words. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { unpackSwiftShader } from "../../runtime/webgpu/node/swiftshader.js";
import { openWebgpu, type WebgpuDevice } from "../../runtime/webgpu/index.js";
import type { Plan } from "../../src/plan/plan.js";
import { presentAdapters } from "./adapters.js";
import { cachePlan, grid, ints, kernel, planOf, size, tablePlan, tableWeights } from "./plans.js";

const adapters = await presentAdapters();
const opened: WebgpuDevice[] = [];
afterEach(() => opened.splice(0).forEach((device) => device.dispose()));

describe.each(adapters)("on %s", (adapter) => {
  async function open(): Promise<WebgpuDevice> {
    const device = await openWebgpu({ adapter });
    opened.push(device);
    return device;
  }
  const fourTokens = { tokens: ints([1, 4], [0, 1, 2, 3]) };

  test("a lost device refuses pending and later calls", async () => {
    const device = await open();
    const program = await device.open(tablePlan, tableWeights);
    await program.call("forward", fourTokens);
    const pending = [program.call("forward", fourTokens), program.call("forward", fourTokens)];
    device.gpu.device.destroy();
    for (const outcome of await Promise.allSettled(pending)) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "device-lost", blame: "machine" } });
    }
    await expect(program.call("forward", fourTokens)).rejects.toMatchObject({ code: "device-lost" });
    await expect(device.open(tablePlan, tableWeights)).rejects.toMatchObject({ code: "device-lost" });
  });

  test("a disposed program and device refuse calls", async () => {
    const device = await open();
    const program = await device.open(tablePlan, tableWeights);
    program.dispose();
    expect(program.statistics().bytes).toBe(0);
    await expect(program.call("forward", fourTokens)).rejects.toMatchObject({ code: "disposed" });
    device.dispose();
    await expect(device.open(tablePlan, tableWeights)).rejects.toMatchObject({ code: "device-lost" });
  });

  test("a size beyond the device is out of memory, with how much and for what, and the next call works", async () => {
    const absurd = { ...tablePlan, entries: [{ ...tablePlan.entries[0]!, outputs: [{ name: "logits", dtype: "f32", shape: ["B", "T", 1_000_000_000] }] }] } as Plan;
    const program = await (await open()).open(absurd, tableWeights);
    const failure = program.call("forward", fourTokens);
    await expect(failure).rejects.toMatchObject({ code: "out-of-memory", blame: "machine", message: expect.stringMatching(/output logits of forward needs 16\.0 GB/) });
    const state = await (await open()).open(cachePlan, new Map());
    await expect(state.createState(2 ** 40)).rejects.toMatchObject({ code: "out-of-memory" });
    await (await state.createState(2)).dispose();
  });

  test("a kernel that does not compile is named with its line", async () => {
    const program = await (await open()).open(withKernel("broken", "let a = 1u;\nlet b: f32 = a;"), tableWeights);
    await expect(program.call("forward", fourTokens)).rejects.toMatchObject({
      code: "kernel-rejected", message: expect.stringMatching(/`broken`, line \d+/), reason: expect.stringContaining("let b: f32 = a"),
    });
  });

  test("a dispatch that WebGPU refuses is named", async () => {
    const plan = planOf({
      entries: [{ name: "forward", chunk: 64, inputs: [{ name: "tokens", dtype: "i32", shape: ["B", "T"] }], outputs: [{ name: "out", dtype: "i32", shape: ["B", "T"] }], states: [] }],
      program: {
        kernels: [kernel("copy", ["i32 source", "=i32 copy"], "copy[at.x] = source[at.x];")],
        weights: [],
        entries: {
          forward: {
            arenas: 0, slots: [], buffers: [],
            dispatches: [
              { kernel: 0, grid: grid(size(1, "T")), bindings: [{ kind: "input", index: 0 }, { kind: "output", index: 0 }], label: "good.place" },
              { kernel: 0, grid: grid(size(1, "T")), bindings: [{ kind: "output", index: 0 }, { kind: "output", index: 0 }], label: "bad.place" },
            ],
          },
        },
      },
    });
    const program = await (await open()).open(plan, new Map());
    await expect(program.call("forward", fourTokens)).rejects.toMatchObject({ code: "internal", message: expect.stringContaining("bad.place") });
  });

  test("a plan that needs more than the adapter has is refused with both numbers", async () => {
    const plan = { ...tablePlan, targets: { wgsl: { ...tablePlan.targets.wgsl!, limits: { ...tablePlan.targets.wgsl!.limits, maxStorageBuffersPerShaderStage: 99 } } } };
    await expect((await open()).open(plan, tableWeights)).rejects.toMatchObject({
      code: "device-limit", message: expect.stringMatching(/maxStorageBuffersPerShaderStage of 99; this adapter has \d+/),
    });
  });

  test("a grid that no device takes is refused by name", async () => {
    const program = await (await open()).open(withGrid(70_000), tableWeights);
    await expect(program.call("forward", fourTokens)).rejects.toMatchObject({ code: "device-limit", message: expect.stringContaining("embedding") });
  });

  test("a plan for another target is refused", async () => {
    await expect((await open()).open({ ...tablePlan, targets: {} }, tableWeights)).rejects.toMatchObject({ code: "plan-target" });
  });
});

function withProgram(change: (wgsl: NonNullable<Plan["targets"]["wgsl"]>) => Partial<NonNullable<Plan["targets"]["wgsl"]>>): Plan {
  const wgsl = tablePlan.targets.wgsl!;
  return { ...tablePlan, targets: { wgsl: { ...wgsl, ...change(wgsl) } } };
}

function withKernel(name: string, body: string): Plan {
  return withProgram(({ kernels }) => ({ kernels: [kernel(name, ["i32 tokens", "f32 rows", "=f32 x", "=f32 twice"], body), ...kernels.slice(1)] }));
}

function withGrid(height: number): Plan {
  return withProgram(({ entries }) => {
    const [first, ...rest] = entries["forward"]!.dispatches;
    const tall = { ...first!, grid: [{ size: size(1), per: 1 }, { size: size(height), per: 1 }, { size: size(1), per: 1 }] as const };
    return { entries: { forward: { ...entries["forward"]!, dispatches: [tall, ...rest] } } };
  });
}

describe("without an adapter", () => {
  test.runIf(process.platform === "linux")("says what was tried and what to do", async () => {
    const before = process.env["VK_ICD_FILENAMES"];
    process.env["VK_ICD_FILENAMES"] = "/nonexistent.json";
    try {
      await expect(openWebgpu({ adapter: "hardware" })).rejects.toMatchObject({
        code: "no-adapter", blame: "machine", reason: expect.stringContaining("system's graphics drivers"), hint: expect.stringContaining("tfjs"),
      });
    } finally {
      if (before === undefined) delete process.env["VK_ICD_FILENAMES"];
      else process.env["VK_ICD_FILENAMES"] = before;
    }
  });

  test("hardware only is not software, whatever is forced", async () => {
    await expect(openWebgpu({ adapter: "swiftshader", hardwareOnly: true })).rejects.toMatchObject({ code: "no-adapter" });
  });

  test("an unknown MSZ_ADAPTER is refused with the known ones", async () => {
    const before = process.env["MSZ_ADAPTER"];
    process.env["MSZ_ADAPTER"] = "voodoo";
    try {
      await expect(openWebgpu()).rejects.toMatchObject({ code: "unknown-adapter", blame: "input", hint: expect.stringContaining("swiftshader") });
    } finally {
      if (before === undefined) delete process.env["MSZ_ADAPTER"];
      else process.env["MSZ_ADAPTER"] = before;
    }
  });
});

describe.runIf(process.platform === "linux" && process.arch === "x64")("SwiftShader's files", () => {
  test("are unpacked once, and anew when one is damaged", () => {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), "msz-test-"));
    const before = process.env["XDG_CACHE_HOME"];
    process.env["XDG_CACHE_HOME"] = home;
    try {
      const { icd, loader } = unpackSwiftShader();
      const size = fs.statSync(loader).size;
      const { ino } = fs.statSync(icd);
      expect(icd.startsWith(home)).toBe(true);
      expect(unpackSwiftShader()).toEqual({ icd, loader });
      expect(fs.statSync(icd).ino).toBe(ino);
      fs.truncateSync(loader, 1000);
      unpackSwiftShader();
      expect(fs.statSync(loader).size).toBe(size);
      expect(fs.readdirSync(path.dirname(path.dirname(icd)))).toHaveLength(1);
    } finally {
      if (before === undefined) delete process.env["XDG_CACHE_HOME"];
      else process.env["XDG_CACHE_HOME"] = before;
      fs.rmSync(home, { recursive: true, force: true });
    }
  });
});
