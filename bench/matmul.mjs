/**
 * GFLOP/s of the WGSL matmul kernels: 1024³, and one row against 1024 × 4096. Run `npm run build` first, then
 * `node bench/matmul.mjs`; `MSZ_ADAPTER=lavapipe|swiftshader|hardware` picks the adapter. Each result is checked against
 * float64 at 64 places before its time is believed. Writes `bench/results/matmul.json`, or `matmul-<adapter>.json` for a picked one.
 */
import { Emitter } from "../dist/compiler/3-graph/emit.js";
import { matmul } from "../dist/compiler/5-schedule/kernels/matmul.js";
import { printWgsl } from "../dist/compiler/6-codegen/wgsl/index.js";
import { findNodeAdapter } from "../dist/runtime/webgpu/node/find.js";
import { record, spread } from "./common.mjs";

const found = await findNodeAdapter(process.env.MSZ_ADAPTER || undefined);
if (!found.adapter) {
  console.error(`no adapter: ${found.tried.join("; ")}`);
  process.exit(2);
}
const { maxStorageBufferBindingSize, maxBufferSize } = found.adapter.limits;
const device = await found.adapter.requestDevice({ requiredLimits: { maxStorageBufferBindingSize, maxBufferSize } });
const adapter = found.adapter.info.description || found.adapter.info.vendor;
console.log(`adapter: ${adapter}`);

const products = [];
for (const [M, N, K, rows] of [[1024, 1024, 1024, "T"], [1, 4096, 1024, "B"], [4, 4096, 1024, "B"], [1, 1024, 4096, "B"]]) products.push(await measure(M, N, K, rows));
record(process.env.MSZ_ADAPTER ? `matmul-${process.env.MSZ_ADAPTER}` : "matmul", { adapter, products });
process.exit(0);

async function measure(M, N, K, rows) {
  const emit = new Emitter({ file: { path: "bench", text: "" }, start: 0, end: 0 });
  const x = emit.input("x", "f32", [{ name: rows === "T" ? "@token" : "@batch", size: rows }, { name: "in", size: K }]);
  const w = emit.parameter("w", [{ name: "out", size: N }, { name: "in", size: K }]);
  const [launch] = matmul(emit.matmul(x, w, ["in"]), { chunk: 64 });
  const { bindings, name } = launch.kernel;

  const random = (length) => Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898) * 0.5);
  const [hostX, hostW] = [random(M * K), random(K * N)];
  const { STORAGE, COPY_DST, COPY_SRC, UNIFORM, MAP_READ } = GPUBufferUsage;
  const filled = (data) => {
    const buffer = device.createBuffer({ size: data.byteLength, usage: STORAGE | COPY_DST });
    device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  };
  const out = device.createBuffer({ size: M * N * 4, usage: STORAGE | COPY_SRC });
  const extents = device.createBuffer({ size: 32, usage: UNIFORM | COPY_DST });
  device.queue.writeBuffer(extents, 0, new Uint32Array(8).fill(M));
  const buffers = [extents, filled(hostX), filled(hostW), out];

  const layout = device.createBindGroupLayout({
    entries: [
      { binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: "uniform" } },
      ...bindings.map((b, at) => ({ binding: at + 1, visibility: GPUShaderStage.COMPUTE, buffer: { type: b.access === "read" ? "read-only-storage" : "storage" } })),
    ],
  });
  const pipeline = await device.createComputePipelineAsync({
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module: device.createShaderModule({ code: printWgsl(launch.kernel) }), entryPoint: "main" },
  });
  const group = device.createBindGroup({ layout, entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })) });
  const grid = launch.grid.map((g) => Math.ceil(g.size.reduce((n, s) => n * (typeof s === "number" ? s : M), 1) / g.per));
  const run = async () => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(...grid);
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
  };
  await run();

  const staging = device.createBuffer({ size: out.size, usage: MAP_READ | COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(out, 0, staging, 0, out.size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const got = new Float32Array(staging.getMappedRange());
  let worst = 0;
  for (let i = 0; i < 64; i++) {
    const [m, n] = [(i * 31) % M, (i * 997) % N];
    let sum = 0;
    // The weight's copy has its columns outermost: [K, N].
    for (let k = 0; k < K; k++) sum += hostX[m * K + k] * hostW[k * N + n];
    worst = Math.max(worst, Math.abs(sum - got[m * N + n]));
  }
  if (!(worst < 1e-3)) throw new Error(`${name}: wrong by ${worst}`);

  const times = [];
  const until = performance.now() + 1500;
  while (times.length < 3 || performance.now() < until) {
    const from = performance.now();
    await run();
    times.push(performance.now() - from);
  }
  const milliseconds = spread(times);
  const speed = (ms) => Number(((2 * M * N * K) / ms / 1e6).toFixed(2));
  const [best, median] = [speed(milliseconds.minimum), speed(milliseconds.median)];
  console.log(`${name} ${M}×${N}×${K}: best ${milliseconds.minimum.toFixed(2)} ms, ${best} GFLOP/s; median ${milliseconds.median.toFixed(2)} ms, ${median} GFLOP/s; error ${worst.toExponential(1)}`);
  return { kernel: name, rows: M, columns: N, summed: K, milliseconds, gigaflops: { best, median }, worstError: worst };
}
