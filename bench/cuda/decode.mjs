// Decoding at batch 1 of specs/memsizer-wikitext103.msz in bfloat16: time a token, bytes that it must read over that time as a share of the card's copy, near the beginning and at
// position 100,000, and by WebGPU on the same card. Weights are random: time does not depend on them.
import { fileURLToPath } from "node:url";
import { compile } from "../../dist/cli/api.js";
import { load } from "../../dist/runtime/index.js";
import { median, spread } from "../common.mjs";
import { measureCopy } from "./copy.mjs";

/** Tokens of a call. */
const usualBlock = 64;
const sampling = { temperature: 0, topK: 0, topP: 1, seed: 1 };
const spec = fileURLToPath(new URL("../../specs/memsizer-wikitext103.msz", import.meta.url));
const ids = (n) => ({ shape: [1, n], data: Int32Array.from({ length: n }, (_, i) => 5 + ((i * 7919) % 300)) });

export async function measureDecode({ small }) {
  const set = small ? { layers: "1", vocabulary: "80_000" } : {};
  const { plan } = compile(spec, { set, targets: ["cuda"], precision: "bfloat16" });
  const positions = small ? [16, 128] : [100, 100_000];
  const [rounds, block] = small ? [2, 8] : [21, usualBlock];
  const { times, statistics } = await timeSteps(plan, "cuda", positions, rounds, block);
  const { bytesASecond } = await measureCopy({ small });
  const bytes = bytesOfToken(plan);
  const microseconds = Object.fromEntries(positions.map((p, i) => [p, spread(times[i])]));
  return {
    model: "specs/memsizer-wikitext103.msz", precision: "bfloat16", batch: 1, parameters: plan.parameters.reduce((n, p) => n + p.shape.reduce((a, b) => a * b, 1), 0),
    microsecondsAToken: microseconds, farOverNear: median(times[1]) / median(times[0]), bytesAToken: bytes, copyBytesASecond: bytesASecond,
    shareOfCopy: bytes / (median(times[0]) * 1e-6) / bytesASecond, statistics, webgpu: await webgpu(set, positions, rounds),
  };
}

/** In float32, for WebGPU has no other weights. */
async function webgpu(set, positions, rounds, block) {
  try {
    const { plan } = compile(spec, { set, targets: ["wgsl"] });
    const { times, device } = await timeSteps(plan, "webgpu", positions, rounds, block);
    return { device, precision: "float32", microsecondsAToken: Object.fromEntries(positions.map((p, i) => [p, spread(times[i])])) };
  } catch (error) {
    return { not_run: error.message };
  }
}

/** Microseconds a token by position, interleaved. */
async function timeSteps(plan, backend, positions, rounds, block) {
  const session = await load(plan, { random: 1 }, { backend, onWarning: (line) => console.error(line) });
  const sequences = [];
  for (const position of positions) {
    const sequence = await session.start();
    for (let from = 0; from < position; from += 2000) await sequence.prefill(ids(Math.min(2000, position - from)));
    // The first steps compile, record and choose a way.
    await sequence.generate(block, sampling);
    sequences.push(sequence);
  }
  const times = positions.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, sequence] of sequences.entries()) {
      const started = performance.now();
      await sequence.generate(block, sampling);
      times[i].push(((performance.now() - started) * 1000) / block);
    }
  }
  const result = { times, device: session.device.description, statistics: session.statistics() };
  session.dispose();
  return result;
}

/** What a step cannot do without: every weight that a product reads, once, and the states, read and written. A table of which a row is gathered is none of it. */
export function bytesOfToken(plan) {
  const { weights, kernels, entries } = plan.targets.cuda;
  const read = new Set();
  for (const { kernel, bindings } of entries.generate.dispatches) {
    if (kernels[kernel].name.includes("gather")) continue;
    for (const { kind, index } of bindings) if (kind === "weight") read.add(index);
  }
  const count = (shape) => shape.reduce((n, d) => n * (typeof d === "number" ? d : 1), 1);
  const ofWeights = [...read].reduce((sum, i) => sum + count(plan.parameters[weights[i].parameter].shape) * (weights[i].narrow ? 2 : 4), 0);
  const ofStates = plan.states.filter((s) => s.class === "constant" && s.name !== "next_logits").reduce((sum, s) => sum + 8 * count(s.shape), 0);
  return ofWeights + ofStates;
}
