// `msz compile` of a 32-layer, 1024-wide model, from process start to exit: time, plan size, kernels.
// Run after a build: node bench/compile.mjs
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { record, spread } from "./common.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const out = mkdtempSync(join(tmpdir(), "msz-bench-"));
const seconds = [];
try {
  for (let run = 0; run < 9; run++) {
    const started = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [here("../dist/cli/main.js"), "compile", here("./specs/wide.msz"), "-o", out], { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    seconds.push((performance.now() - started) / 1000);
  }
  const file = join(out, "wide.plan.json");
  const plan = JSON.parse(readFileSync(file, "utf8"));
  const dispatches = Object.fromEntries(Object.entries(plan.targets.wgsl.entries).map(([name, e]) => [name, e.dispatches.length]));
  record("compile", {
    model: "32 layers, width 1024, 32 slots, 8 heads, hidden 4096, vocabulary 32768",
    seconds: spread(seconds),
    planBytes: statSync(file).size,
    kernels: plan.targets.wgsl.kernels.length,
    dispatches,
  });
  console.log(`${spread(seconds).median.toFixed(3)} s (median of ${seconds.length}), plan ${(statSync(file).size / 1e6).toFixed(2)} MB, ${plan.targets.wgsl.kernels.length} kernels`);
} finally {
  rmSync(out, { recursive: true });
}
