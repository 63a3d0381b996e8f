// What is to be measured on an NVIDIA card, beside PyTorch on the same card in the same run: results as bench/results/cuda-<what>.json, with card, driver and date.
// Run after a build: node bench/cuda/run.mjs [copy] [decode] [recurrence] [training] [curve] [--python python3] [--no-peers] [--small]
// Without names: all of them. A peer needs a Python with torch (and flash-linear-attention for its kernels); what cannot be run is listed as not run, with the reason.
// `--small` runs everything at toy sizes on whatever device there is, and writes no results: it shows that the file works.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { openCudaDriver } from "../../dist/runtime/cuda/open-driver.js";
import { record } from "../common.mjs";
import { measureCopy } from "./copy.mjs";
import { measureCurve } from "./curve.mjs";
import { measureDecode } from "./decode.mjs";
import { measureRecurrence } from "./recurrence.mjs";
import { measureTraining } from "./training.mjs";

const measures = { copy: measureCopy, decode: measureDecode, recurrence: measureRecurrence, training: measureTraining, curve: measureCurve };
const options = process.argv.slice(2);
const small = options.includes("--small");
const pythonAt = options.indexOf("--python");
const python = pythonAt < 0 ? "python3" : options[pythonAt + 1];
const named = options.filter((word, i) => !word.startsWith("--") && (pythonAt < 0 || i !== pythonAt + 1));
const unknown = named.find((name) => !(name in measures));
if (unknown) throw new Error(`there is no measurement ${unknown}: ${Object.keys(measures).join(", ")}`);

const { driver } = await openCudaDriver();
const { name, computeCapability, multiprocessors } = driver.properties(0);
const card = { name, computeCapability: computeCapability.join("."), multiprocessors, driver: `CUDA ${driver.version / 1000 | 0}.${(driver.version % 1000) / 10 | 0}` };
console.log(`${card.name}, compute capability ${card.computeCapability}, driver for ${card.driver}`);

/** The same in PyTorch, or why not. */
function peers(what) {
  if (what === "curve") return undefined;
  if (options.includes("--no-peers")) return { not_run: "--no-peers" };
  const flags = small ? ["--small", "--device", "cpu"] : [];
  const { status, stdout, stderr, error } = spawnSync(python, [fileURLToPath(new URL("./peers.py", import.meta.url)), what, ...flags], { encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) return { not_run: error?.message ?? stderr.trim().split("\n").at(-1) };
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

for (const what of named.length > 0 ? named : Object.keys(measures)) {
  const result = { card, ...(await measures[what]({ card, small })), pytorch: peers(what) };
  if (small) console.log(JSON.stringify({ what, ...result }));
  else record(`cuda-${what}`, result);
}
