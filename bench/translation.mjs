// Spanish to English, the MemSizer decoder and the softmax one, trained by the same command with the same budget (specs/spanish-english.msz and
// specs/spanish-english-softmax.msz): both on the test pairs by `msz evaluate`, one after the other on tfjs.
// Run after a build: node bench/translation.mjs
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile } from "../dist/cli/api.js";
import { record } from "./common.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const models = {};
for (const [name, spec, weights, metrics] of [
  ["MemSizer decoder (specs/spanish-english.msz)", "../specs/spanish-english.msz", here("../specs/spanish-english.safetensors"), "../specs/spanish-english/metrics.jsonl"],
  ["softmax decoder (specs/spanish-english-softmax.msz)", "../specs/spanish-english-softmax.msz", here("../specs/spanish-english-softmax.safetensors"), "./results/spanish-english-softmax.jsonl"],
]) {
  const evaluate = (...options) => JSON.parse(execFileSync(process.execPath, [
    here("../dist/cli/main.js"), "evaluate", here(spec), "--weights", weights, "--corpus", "spanish-english/test.es.gz", "spanish-english/test.en.gz",
    "--backend", "tfjs", "--json", ...options,
  ], { cwd: here("../specs/"), encoding: "utf8", maxBuffer: 2 ** 26 }));
  const held = readFileSync(here(metrics), "utf8").trim().split("\n").map((line) => JSON.parse(line)).filter((l) => l.held_out_loss !== undefined).at(-1);
  const { parameters } = compile(here(spec)).plan;
  models[name] = {
    parameters: parameters.reduce((sum, p) => sum + p.shape.reduce((a, b) => a * b, 1), 0), steps: held.step, minutes: held.seconds / 60, heldOutLoss: held.held_out_loss,
    beam: evaluate(), greedy: evaluate("--beam", "1"),
  };
  console.log(name, JSON.stringify(models[name]));
}
record("translation", { corpus: "Tatoeba Spanish–English, 2,317 test pairs", models });
