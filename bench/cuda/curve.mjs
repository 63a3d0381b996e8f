// The first updates of the 10.65 M parameter Shakespeare model (bench/specs/shakespeare-10m.msz) on CUDA, in float32 and bfloat16, and on WebGPU, with the same batches: losses side by side.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { compile } from "../../dist/cli/api.js";
import { openTraining } from "../../dist/runtime/index.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export async function measureCurve({ small }) {
  const set = small ? { layers: "1", width: "48" } : {};
  const steps = small ? 2 : 200;
  const text = gunzipSync(readFileSync(here("../../specs/tinyshakespeare.txt.gz")));
  const [batch, length] = small ? [2, 16] : [16, 256];
  const run = async (backend, precision) => {
    try {
      const { plan } = compile(here("../specs/shakespeare-10m.msz"), { set, targets: [backend === "webgpu" ? "wgsl" : "cuda"], ...(precision ? { precision } : {}), training: ["train"] });
      const training = await openTraining(plan, { random: 1 }, { backend, onWarning: (line) => console.error(line) });
      const losses = [];
      for (let step = 0; step < steps; step++) {
        const from = (i) => ((step * batch + i) * 7919 * 31) % (text.length - length - 1);
        const ids = (shift) => ({ shape: [batch, length], data: Int32Array.from({ length: batch * length }, (_, i) => text[from(Math.floor(i / length)) + (i % length) + shift]) });
        await training.step([{ tokens: ids(0), targets: ids(1) }]);
        losses.push((await training.report()).loss);
      }
      training.dispose();
      return { losses };
    } catch (error) {
      return { not_run: error.message };
    }
  };
  const runs = { "cuda float32": await run("cuda", "float32"), "cuda bfloat16": await run("cuda", "bfloat16"), "webgpu float32": await run("webgpu") };
  const reference = runs["webgpu float32"].losses;
  const largest = (losses) => (losses && reference ? Math.max(...losses.map((loss, i) => Math.abs(loss - reference[i]))) : null);
  return { batch, tokens: length, steps, runs, largestDifferenceFromWebgpu: Object.fromEntries(Object.entries(runs).map(([name, { losses }]) => [name, largest(losses)])) };
}
