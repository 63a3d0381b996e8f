// Four mixers at one size, trained by the same command with the same budget (specs/shakespeare.msz and bench/specs/shakespeare-*.msz): the
// held-out loss at the end of each run's metrics, and what a decoded token costs, by position.
// Run after a build, and after the four runs: node bench/shakespeare.mjs
import { readFileSync } from "node:fs";
import { compile } from "../dist/cli/api.js";
import { load } from "../dist/runtime/index.js";
import { median, record } from "./common.mjs";

const here = (path) => new URL(path, import.meta.url).pathname;
const specs = {
  "local_memory (specs/shakespeare.msz)": ["../specs/shakespeare.msz", "../specs/shakespeare/metrics.jsonl"],
  ...Object.fromEntries(["memory", "retention", "attention"].map((m) => [m, [`./specs/shakespeare-${m}.msz`, `./results/shakespeare-${m}.jsonl`]])),
};
const positions = [256, 4096];
const drawn = 32;
const models = {};

for (const [name, [spec, metrics]] of Object.entries(specs)) {
  const lines = readFileSync(here(metrics), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  const { plan } = compile(here(spec));
  const session = await load(plan, { random: 1 }, { backend: "tfjs" });
  const decode = {};
  const bytes = {};
  for (const position of positions) {
    const sequence = await session.start();
    const ids = Int32Array.from({ length: position }, (_, i) => (i * 7919) % 256);
    for (let from = 0; from < position; from += 256) await sequence.prefill({ shape: [1, 256], data: ids.subarray(from, from + 256) });
    const sampling = { temperature: 0, topK: 0, topP: 1, seed: 1 };
    await sequence.generate(4, sampling);
    const times = [];
    for (let run = 0; run < 5; run++) {
      const started = performance.now();
      await sequence.generate(drawn, sampling);
      times.push((performance.now() - started) / drawn);
    }
    decode[position] = median(times);
    bytes[position] = (await sequence.save()).byteLength;
    sequence.dispose();
  }
  const last = (key) => lines.filter((l) => l[key] !== undefined).at(-1);
  models[name] = {
    parameters: plan.parameters.reduce((sum, p) => sum + p.shape.reduce((a, b) => a * b, 1), 0),
    steps: last("held_out_loss").step, heldOutLoss: last("held_out_loss").held_out_loss, trainingLoss: last("loss").loss, minutes: last("held_out_loss").seconds / 60,
    millisecondsAToken: decode, stateBytes: bytes,
  };
  console.log(name, JSON.stringify(models[name]));
  session.dispose();
}
record("shakespeare", { corpus: "Tiny Shakespeare, 90/10 by position, bytes", backend: "tfjs", models });
process.exit(0);
