/**
 * Training on several ranks over the simulated CUDA and NCCL, whose work is done as late as may be: the runtime is the one that drives GPUs. One process a rank, as their sums
 * wait for one another.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../cli/api.js";
import type { HostTensors, TrainingBatch } from "../../runtime/device.js";
import { meetRanks, openSafetensors, openTraining, readTensor, bytesSource, type RankGroup } from "../../runtime/index.js";
import type { Plan } from "../../src/plan/plan.js";
import { prepareCuda } from "../helpers/cuda.js";
import { root } from "../cli/msz.js";
// @ts-expect-error: shared with a child process, which runs JavaScript
import { batchOf as untyped } from "./rank-batches.mjs";

const batchOf = untyped as (number: number) => TrainingBatch;
const missing = prepareCuda();
if (missing) console.warn(`skipped: ${missing}`);
const updates = 5;

function planOf(accumulate: number, ranks: boolean): Plan {
  const text = `
model Small {
  vocabulary = 13
  width = 16
  dropout = 0.1
  layers 1 {
    memory(slots: 4, heads: 2)
    feed_forward(hidden: 24)
  }
}

train {
  batch = 2
  accumulate = ${accumulate}
  steps = ${updates}
  optimizer = adamw(rate: 0.01)
}
`;
  const { plan, diagnostics } = compile({ path: "small.msz", text }, { targets: ["cuda"], training: ["train", "accumulate"], ranks });
  if (!plan) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return plan;
}

/** Parameters and optimiser after all updates, on one device. */
async function trained(plan: Plan, ranks?: RankGroup): Promise<HostTensors> {
  const training = await openTraining(plan, { random: 3 }, { backend: "cuda", poison: true, ranks });
  const { accumulate } = plan.training!;
  for (let step = 0; step < updates; step++) {
    await training.step(Array.from({ length: accumulate }, (_, i) => batchOf(training.firstBatch(step) + i)));
    await training.report();
  }
  const tensors = await training.save();
  training.dispose();
  return tensors;
}

interface Rank {
  readonly process: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly lines: readonly string[]; readonly errors: string }>;
  readonly port: Promise<number>;
}

function startRank(options: Readonly<Record<string, unknown>>): Rank {
  const child = spawn(process.execPath, [join(root, "test/cuda/rank-child.mjs"), JSON.stringify(options)], { env: { ...process.env, MSZ_SIM_DEVICES: "2" } });
  const lines: string[] = [];
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const port = new Promise<number>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      if (line.startsWith("port ")) resolve(Number(line.slice(5)));
    });
  });
  return { process: child, port, ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, lines, errors }))) };
}

describe.skipIf(missing !== undefined)("on the simulator", () => {
  let folder: string;
  let alone: HostTensors;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "msz-ranks-"));
    alone = await trained(planOf(2, false));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function startTwo(accumulate: number, more: readonly object[] = [{}, {}]): Promise<Rank[]> {
    const plan = join(folder, "plan.json");
    writeFileSync(plan, JSON.stringify(planOf(accumulate, true)));
    const own = (rank: number): object => ({ rank, size: 2, plan, steps: updates, out: join(folder, `rank-${rank}.safetensors`), ...more[rank] });
    const zero = startRank({ ...own(0), port: 0 });
    return [zero, startRank({ ...own(1), port: await zero.port })];
  }

  test("one rank, with a communicator of its own, is to the last bit what none is", async () => {
    const group = await meetRanks({ rank: 0, size: 1, host: "127.0.0.1", port: 0, seconds: 5 });
    const tensors = await trained(planOf(2, true), group);
    group.leave();
    expect(tensors).toEqual(alone);
  });

  test("two ranks take the updates of one with twice the micro-batches, and end with the same parameters to the last bit", async () => {
    const ended = await Promise.all((await startTwo(1)).map((rank) => rank.ended));
    for (const { code, errors } of ended) expect(errors, String(code)).toBe("");
    const [zero, one] = ended.map(({ lines }) => lines.filter((line) => line.startsWith("step")));
    expect(zero).toHaveLength(updates);
    expect(one).toEqual(zero);
    const files = [0, 1].map((rank) => readFileSync(join(folder, `rank-${rank}.safetensors`)));
    expect(files[0]!.equals(files[1]!)).toBe(true);
    const file = await openSafetensors(bytesSource(files[0]!, "rank 0"));
    for (const [name, { data }] of Object.entries(alone)) {
      const got = await readTensor(file, name);
      const worst = Math.max(...[...data].map((x, i) => Math.abs(x - got.data[i]!)));
      // Two partial sums are added in another order: 2^-24 of a gradient's largest term, which Adam divides by the gradient's own size. The updates are of 0.01 each, five of them.
      expect(worst, name).toBeLessThan(1e-5);
    }
  });

  test("a rank that dies ends the other, which names it", async () => {
    const [zero, one] = (await startTwo(1, [{}, { dies: 2 }])) as [Rank, Rank];
    expect((await one.ended).code).toBe(null);
    const { code, errors, lines } = await zero.ended;
    expect(code).toBe(3);
    expect(errors).toMatch(/^rank-gone: (rank 1 is gone|another rank is gone)/);
    // Rank 1 is through with both; rank 0 may still be at the second when it hears that rank 1 is gone.
    expect([1, 2]).toContain(lines.filter((line) => line.startsWith("step")).length);
    expect(lines.join()).not.toContain("NaN");
  });
});
