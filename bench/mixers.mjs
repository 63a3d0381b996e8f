// Every standard mixer: time and memory a token of one training step by T, the same number of tokens in every step, and what a decoded token costs near and far
// from the beginning, interleaved in one process. One layer of the mixer, width 64, 4 heads.
// Run after a build: node bench/mixers.mjs [webgpu|tfjs] [--only training|decoding] [mixer …]; results of what is not asked for stay.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { compile } from "../dist/cli/api.js";
import { load, openTraining } from "../dist/runtime/index.js";
import { extentsOf, layoutArenas } from "../dist/src/plan/size.js";
import { median, record } from "./common.mjs";

const [backend = "webgpu", ...rest] = process.argv.slice(2);
const only = rest[0] === "--only" ? rest[1] : undefined;
const named = only ? rest.slice(2) : rest;
const lengths = [512, 2048, 8192];
const tokens = 8192;
const rounds = 3;
const [near, far] = [100, 100_000];
/** Prefilling what grows with every token takes time quadratic in it. */
const farGrowing = 10_000;
const drawn = 64;

const here = (path) => new URL(path, import.meta.url).pathname;
const standard = readdirSync(here("../specs/std")).filter((f) => f.endsWith(".msz")).map((f) => f.slice(0, -4));
// Sized for an encoder's positions; there is nothing to decode.
const decoders = standard.filter((name) => !readFileSync(here(`../specs/std/${name}.msz`), "utf8").includes("at("));
const arguments_ = { memory: "heads: 4, slots: 16" };
const spec = (mixer) => ({
  path: "bench",
  text: `model Bench { vocabulary = bytes, width = 64, positions = none\n layers 1 { ${mixer}(${arguments_[mixer] ?? "heads: 4"}) } }\ntrain { steps = 1000, optimizer = adamw(rate: 1e-3), clip = 1 }\n`,
});
const ids = (shape, times) => ({ shape, data: Int32Array.from({ length: shape[0] * shape[1] }, (_, i) => (i * times) % 256) });

async function training(mixer) {
  const { plan } = compile(spec(mixer), { training: ["train"] });
  const run = await openTraining(plan, { random: 1 }, { backend });
  const times = Object.fromEntries(lengths.map((t) => [t, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const length of lengths) {
      const shape = [tokens / length, length];
      const started = performance.now();
      await run.step([{ tokens: ids(shape, 7919), targets: ids(shape, 7907) }]);
      // Waits for the device.
      await run.report();
      // The first round compiles pipelines.
      if (round > 0) times[length].push(((performance.now() - started) * 1000) / tokens);
    }
  }
  const device = run.device.description;
  run.dispose();
  const entry = plan.targets.wgsl.entries.train;
  const { chunk } = plan.entries.find((e) => e.name === "train");
  const bytes = (t) => layoutArenas(entry, extentsOf({ batch: tokens / t, tokens: t, chunk })).bytes.reduce((a, b) => a + b, 0) / tokens;
  return { device, microsecondsAToken: Object.fromEntries(lengths.map((t) => [t, median(times[t])])), bytesAToken: Object.fromEntries(lengths.map((t) => [t, bytes(t)])) };
}

async function decoding(mixer) {
  const { plan } = compile(spec(mixer));
  const session = await load(plan, { random: 1 }, { backend });
  const sampling = { temperature: 0, topK: 0, topP: 1, seed: 1 };
  const growing = plan.states.some((s) => s.class === "growing" && s.name !== "valid");
  const positions = [near, growing ? farGrowing : far];
  const at = async (position) => {
    const sequence = await session.start();
    for (let from = 0; from < position; from += 2000) await sequence.prefill(ids([1, Math.min(2000, position - from)], 7919));
    await sequence.generate(drawn, sampling);
    return sequence;
  };
  const sequences = [await at(positions[0]), await at(positions[1])];
  const times = [[], []];
  for (let round = 0; round < 41; round++) {
    // Each goes on from a fork, so that both stay where they are.
    for (const i of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const fork = await sequences[i].fork();
      await fork.generate(drawn, sampling);
      const started = performance.now();
      await fork.generate(drawn, sampling);
      times[i].push((performance.now() - started) / drawn);
      fork.dispose();
    }
  }
  const stateBytes = await Promise.all(sequences.map(async (s) => (await s.save()).byteLength));
  session.dispose();
  return { positions, millisecondsAToken: times.map(median), ratio: median(times[1].map((t, i) => t / times[0][i])), stateBytes };
}

const path = here(`./results/mixers-${backend}.json`);
const before = (only || named.length > 0) && existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : { mixers: {} };
const mixers = { ...before.mixers };
let device = before.device ?? "";
for (const mixer of named.length > 0 ? named : decoders) {
  const known = mixers[mixer];
  if (only !== "decoding" || !known) {
    const { device: found, ...trained } = await training(mixer);
    device = found;
    mixers[mixer] = { ...known, training: trained };
  }
  if (only !== "training" || !known) mixers[mixer] = { ...mixers[mixer], decoding: await decoding(mixer) };
  const { training: trained } = mixers[mixer];
  const { microsecondsAToken: t, bytesAToken: b } = trained;
  const { decoding: d } = mixers[mixer];
  console.log(`${backend} ${mixer}: ${lengths.map((n) => `T=${n} ${t[n].toFixed(0)} µs ${(b[n] / 1024).toFixed(1)} KiB`).join(", ")} (${(t[8192] / t[512]).toFixed(2)}); decode ${d.millisecondsAToken.map((x) => x.toFixed(3)).join(", ")} ms at ${d.positions.join(", ")} (${d.ratio.toFixed(3)})`);
}
record(`mixers-${backend}`, { model: "one layer, width 64, 4 heads, bytes", tokensAStep: tokens, device, mixers: Object.fromEntries(Object.entries(mixers).sort()) });
process.exit(0);
