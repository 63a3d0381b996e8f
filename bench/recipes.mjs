// `msz compile` of the authors' two large models, from process start to exit: time, plan size, kernels. The aim is less than 2 seconds.
// Run after a build: node bench/recipes.mjs
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { record, spread } from "./common.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const out = mkdtempSync(join(tmpdir(), "msz-bench-"));
const results = {};
try {
  for (const name of ["memsizer-wikitext103", "memsizer-wmt-ende"]) {
    const seconds = [];
    for (let run = 0; run < 9; run++) {
      const started = performance.now();
      const { status, stderr } = spawnSync(process.execPath, [here("../dist/cli/main.js"), "compile", here(`../specs/${name}.msz`), "-o", out], { encoding: "utf8" });
      if (status !== 0) throw new Error(stderr);
      seconds.push((performance.now() - started) / 1000);
    }
    const file = join(out, `${name}.plan.json`);
    const plan = JSON.parse(readFileSync(file, "utf8"));
    const parameters = plan.parameters.reduce((n, p) => n + p.shape.reduce((a, b) => a * b, 1), 0);
    results[name] = { parameters, seconds: spread(seconds), planBytes: statSync(file).size, kernels: plan.targets.wgsl.kernels.length };
    console.log(`${name}: ${parameters.toLocaleString("en-US")} parameters, ${spread(seconds).median.toFixed(3)} s (median of ${seconds.length}), plan ${(statSync(file).size / 1e6).toFixed(2)} MB`);
  }
  record("recipes", { models: results });
} finally {
  rmSync(out, { recursive: true });
}
