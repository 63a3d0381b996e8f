/** Products by cuBLASLt, on a simulated one that computes in float64 what layouts and turns say: every order of storage, in models, recorded, and what happens where it cannot be used. */
import { describe, expect, test } from "vitest";
import { compile } from "../../cli/api.js";
import { CudaDevice } from "../../runtime/cuda/device.js";
import { LazyProducts } from "../../runtime/cuda/blas.js";
import type { DriverContext } from "../../runtime/cuda/driver.js";
import { loadKoffi } from "../../runtime/cuda/ffi/koffi.js";
import { thisMachine } from "../../runtime/cuda/machine.js";
import type { HostTensors, TrainingStep } from "../../runtime/device.js";
import { narrow } from "../../runtime/weight-forms.js";
import { initializeWeights } from "../../runtime/weights/initialize.js";
import type { CudaFactor, CudaProduct, Plan } from "../../src/plan/plan.js";
import { extentsOf } from "../../src/plan/size.js";
import { withEnvironment } from "../cuda-sim/control.js";
import { expectClose } from "../helpers/close.js";
import { Random } from "../helpers/random.js";
import { ints, size } from "../webgpu/plans.js";
import { openSimulator } from "./on-simulator.js";

const simulated = openSimulator();
const extents = extentsOf({ batch: 5, tokens: 7, chunk: 64 });
/** [35, 6] · [6, 9] */
const [R, K, C] = [35, 6, 9];
const productOf = (a: Omit<CudaFactor, "binding">, b: Omit<CudaFactor, "binding">, result: Omit<CudaFactor, "binding">): CudaProduct => ({
  dispatch: 0, rows: size(1, "B", "T"), inner: size(K), columns: size(C), a: { ...a, binding: 2 }, b: { ...b, binding: 0 }, result: { ...result, binding: 1 },
});

async function productsOn(warnings: string[] = [], least = 1, environment: Readonly<Record<string, string>> = { MSZ_CUBLASLT: simulated!.simulator.cublasLt }): Promise<LazyProducts> {
  return new LazyProducts(await loadKoffi(), 13000, (line) => warnings.push(line), { ...thisMachine(), env: environment }, least);
}

describe.skipIf(!simulated)("on the simulator", () => {
  test.each(["f32", "f16", "bf16"] as const)("factors of %s in every order of storage", async (type) => {
    const device = await simulated!.open();
    const { context } = device.parts;
    const stream = context.createStream();
    const products = await productsOn();
    const random = new Random(4);
    // Small whole numbers are exact in all types.
    const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => Math.floor(random.next() * 9) - 4);
    const [a, b] = [numbers(R * K), numbers(K * C)];
    const wanted = Array.from({ length: R * C }, (_, at) => Array.from({ length: K }, (_, k) => a[Math.floor(at / C) * K + k]! * b[k * C + (at % C)]!).reduce((x, y) => x + y, 0));
    const workspace = context.allocate("workspace", products.workspaceBytes);
    const flags = [false, true];
    for (const [turnA, turnB, turnResult] of flags.flatMap((x) => flags.flatMap((y) => flags.map((z) => [x, y, z] as const)))) {
      for (const to of type === "f32" ? (["f32"] as const) : (["f32", type] as const)) {
        const product = productOf({ type, transposed: turnA }, { type, transposed: turnB }, { type: to, transposed: turnResult });
        expect(products.takes(product, extents)).toBe(true);
        const stored = [[turnB ? turned(b, K, C) : b, type], [new Float32Array(R * C), to], [turnA ? turned(a, R, K) : a, type]] as const;
        const places = stored.map(([values, kind]) => upload(context, stream, kind === "f32" ? values : narrow(values, kind)));
        products.prepare(product, extents, places, workspace, stream, "here")();
        const bytes = download(context, stream, places[1]!, R * C * (to === "f32" ? 4 : 2));
        const rows = turnResult ? turned(Float32Array.from(wanted), R, C) : Float32Array.from(wanted);
        expect(Buffer.compare(bytes, bytesOf(to === "f32" ? rows : narrow(rows, to)))).toBe(0);
        for (const place of places) context.free(place);
      }
    }
    context.free(workspace);
    products.dispose();
    context.destroyStream(stream);
    device.dispose();
    expect([simulated!.control.liveAllocations(), simulated!.control.liveHandles()]).toEqual([0, 0]);
  });

  test("what it does not compute, or is small, stays with own kernels", async () => {
    const [plain, narrowed] = [{ type: "f32", transposed: false }, { type: "bf16", transposed: false }] as const;
    const products = await productsOn();
    expect(products.takes(productOf(plain, narrowed, plain), extents)).toBe(false);
    expect(products.takes(productOf(plain, plain, narrowed), extents)).toBe(false);
    expect((await productsOn([], R * K * C)).takes(productOf(plain, plain, plain), extents)).toBe(true);
    expect((await productsOn([], R * K * C + 1)).takes(productOf(plain, plain, plain), extents)).toBe(false);
    await withEnvironment({ MSZ_SIM_FAIL: "cublasLtMatmulAlgoGetHeuristic:15" }, async () => expect((await productsOn()).takes(productOf(plain, plain, plain), extents)).toBe(false));
  });

  test("where it cannot be used, one line says so", async () => {
    const plain = { type: "f32", transposed: false } as const;
    const ask = async (environment?: Readonly<Record<string, string>>): Promise<readonly string[]> => {
      const warnings: string[] = [];
      const products = await productsOn(warnings, 1, environment);
      for (let i = 0; i < 3; i++) expect(products.takes(productOf(plain, plain, plain), extents)).toBe(false);
      return warnings;
    };
    await withEnvironment({ MSZ_SIM_FAIL: "cublasLtCreate:1" }, async () => expect(await ask()).toEqual([expect.stringMatching(/cublasLtCreate .*gave 1/)]));
    expect(await ask({ MSZ_CUBLASLT: simulated!.simulator.driver })).toEqual([expect.stringContaining("has no cublasLtCreate")]);
    expect(await ask({ MSZ_CUBLASLT: "/nowhere/libcublasLt.so.13" })).toEqual([expect.stringContaining("there is no such file")]);
    expect(await ask({ MSZ_CUBLASLT: "none" })).toEqual([]);
  });
});

const spec = `
model Wide {
  vocabulary = 30
  width = 16
  layers 1 {
    feed_forward(hidden: 32)
  }
}
train {
  batch = 3
  steps = 5
  optimizer = adamw(rate: 1e-3)
}
`;

describe.skipIf(!simulated).each(["float32", "bfloat16"] as const)("a model of %s", (precision) => {
  const { plan } = compile({ path: "wide.msz", text: spec }, { targets: ["cuda"], training: ["train", "accumulate"], precision }) as { plan: Plan };
  const weights = initializeWeights(plan, 3);
  const batch = (from: number) => ints([3, 25], Array.from({ length: 75 }, (_, i) => (i * i + from) % 30));
  const stepOf = (step: number): TrainingStep => ({
    batches: [{ tokens: batch(step), targets: batch(step + 1) }], schedule: [1e-3, 1 - 0.9 ** (step + 1), 1 - 0.999 ** (step + 1)], seed: 1, counter: step, restart: false,
  });

  test("trains with it as without it, recorded into the step's graph, with memory of its own for each value or not", async () => {
    const { control } = simulated!;
    const run = async (products: LazyProducts | null, guard = "", debugSync = false): Promise<{ parameters: HostTensors; calls: number[] }> => {
      const { parts } = await simulated!.open({ debugSync }, { MSZ_CUDA_GUARD: guard });
      const device = new CudaDevice({ ...parts, products }, "simulated", true);
      const program = await device.open(plan, weights);
      const trainer = await program.createTrainer();
      const calls: number[] = [];
      for (let step = 0; step < 3; step++) {
        const before = control.calls("cublasLtMatmul");
        await trainer.step(stepOf(step));
        calls.push(control.calls("cublasLtMatmul") - before);
      }
      expect((await trainer.report()).broken).toBe(0);
      const parameters = await program.readParameters();
      device.dispose();
      return { parameters, calls };
    };
    const own = await run(null);
    expect(own.calls).toEqual([0, 0, 0]);
    const count = plan.targets.cuda!.entries["train"]!.products!.length;
    expect(count).toBeGreaterThan(2);
    // Both ways in turn, for time: memory of its own in the one type, none recorded in the other.
    for (const { guard, debugSync } of [{ guard: "", debugSync: false }, precision === "float32" ? { guard: "", debugSync: true } : { guard: "1", debugSync: false }]) {
      const { parameters, calls } = await run(await productsOn(), guard, debugSync);
      // Launched, then recorded.
      expect(calls).toEqual(debugSync ? [count, count, count] : [count, count, 0]);
      // Sums in another order; with bfloat16, which is rounded on the way, a value may fall to the next one, and adamw makes whole steps of 1e-3 of what is near zero.
      const tolerance = precision === "float32" ? 1e-4 : 2e-2;
      for (const [name, tensor] of Object.entries(own.parameters)) expectClose(name, tensor, parameters[name]!, tolerance);
    }
    expect([control.liveAllocations(), control.liveHandles()]).toEqual([0, 0]);
  });
});

function turned(values: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(values, (_, at) => values[(at % rows) * columns + Math.floor(at / rows)]!);
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

function upload(context: DriverContext, stream: bigint, values: Float32Array | Uint16Array): bigint {
  const pinned = context.pinned(values.byteLength);
  pinned.bytes.set(bytesOf(values));
  const address = context.allocate("a matrix", values.byteLength);
  context.copyToDevice(address, pinned.address, values.byteLength, stream);
  context.synchronize(stream, "an upload");
  pinned.free();
  return address;
}

function download(context: DriverContext, stream: bigint, from: bigint, bytes: number): Uint8Array {
  const pinned = context.pinned(bytes);
  context.copyToHost(pinned.address, from, bytes, stream);
  context.synchronize(stream, "a download");
  const copy = pinned.bytes.slice();
  pinned.free();
  return copy;
}
