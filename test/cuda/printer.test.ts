/** Text of the CUDA printer: a small kernel whole, names that C++ has taken, literals, integers that C++ would leave undefined. */
import { expect, test } from "vitest";
import { cudaHeader, printCuda, sharedSize } from "../../compiler/6-codegen/cuda/index.js";
import { printLiteral } from "../../compiler/6-codegen/cuda/types.js";
import { Emitter } from "../../compiler/3-graph/emit.js";
import { add, cast, extent, f, flatIndex, less, mod, mul, thread, u, unary } from "../../src/kernel/build.js";
import type { KernelBinding } from "../../src/kernel/kernel.js";
import { KernelWriter } from "../../src/kernel/writer.js";

const span = { file: { path: "printer", text: "" }, start: 0, end: 0 };

function small(type?: KernelBinding["type"]) {
  const emit = new Emitter(span);
  const dims = [{ name: "points", size: 100 }];
  const w = new KernelWriter("small", 64, span);
  const from = w.operand(emit.input("x", "f32", dims), "read");
  const to = w.operand(emit.input("y", "f32", dims), "write");
  const shared = w.array("sums", "f32", 65, "workgroup");
  w.array("float", "u32", 4, "thread");
  const at = w.let_("index", flatIndex(64));
  w.storeArray(shared, thread, f(-0.5));
  w.barrier();
  w.for_("i", u(0), u(4), (i) => w.if_(less(at, mod(extent("S"), extent("T"))), () => w.store(to, add(at, i), unary("gelu", mul(w.load(from, at), w.loadArray(shared, i))))), { unroll: true });
  w.let_("float2", cast("u32", w.load(from, at)));
  const kernel = w.kernel();
  return type ? { ...kernel, bindings: kernel.bindings.map((b) => ({ ...b, type })) } : kernel;
}

test("a kernel is a function for one workgroup, and the one that a device is given", () => {
  expect(printCuda(small(), "msz_small")).toMatchInlineSnapshot(`
    "static __device__ __forceinline__ void msz_small_body(const Extents& extents, const u32* slots, u32 workgroup_x, u32 workgroup_y, u32 workgroup_z, u32 grid_x, unsigned char* shared, const f32* in, f32* out) {
      const u32 slots_in_use = *slots;
      f32* const sums = reinterpret_cast<f32*>(shared + 0);
      u32 float_[4];
      const u32 index = ((workgroup_x + (workgroup_y * grid_x)) * 64u) + threadIdx.x;
      sums[threadIdx.x] = (-0.5f);
      workgroup_barrier(64u);
      #pragma unroll
      for (u32 i = 0u; i < 4u; i += 1u) {
        if (index < op_modulo(slots_in_use, extents.T)) {
          out[index + i] = op_gelu((in[index] * sums[i]));
        }
      }
      const u32 float2 = u32_of(in[index]);
    }
    extern "C" __global__ void __launch_bounds__(64) msz_small(const Extents extents, const u32* slots, const f32* __restrict__ in, f32* __restrict__ out) {
      __shared__ __align__(16) unsigned char shared[272];
      msz_small_body(extents, slots, blockIdx.x, blockIdx.y, blockIdx.z, gridDim.x, shared, in, out);
    }
    "
  `);
  expect(sharedSize(small())).toBe(272);
});

test("numbers that a launch gives stand before the bindings, and no other name is theirs", () => {
  const w = new KernelWriter("given", 32, span);
  const out = w.operand(new Emitter(span).input("x", "u32", [{ name: "points", size: 32 }]), "write", { name: "a1" });
  w.store(out, thread, add(w.argument(9), mul(w.argument(4), w.argument(9))));
  expect(w.launch([32], 32, "given")).toMatchObject({ arguments: [9, 4], kernel: { arguments: 2 } });
  const text = printCuda(w.kernel(), "msz_given");
  expect(text).toContain("unsigned char* shared, u32 a0, u32 a1, u32* a1_) {\n  a1_[threadIdx.x] = a0 + (a1 * a0);");
  expect(text).toContain("msz_given(const Extents extents, const u32* slots, u32 a0, u32 a1, u32* __restrict__ a1_) {\n  msz_given_body(extents, slots, blockIdx.x, blockIdx.y, blockIdx.z, gridDim.x, nullptr, a0, a1, a1_);");
});

test("narrow numbers are converted where they are read and written", () => {
  const text = printCuda(small("bf16"), "msz_small");
  expect(text).toContain("const u16* in, u16* out");
  expect(text).toContain("op_gelu((bf16_to_f32(in[index])");
  expect(text).toMatch(/out\[index \+ i\] = f32_to_bf16\(op_gelu/);
});

test("literals are exactly the numbers they stand for", () => {
  expect([0, -0, 1, 0.1, 1e-20, 1e10, 3.4028234663852886e38, Infinity, -Infinity, NaN].map((x) => printLiteral("f32", x))).toEqual([
    "0.0f", "(-0.0f)", "1.0f", "0.1f", "1e-20f", "10000000000.0f", "3.4028235e38f", "f32_of_bits(0x7f800000u)", "f32_of_bits(0xff800000u)", "f32_of_bits(0x7fc00000u)",
  ]);
  expect([-2147483648, -1, 7].map((x) => printLiteral("i32", x))).toEqual(["(-2147483647 - 1)", "(-1)", "7"]);
  expect(printLiteral("u32", 4294967295)).toBe("4294967295u");
});

test("the header includes nothing, and leaves what only a device can do to builds for a CPU", () => {
  const header = cudaHeader();
  expect(header).not.toContain("#include");
  const [quiet, before, device, behind] = header.split(/#ifndef MSZ_ON_CPU\n|#endif\n/) as [string, string, string, string];
  expect(quiet).toBe("#ifdef __CUDACC__\n#pragma nv_diag_suppress 177\n");
  expect(before + behind).not.toMatch(/\basm\b|__shfl|__syncthreads/);
  for (const name of ["workgroup_barrier", "shuffle_xor", "mma_bf16", "load_blocks_transposed", "copy_wait", "grid_barrier"]) expect(device).toContain(` ${name}(`);
});
