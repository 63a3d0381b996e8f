/**
 * Arenas on a device whose buffers are small: they lie in several, results are bit for bit those of one buffer an arena, and a value that no
 * buffer holds is named with what to do.
 */
import { expect, test } from "vitest";
import { initializeWeights } from "../../runtime/weights/initialize.js";
import type { HostTensors } from "../../runtime/device.js";
import { openWebgpu, type AdapterChoice } from "../../runtime/webgpu/index.js";
import { extentsOf, evaluateSize, layoutArenas } from "../../src/plan/size.js";
import { compileText } from "../schedule/compile.js";
import { ints } from "./plans.js";

const { plan } = compileText(
  `model Small { vocabulary = 11, width = 8
  layers 1 { feed_forward(hidden: 12) } }
train { steps = 20, optimizer = sgd(rate: 0.1) }`,
  { targets: ["wgsl"], training: ["train"], chunk: 4 },
);
const [batch, length] = [3, 10];
const ids = (times: number) => ints([batch, length], Array.from({ length: batch * length }, (_, i) => (i * times) % 11));

const entry = plan.targets.wgsl!.entries["train"]!;
const extents = extentsOf({ batch, tokens: length, chunk: 4 });
const largest = Math.ceil(Math.max(...entry.slots.map((slot) => evaluateSize(slot.bytes, extents))) / 256) * 256;

/** What two updates leave. */
async function train(largestStorage?: number): Promise<{ results: HostTensors; buffers: number }> {
  const device = await openWebgpu({ adapter: (process.env["MSZ_ADAPTER"] ?? "swiftshader") as AdapterChoice, poison: true, largestStorage });
  try {
    const program = await device.open(plan, initializeWeights(plan, 3));
    const trainer = await program.createTrainer();
    const before = program.statistics().buffersCreated;
    for (const counter of [0, 1]) {
      await trainer.step({ batches: [{ tokens: ids(7), targets: ids(5) }], schedule: [0.1, 1, 1], seed: 1, counter, restart: counter === 0 });
    }
    const buffers = program.statistics().buffersCreated - before;
    return { results: { ...(await trainer.readState()), ...(await program.readParameters()) }, buffers };
  } finally {
    device.dispose();
  }
}

test("a step over many small buffers is the step over one an arena", async () => {
  const [few, many] = [Infinity, largest].map((most) => layoutArenas(entry, extents, most).bytes.length) as [number, number];
  expect(many).toBeGreaterThan(few);
  const [whole, cut] = [await train(), await train(largest)];
  expect(cut.buffers - whole.buffers).toBe(many - few);
  expect(cut.results).toEqual(whole.results);
  expect(Object.values(whole.results).every(({ data }) => data.every(Number.isFinite))).toBe(true);
});

test("a value that no buffer holds is named, with its size and what helps", async () => {
  await expect(train(largest - 256)).rejects.toMatchObject({
    code: "out-of-memory", blame: "machine",
    message: expect.stringMatching(/^not enough GPU memory: one value that `[\w.]+` computes in the entry `train` needs /),
    reason: expect.stringMatching(/^one buffer of this adapter holds at most /),
    hint: expect.stringContaining("`accumulate`"),
  });
});
