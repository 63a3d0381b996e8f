// Time and memory a token of one training step (forward, backward, clipping, adamw) by T, the same number of tokens in every step: a
// MemSizer bank beside softmax attention. Memory is that of the plan's arenas: all values of the step, packed.
// Run after a build: node bench/training.mjs [webgpu|tfjs] [rounds] [tokens a step]
import { compile } from "../dist/cli/api.js";
import { openTraining } from "../dist/runtime/index.js";
import { extentsOf, layoutArenas } from "../dist/src/plan/size.js";
import { median, record } from "./common.mjs";

const backend = process.argv[2] ?? "webgpu";
const lengths = [512, 1024, 2048, 4096];
const tokens = Number(process.argv[4] ?? 8192);
const rounds = Number(process.argv[3] ?? 5);
const spec = (mixer) => ({
  path: "bench",
  text: `model Linear { vocabulary = bytes, width = 128\n layers 2 {\n ${mixer}\n feed_forward(hidden: 4 * width) } }\ntrain { batch = 16, steps = 1000, optimizer = adamw(rate: 1e-3), clip = 1 }\n`,
});
const result = {};
const memory = {};
let device = "";

for (const [name, mixer] of Object.entries({ memory: "memory(slots: 32, heads: 8)", attention: "attention(heads: 8)" })) {
  const { plan } = compile(spec(mixer), { training: ["train"] });
  const training = await openTraining(plan, { random: 1 }, { backend });
  device = training.device.description;
  const times = Object.fromEntries(lengths.map((t) => [t, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const length of lengths) {
      const shape = [tokens / length, length];
      const ids = (times) => ({ shape, data: Int32Array.from({ length: tokens }, (_, i) => (i * times) % 256) });
      const batch = { tokens: ids(7919), targets: ids(7907) };
      const started = performance.now();
      await training.step([batch]);
      // Waits for the device.
      await training.report();
      // The first round compiles pipelines.
      if (round > 0) times[length].push(((performance.now() - started) * 1000) / tokens);
    }
  }
  result[name] = Object.fromEntries(lengths.map((t) => [t, median(times[t])]));
  const entry = plan.targets.wgsl.entries.train;
  const chunk = plan.entries.find((e) => e.name === "train").chunk;
  memory[name] = Object.fromEntries(lengths.map((t) => [t, layoutArenas(entry, extentsOf({ batch: tokens / t, tokens: t, chunk })).bytes.reduce((a, b) => a + b, 0) / tokens]));
  training.dispose();
  console.log(`${backend} ${name}: ${lengths.map((t) => `T=${t} ${result[name][t].toFixed(0)} µs, ${(memory[name][t] / 1024).toFixed(1)} KiB a token`).join("; ")}`);
}
record(`training-${backend}`, { model: "two layers, width 128, 32 slots or 8 heads", tokensAStep: tokens, device, microsecondsAToken: result, bytesAToken: memory });
process.exit(0);
