// The tfjs program's matrix products of a training step (x·Wᵀ, g·W, gᵀ·x, with all transposes that they need) against plain 2-D
// tf.matMul of the same sizes, weights new in every round as in training. Run after a build: node bench/products.mjs
import * as tf from "@tensorflow/tfjs-core";
import { openTfjs } from "../dist/runtime/tfjs/index.js";
import { Attrs } from "../dist/runtime/tfjs/value.js";
import { stepMakers } from "../dist/runtime/tfjs/steps/index.js";
import { median, record } from "./common.mjs";

await openTfjs({});
const shapes = [[2048, 128, 512], [2048, 512, 128], [2048, 128, 256], [1024, 256, 1024]];
const extents = { B: 1, T: 1, N: 1, S: 0, C: 0 };
const resources = { constant: (_, make) => make(), scalar: (x) => tf.scalar(x) };
const step = (op, attrs = {}) => stepMakers[op](new Attrs(op, attrs), resources);
const [transpose, matmul, weightGradient] = [step("transpose", { perm: [1, 0] }), step("matmul"), step("weight_gradient", JSON.parse(process.argv[2] ?? "{}"))];
const random = (shape) => tf.tensor(Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(i * 12.9898)), shape);
const timed = (work) => {
  const started = performance.now();
  tf.tidy(work);
  return performance.now() - started;
};

const results = shapes.map(([rows, inputs, outputs]) => {
  const [x, g] = [random([rows, inputs]), random([rows, outputs])];
  const [ours, plain] = [[], []];
  for (let round = 0; round < 25; round++) {
    // A new tensor each time: a weight that the backend has seen before is packed already.
    const w = random([outputs, inputs]);
    const [a, b, c] = [random([inputs, outputs]), random([outputs, inputs]), random([outputs, rows])];
    const program = () => timed(() => [matmul([x, transpose([w], extents)], extents), matmul([g, w], extents), weightGradient([g, x], extents)].at(-1));
    const direct = () => timed(() => [tf.matMul(x, a), tf.matMul(g, b), tf.matMul(c, x)].at(-1));
    const pair = round % 2 ? [program(), direct()] : [direct(), program()].reverse();
    ours.push(pair[0]);
    plain.push(pair[1]);
    for (const t of [w, a, b, c]) t.dispose();
  }
  const ratio = median(ours.map((t, i) => t / plain[i]));
  const result = { rows, inputs, outputs, program: median(ours), plain: median(plain), ratio, gigaflops: (6 * rows * inputs * outputs) / median(ours) / 1e6 };
  console.log(`${rows}×${inputs}×${outputs}: ${result.program.toFixed(2)} ms, plain ${result.plain.toFixed(2)} ms, ratio ${ratio.toFixed(2)}, ${result.gigaflops.toFixed(1)} GFLOP/s`);
  return result;
});
record("products-tfjs", { products: results });
process.exit(0);
