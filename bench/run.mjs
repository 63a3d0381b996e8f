// Runs every benchmark, one after another, and writes the tables of bench/README.md from what they recorded.
// Run after a build: node bench/run.mjs [--report]   (--report only writes the tables)
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cudaLines } from "./cuda/lines.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
// `MSZ_ADAPTER` says which adapter WebGPU takes; results of matmul.mjs are kept for each.
const runs = [["compile"], ["recipes"], ["matmul"], ["decode", "webgpu"], ["decode", "tfjs"], ["linear", "webgpu"], ["linear", "tfjs"], ["training", "webgpu"], ["training", "tfjs"], ["products"], ["shakespeare"], ["mixers", "webgpu"], ["mixers", "tfjs"]];

if (!process.argv.includes("--report")) {
  for (const [name, ...rest] of runs) {
    console.log(`\n${name} ${rest.join(" ")}`);
    const { status } = spawnSync(process.execPath, ["--expose-gc", here(`./${name}.mjs`), ...rest], { stdio: "inherit" });
    if (status !== 0) process.exit(status ?? 1);
  }
}

const read = (name) => (existsSync(here(`./results/${name}.json`)) ? JSON.parse(readFileSync(here(`./results/${name}.json`), "utf8")) : undefined);
const compile = read("compile");
const matmuls = ["matmul", "matmul-hardware", "matmul-lavapipe", "matmul-swiftshader"].map(read).filter(Boolean);
const lines = [
  "# Measurements",
  "",
  "Written by `node bench/run.mjs` from `bench/results/*.json`. The machine is a small virtual one and noisy: read ratios, not times.",
  "",
];
if (compile) {
  lines.push(
    "## Compiling", "", `\`msz compile\` of ${compile.model}, from process start to exit, ${compile.seconds.runs} runs (${compile.machine.cores} cores, ${compile.date}).`, "",
    "| time, minimum / median / maximum | plan | kernels | dispatches a decoded token |", "| --- | --- | --- | --- |",
    `| ${["minimum", "median", "maximum"].map((k) => compile.seconds[k].toFixed(2)).join(" / ")} s | ${(compile.planBytes / 1e6).toFixed(2)} MB | ${compile.kernels} | ${compile.dispatches.decode} |`, "",
  );
}
const recipes = read("recipes");
if (recipes) {
  lines.push("## Compiling the authors' models", "", `\`msz compile\` of both published recipes, from process start to exit, ${Object.values(recipes.models)[0].seconds.runs} runs (${recipes.date}).`, "", "| spec | parameters | time, minimum / median / maximum | plan | kernels |", "| --- | --- | --- | --- | --- |");
  for (const [name, r] of Object.entries(recipes.models)) {
    lines.push(`| \`specs/${name}.msz\` | ${r.parameters.toLocaleString("en")} | ${["minimum", "median", "maximum"].map((k) => r.seconds[k].toFixed(2)).join(" / ")} s | ${(r.planBytes / 1e6).toFixed(2)} MB | ${r.kernels} |`);
  }
  lines.push("");
}
if (matmuls.length > 0) {
  lines.push("## Matrix product", "", "1024 × 1024 × 1024, float32, the generated kernel.", "", "| adapter | best, GFLOP/s | median, GFLOP/s |", "| --- | --- | --- |");
  for (const { adapter, products } of matmuls) lines.push(`| ${adapter} | ${products[0].gigaflops.best.toFixed(1)} | ${products[0].gigaflops.median.toFixed(1)} |`);
  lines.push("");
}
const decodes = ["webgpu", "tfjs"].map((b) => [b, read(`decode-${b}`)]).filter(([, r]) => r);
if (decodes.length > 0) {
  lines.push(
    "## Decoding", "", "`specs/shakespeare-small.msz`, one sequence, sampling on the device, 64 tokens a submission; positions interleaved in one process.", "",
    "| backend | ms a token at 128 | at 8,192 | ratio | process memory over 20,000 tokens | made after the first token |", "| --- | --- | --- | --- | --- | --- |",
  );
  for (const [backend, r] of decodes) {
    const memory = r.memory.slice(1).map((m) => m.megabytes);
    lines.push(`| ${backend}: ${r.device} | ${r.millisecondsAToken.position128.median.toFixed(2)} | ${r.millisecondsAToken.position8192.median.toFixed(2)} | ${r.ratio8192To128.toFixed(3)} | ${Math.min(...memory).toFixed(0)} to ${Math.max(...memory).toFixed(0)} MB | ${r.madeAfterFirstToken.buffers} buffers, ${r.madeAfterFirstToken.pipelines} pipelines |`);
  }
  lines.push("");
}
const linears = ["webgpu", "tfjs"].map((b) => [b, read(`linear-${b}`)]).filter(([, r]) => r);
if (linears.length > 0) {
  lines.push("## The parallel graph by length", "", "Microseconds a token of `forward`, 4,096 tokens a call, one layer of width 64. A bank costs a token nearly the same at every length; attention grows with it.", "", "| backend | mixer | T = 256 | 1,024 | 4,096 | 4,096 / 256 |", "| --- | --- | --- | --- | --- | --- |");
  for (const [backend, r] of linears) {
    for (const [mixer, t] of Object.entries(r.microsecondsAToken)) lines.push(`| ${backend}: ${r.device} | ${mixer} | ${t[256].toFixed(1)} | ${t[1024].toFixed(1)} | ${t[4096].toFixed(1)} | ${(t[4096] / t[256]).toFixed(2)} |`);
  }
  lines.push("");
}
const trainings = ["webgpu", "tfjs"].map((b) => [b, read(`training-${b}`)]).filter(([, r]) => r);
if (trainings.length > 0) {
  const { model, tokensAStep } = trainings[0][1];
  const lengths = [512, 1024, 2048, 4096];
  lines.push(
    "## A training step by length", "",
    `Forward, backward, clipping and adamw of ${model}, ${tokensAStep.toLocaleString("en")} tokens a step at every length. A bank costs a token the same at every length, in time and in memory; attention's time grows. ` +
      "The MemSizer authors' own code, which holds a state a token and multiplies it by a T × T mask, grows 11.5-fold from T = 64 (471 µs a token) to T = 1,024 (5,408 µs).", "",
    "| backend | mixer | µs a token at T = 512 | 1,024 | 2,048 | 4,096 | 4,096 / 512 | activations, KiB a token at 512 | at 4,096 | ratio |", "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
  );
  for (const [backend, r] of trainings) {
    for (const [mixer, t] of Object.entries(r.microsecondsAToken)) {
      const bytes = r.bytesAToken[mixer];
      lines.push(`| ${backend}: ${r.device} | ${mixer} | ${lengths.map((n) => t[n].toFixed(0)).join(" | ")} | ${(t[4096] / t[512]).toFixed(2)} | ${(bytes[512] / 1024).toFixed(1)} | ${(bytes[4096] / 1024).toFixed(1)} | ${(bytes[4096] / bytes[512]).toFixed(2)} |`);
    }
  }
  lines.push("", "Activations are the arenas of the WebGPU plan: all values of a step, packed.", "");
}
const products = read("products-tfjs");
if (products) {
  lines.push("## Matrix products of a training step on TensorFlow.js", "", "x·Wᵀ, g·W and gᵀ·x of a linear layer as the program spells them, transposes included, against three plain 2-D `matMul` of the same sizes.", "", "| tokens × inputs × outputs | program, ms | plain, ms | ratio |", "| --- | --- | --- | --- |");
  for (const p of products.products) lines.push(`| ${p.rows} × ${p.inputs} × ${p.outputs} | ${p.program.toFixed(2)} | ${p.plain.toFixed(2)} | ${p.ratio.toFixed(2)} |`);
  lines.push("");
}
const shakespeare = read("shakespeare");
if (shakespeare) {
  lines.push(
    "## Four mixers on Shakespeare", "",
    `\`msz train\` of \`specs/shakespeare.msz\` and of \`bench/specs/shakespeare-*.msz\`: ${shakespeare.corpus}; four layers of width 128, the same code, batches, steps, optimiser and seed, one run each, on ${shakespeare.backend}. ` +
      "The settings were chosen for the first. Loss over the whole held-out part, nats a character, in windows of 256 that each start anew; runs shared the machine with other work, so minutes are rough.", "",
    "| mixer | parameters | steps | held-out loss | minutes | ms a decoded token at 256 | at 4,096 | state of one sequence at 256 | at 4,096 |", "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
  );
  for (const [name, m] of Object.entries(shakespeare.models)) {
    lines.push(`| ${name} | ${(m.parameters / 1e6).toFixed(2)} M | ${m.steps.toLocaleString("en")} | ${m.heldOutLoss.toFixed(3)} | ${m.minutes.toFixed(0)} | ${m.millisecondsAToken[256].toFixed(2)} | ${m.millisecondsAToken[4096].toFixed(2)} | ${(m.stateBytes[256] / 1024).toFixed(0)} KiB | ${(m.stateBytes[4096] / 1024).toFixed(0)} KiB |`);
  }
  lines.push("");
}
const translation = read("translation");
if (translation) {
  const count = (n) => Math.round(n).toLocaleString("en");
  lines.push(
    "## Spanish to English, two decoders", "",
    `\`msz train\` of \`specs/spanish-english.msz\` and \`specs/spanish-english-softmax.msz\`: three layers of width 128 on each side, the same encoder, code, batches, steps, optimiser and seed, one run each, on tfjs; runs shared the machine with other work, so minutes are rough. ` +
      `${translation.corpus}, tfjs, \`node bench/translation.mjs\`. What a hypothesis keeps is for the mean lengths of these short sentences: a bank is as large for any length, a cache grows with source and translation. The translation of the most similar training sentence scores 19.7 BLEU.`, "",
    "| decoder | parameters | steps | minutes | held-out loss | beam | BLEU | chrF2 | tokens/s | kept a hypothesis |", "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
  );
  for (const [name, m] of Object.entries(translation.models)) {
    for (const r of [m.beam, m.greedy]) {
      lines.push(`| ${name} | ${(m.parameters / 1e6).toFixed(2)} M | ${count(m.steps)} | ${m.minutes.toFixed(0)} | ${m.heldOutLoss.toFixed(3)} | ${r.translation.beam} | ${r.bleu.score.toFixed(2)} | ${r.chrf2.score.toFixed(2)} | ${count(r.translation.tokens_per_second)} | ${(r.translation.state_bytes / 1024).toFixed(0)} KiB |`);
    }
  }
  const { beam } = Object.values(translation.models)[0];
  lines.push("", `Signatures: \`${beam.bleu.signature}\`, \`${beam.chrf2.signature}\`.`, "");
}
const standard = ["webgpu", "tfjs"].map((b) => [b, read(`mixers-${b}`)]).filter(([, r]) => r);
for (const [backend, r] of standard) {
  lines.push(
    `## The standard mixers on ${backend}`, "",
    `${r.device}. ${r.model}: one training step (forward, backward, clipping, adamw) of ${r.tokensAStep.toLocaleString("en")} tokens at every length, and decoding near and far from the beginning, interleaved (the ratio is the median of neighbouring pairs); what grows with every token goes to 10,000 only.`, "",
    "| mixer | µs a token at T = 512 | 2,048 | 8,192 | 8,192 / 512 | KiB a token at 512 | at 8,192 | ratio | ms a decoded token at 100 | at 100,000 | ratio | state there |", "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
  );
  for (const [name, { training: t, decoding: d }] of Object.entries(r.mixers)) {
    const [times, bytes] = [t.microsecondsAToken, t.bytesAToken];
    lines.push(`| ${name} | ${[512, 2048, 8192].map((n) => times[n].toFixed(0)).join(" | ")} | ${(times[8192] / times[512]).toFixed(2)} | ${(bytes[512] / 1024).toFixed(1)} | ${(bytes[8192] / 1024).toFixed(1)} | ${(bytes[8192] / bytes[512]).toFixed(2)} | ${d.millisecondsAToken.map((x) => x.toFixed(3)).join(" | ")} | ${d.ratio.toFixed(3)} | ${(d.stateBytes[1] / 1024).toFixed(0)} KiB |`);
  }
  lines.push("");
}
lines.push(...cudaLines(read));
writeFileSync(here("./README.md"), lines.join("\n"));
