// Decode at position 8,192 against position 128, in one process and interleaved; process memory over 20,000 tokens; device buffers
// and pipelines made after the first token. Run after a build: node bench/decode.mjs [webgpu|tfjs]
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile } from "../dist/cli/api.js";
import { load } from "../dist/runtime/index.js";
import { median, record, spread } from "./common.mjs";

const backend = process.argv[2] ?? "webgpu";
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { plan } = compile(here("../specs/shakespeare-small.msz"));
const session = await load(plan, new Uint8Array(readFileSync(here("../specs/shakespeare-small.safetensors"))), { backend, onWarning: (line) => console.error(line) });

const sampling = { temperature: 0.8, topK: 40, topP: 1, seed: 1 };
const block = 64;
const text = (n) => ({ shape: [1, n], data: Int32Array.from({ length: n }, (_, i) => 97 + (i % 26)) });

async function at(position) {
  const sequence = await session.start();
  await sequence.prefill(text(position));
  await sequence.generate(block, sampling);
  return sequence;
}

async function timed(sequence) {
  const started = performance.now();
  await sequence.generate(block, sampling);
  return (performance.now() - started) / block;
}

// Both states stay near their positions: each round goes on from a fork.
const near = await at(128 - block);
const far = await at(8192 - block);
const nearTimes = [];
const farTimes = [];
for (let round = 0; round < 31; round++) {
  const [a, b] = [await near.fork(), await far.fork()];
  await timed(a);
  await timed(b);
  const first = round % 2 === 0;
  if (first) nearTimes.push(await timed(a));
  farTimes.push(await timed(b));
  if (!first) nearTimes.push(await timed(a));
  a.dispose();
  b.dispose();
}
const ratio = median(farTimes.map((t, i) => t / nearTimes[i]));

const long = await at(1);
const before = session.statistics();
const memory = [];
for (let tokens = 0; tokens <= 20_000; tokens += block) {
  await long.generate(block, sampling);
  if (tokens % (block * 16) === 0) {
    globalThis.gc?.();
    memory.push({ tokens, megabytes: process.memoryUsage().rss / 1e6 });
  }
}
const after = session.statistics();
record(`decode-${backend}`, {
  model: "specs/shakespeare-small.msz",
  device: session.device.description,
  millisecondsAToken: { position128: spread(nearTimes), position8192: spread(farTimes) },
  ratio8192To128: ratio,
  memory,
  madeAfterFirstToken: { buffers: after.buffersCreated - before.buffersCreated, pipelines: after.pipelinesCompiled - before.pipelinesCompiled },
});
console.log(`${backend}: ${median(nearTimes).toFixed(3)} ms a token at 128, ${median(farTimes).toFixed(3)} at 8,192, ratio ${ratio.toFixed(3)}; memory ${memory.map((m) => m.megabytes.toFixed(0)).join(" ")} MB`);
session.dispose();
process.exit(0);
