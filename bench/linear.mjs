// Time and memory a token of the parallel graph by T, the same number of tokens in every call: a MemSizer bank beside softmax attention.
// Run after a build: node bench/linear.mjs [webgpu|tfjs]
import { compile } from "../dist/cli/api.js";
import { load } from "../dist/runtime/index.js";
import { median, record } from "./common.mjs";

const backend = process.argv[2] ?? "webgpu";
const lengths = [256, 1024, 4096];
const tokens = 4096;
const spec = (mixer) => ({ path: "bench", text: `model Linear { vocabulary = bytes, width = 64\n layers 1 {\n ${mixer}\n feed_forward(hidden: 4 * width) } }\n` });
const result = {};
let device = "";

for (const [name, mixer] of Object.entries({ memory: "memory(slots: 16, heads: 4)", attention: "attention(heads: 4)" })) {
  const { plan } = compile(spec(mixer));
  const session = await load(plan, { random: 1 }, { backend });
  device = session.device.description;
  const times = Object.fromEntries(lengths.map((t) => [t, []]));
  for (let round = 0; round < 6; round++) {
    for (const length of lengths) {
      const shape = [tokens / length, length];
      const data = Int32Array.from({ length: tokens }, (_, i) => (i * 7919) % 256);
      const started = performance.now();
      await session.call("forward", { tokens: { shape, data } });
      // The first round compiles pipelines.
      if (round > 0) times[length].push(((performance.now() - started) * 1000) / tokens);
    }
  }
  result[name] = Object.fromEntries(lengths.map((t) => [t, median(times[t])]));
  session.dispose();
  console.log(`${backend} ${name}: ${lengths.map((t) => `T=${t} ${result[name][t].toFixed(1)} µs a token`).join(", ")}`);
}
record(`linear-${backend}`, { model: "one layer, width 64, 16 slots or 4 heads", device, microsecondsAToken: result });
process.exit(0);
