// What a training step of a small translation model takes on tfjs, by part: batches of short pairs whose sizes change from step to step, as they do in training.
// Run after a build: node bench/translation-step.mjs [memory|attention] [steps] [width] [vocabulary]
import { readFileSync, readdirSync } from "node:fs";
import { compile } from "../dist/cli/api.js";
import { openTraining } from "../dist/runtime/index.js";
import { stepMakers } from "../dist/runtime/tfjs/steps/index.js";
import { median, record } from "./common.mjs";

const [, , mixer = "memory", steps = "6", width = "256", vocabulary = "8192"] = process.argv;
const rounds = Number(steps);

/** Of this process: other work on the machine does not count. Too dear to ask before every part. */
function now() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Time by kind of step: every maker is wrapped before a program takes it. */
const spent = new Map();
for (const [op, maker] of Object.entries(stepMakers)) {
  stepMakers[op] = (attrs, resources) => {
    const run = maker(attrs, resources);
    return (inputs, extents) => {
      const started = performance.now();
      const out = run(inputs, extents);
      const part = spent.get(op) ?? { ms: 0, calls: 0 };
      part.ms += performance.now() - started;
      part.calls++;
      spent.set(op, part);
      return out;
    };
  };
}

const decoder = {
  memory: "memory(slots: 8, heads: 4)\n cross memory(slots: 16, heads: 4)",
  attention: "attention(heads: 4)\n cross attention(heads: 4)",
}[mixer];
const spec = {
  path: "bench/translation-step.msz",
  text: `model Step {
  vocabulary = ${vocabulary}
  width = ${width}
  padding = 0
  begin = 1
  end = 2
  encoder { layers 3 { attention(heads: 4) feed_forward(hidden: 2 * width, activation: relu) } }
  decoder { layers 3 { ${decoder} feed_forward(hidden: 2 * width, activation: relu) } }
}
train { batch = 64, steps = 1000, optimizer = adamw(rate: 1e-3), clip = 1, label_smoothing = 0.1 }
`,
};
const folder = new URL("../specs/std/", import.meta.url);
const library = readdirSync(folder).filter((name) => name.endsWith(".msz")).map((name) => ({ path: `specs/std/${name}`, text: readFileSync(new URL(name, folder), "utf8") }));
const { plan, diagnostics } = compile(spec, { training: ["train"], targets: ["tfjs"], library });
if (!plan) throw new Error(diagnostics.map((d) => `${d.code}: ${d.message} (${spec.text.slice(d.span?.start, d.span?.end)})`).join("\n"));

const training = await openTraining(plan, { random: 1 }, { backend: "tfjs" });
/** Pairs of 10 to 20 tokens, longer sentences in smaller batches. */
const sizes = [[64, 16, 14], [48, 20, 22], [80, 11, 12], [64, 15, 17]];
const ids = (rows, length, step) => ({ shape: [rows, length], data: Int32Array.from({ length: rows * length }, (_, i) => 3 + ((i * 7919 + step * 104729) % (Number(vocabulary) - 3))) });
const times = [];
let tokens = 0;
for (let step = 0; step < rounds + 1; step++) {
  const [rows, source, target] = sizes[step % sizes.length];
  const batch = { source_tokens: ids(rows, source, step), tokens: ids(rows, target, step + 1), targets: ids(rows, target, step + 2) };
  if (!plan.model.source) delete batch.source_tokens;
  if (step === 1) spent.clear();
  const started = now();
  await training.step([batch]);
  await training.report();
  // The first makes what later ones find ready.
  if (step > 0) [times[times.length], tokens] = [now() - started, tokens + rows * target];
}
const parts = [...spent].map(([op, { ms, calls }]) => ({ op, ms: ms / rounds, calls: calls / rounds })).sort((a, b) => b.ms - a.ms);
console.log(`${training.device.description}; ${mixer}, width ${width}, vocabulary ${vocabulary}: ${median(times).toFixed(0)} ms of processor time a step (${rounds} steps of other sizes), ${((tokens * 1000) / times.reduce((a, b) => a + b)).toFixed(0)} target tokens a second of it`);
for (const { op, ms, calls } of parts.filter((part) => part.ms >= 0.5)) console.log(`${op.padEnd(26)} ${ms.toFixed(1).padStart(8)} ms ${calls.toFixed(0).padStart(6)} calls`);
record(`translation-step-${mixer}`, { backend: training.device.description, width: Number(width), vocabulary: Number(vocabulary), millisecondsAStep: median(times), parts: parts.map((p) => ({ ...p, ms: Number(p.ms.toFixed(2)) })) });
training.dispose();
process.exit(0);
