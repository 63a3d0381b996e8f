/** The kernel IR without a device: folding, views, the printers, and what the verifier refuses. */
import { wgslTarget } from "../../compiler/5-schedule/target.js";
import { describe, expect, test } from "vitest";
import { Emitter } from "../../compiler/3-graph/emit.js";
import { launchSpecial, isSpecial } from "../../compiler/5-schedule/kernels/index.js";
import { printWgsl } from "../../compiler/6-codegen/wgsl/index.js";
import { add, and, bool, div, equal, extent, f, flatIndex, less, mod, mul, select, shuffleXor, sub, thread, u, workgroupX } from "../../src/kernel/build.js";
import type { Kernel, KernelExpr, KernelStatement } from "../../src/kernel/kernel.js";
import { printExpr, printKernel, printLaunch } from "../../src/kernel/print.js";
import { verifyKernel } from "../../src/kernel/verify.js";
import { coordinatesOf, indexOf } from "../../src/kernel/view.js";
import { KernelWriter } from "../../src/kernel/writer.js";

const span = { file: { path: "ir", text: "" }, start: 0, end: 0 };
const empty: Kernel = { name: "empty", threads: 8, bindings: [{ name: "x", type: "f32", access: "read" }, { name: "out", type: "f32", access: "read_write" }], arrays: [], body: [], span };
const show = (e: KernelExpr): string => printExpr(e, empty);
const dims = [{ name: "@batch", size: "B" }, { name: "@token", size: "T" }, { name: "width", size: 48 }] as const;

test("index arithmetic on constants is folded", () => {
  expect(show(add(mul(u(3), u(4)), u(5)))).toBe("17");
  expect(show(add(u(0), mul(thread, u(1))))).toBe("thread");
  expect(show(mul(extent("T"), u(0)))).toBe("0");
  expect(show(mod(thread, u(1)))).toBe("0");
  expect(show(div(thread, u(1)))).toBe("thread");
  expect(show(select(less(u(1), u(2)), f(1), f(2)))).toBe("1.0");
  expect(show(sub(u(0), u(1)))).toBe("4294967295");
  expect(show(flatIndex(1))).toBe("(workgroup_x + (workgroup_y * grid_x))");
});

test("float arithmetic is left as it is", () => {
  expect(show(add(f(0), f(1)))).toBe("(0.0 + 1.0)");
});

test("views are read where their source lies", () => {
  const emit = new Emitter(span);
  const x = emit.input("x", "f32", dims);
  const renamed = emit.rename(x, { "@token": "@time" });
  const one = emit.unsqueeze(renamed, "one", 1);
  const back = emit.squeeze(emit.rename(one, { one: "single" }), "single");
  const at = new Map([["@batch", workgroupX], ["@time", thread], ["width", u(7)]]);
  for (const node of [renamed, one, back]) {
    const place = indexOf(node, at);
    expect(place.node).toBe(x);
    expect(show(place.index)).toBe("(((workgroup_x * (T * 48)) + (thread * 48)) + 7)");
  }
});

test("coordinates of a flat index", () => {
  const places = coordinatesOf(dims, thread);
  expect([...places].map(([name, place]) => `${name} ${show(place)}`)).toEqual(["@batch (thread / (T * 48))", "@token ((thread / 48) % T)", "width (thread % 48)"]);
});

test("a kernel as text, for people and for the device", () => {
  const emit = new Emitter(span);
  emit.label = "layers.3.memory.key";
  const node = emit.last(emit.input("x", "f32", dims), emit.input("mask", "i32", dims.slice(0, 2)));
  if (!isSpecial(node)) throw new Error("last is special");
  const [launch] = launchSpecial(node, { chunk: 64, target: wgslTarget });
  verifyKernel(launch!.kernel);
  expect(printLaunch(launch!)).toMatchInlineSnapshot(`"layers.3.memory.key: last[B·1·48/64](read %1, read %0, write %2)"`);
  expect(printKernel(launch!.kernel)).toMatchInlineSnapshot(`
    "kernel last(in: i32[], in1: f32[], mut out: f32[]) threads 64 {
      element = (((workgroup_x + (workgroup_y * grid_x)) * 64) + thread)
      if (element < (B * 48)) {
        at = (element / 48)
        at1 = (element % 48)
        var place: u32 = 0
        for back in 0..T {
          t = ((T - 1) - back)
          if (in[((at * T) + t)] != 0) {
            place := t
            break
          }
        }
        out[((at * 48) + at1)] := in1[(((at * (T * 48)) + (place * 48)) + at1)]
      }
    }
    "
  `);
  const text = printWgsl(launch!.kernel);
  expect(text).toMatchInlineSnapshot(`
    "// last
    struct Extents { B: u32, T: u32, N: u32, S: u32, C: u32, E: u32, M: u32, pad0: u32 }
    @group(0) @binding(0) var<uniform> extents: Extents;
    @group(0) @binding(1) var<storage, read> in_: array<i32>;
    @group(0) @binding(2) var<storage, read> in1: array<f32>;
    @group(0) @binding(3) var<storage, read_write> out: array<f32>;
    @compute @workgroup_size(64)
    fn main(@builtin(workgroup_id) workgroup_id: vec3u, @builtin(local_invocation_index) thread_index: u32, @builtin(num_workgroups) workgroup_count: vec3u) {
      let element = ((workgroup_id.x + (workgroup_id.y * workgroup_count.x)) * 64u) + thread_index;
      if (element < (extents.B * 48u)) {
        let at = element / 48u;
        let at1 = element % 48u;
        var place = 0u;
        for (var back = 0u; back < extents.T; back += 1u) {
          let t = (extents.T - 1u) - back;
          if (in_[(at * extents.T) + t] != 0i) {
            place = t;
            break;
          }
        }
        out[(at * 48u) + at1] = in1[((at * (extents.T * 48u)) + (place * 48u)) + at1];
      }
    }
    "
  `);
  expect(text).not.toContain("memory");
});

describe("the verifier refuses", () => {
  const t: KernelStatement = { kind: "let", name: "t", value: thread };
  const variable = { kind: "variable", type: "u32", name: "t" } as const;
  const store = (value: KernelExpr): KernelStatement => ({ kind: "store", binding: 1, index: u(0), value });
  const barrier: KernelStatement = { kind: "barrier" };
  const shuffle = shuffleXor(thread, 1);
  const shuffled: KernelStatement = { kind: "let", name: "shuffled", value: shuffle };
  const sums = ["s0", "s1", "s2", "s3"].map((name): KernelStatement => ({ kind: "var", name, value: f(0) }));
  const mma: KernelStatement = { kind: "mma", of: "bf16", sums: ["s0", "s1", "s2", "s3"], a: [u(0), u(0), u(0), u(0)], b: [u(0), u(0)] };
  const refused: readonly (readonly [string, readonly KernelStatement[], RegExp])[] = [
    ["a store to what is only read", [{ kind: "store", binding: 0, index: u(0), value: f(1) }], /which is read/],
    ["a store past the bindings", [{ kind: "store", binding: 2, index: u(0), value: f(1) }], /binding 2 of 2/],
    ["a store of another type", [store(u(1))], /is u32, not f32/],
    ["a load past the bindings", [store({ kind: "load", type: "f32", binding: 7, index: u(0) })], /binding 7 of 2/],
    ["an expression that says another type", [store({ kind: "load", type: "vec4f", binding: 0, index: u(0) })], /says vec4f and is f32/],
    ["an argument past those that there are", [{ kind: "let", name: "n", value: { kind: "argument", type: "u32", index: 0 } }], /argument 0 of 0/],
    ["a name out of scope", [{ kind: "if", condition: equal(thread, u(0)), then: [t] }, { kind: "store", binding: 1, index: variable, value: f(1) }], /t is not in scope/],
    ["a name twice", [t, { kind: "if", condition: equal(variable, u(0)), then: [t] }], /two things are named t/],
    ["an assignment to a let", [t, { kind: "assign", name: "t", value: u(1) }], /no variable/],
    ["a break outside a loop", [{ kind: "break" }], /outside a loop/],
    ["a division by 0", [{ kind: "let", name: "q", value: { kind: "binary", type: "u32", fn: "divide", a: thread, b: u(0) } }], /divides by 0/],
    ["a loop that never ends", [{ kind: "for", name: "k", from: u(0), to: u(4), step: u(0), body: [] }], /steps by 0/],
    ["an unrolled loop without constants", [{ kind: "for", name: "k", from: u(0), to: thread, step: u(1), unroll: true, body: [] }], /unrolled/],
    ["a barrier under a condition of the thread", [t, { kind: "if", condition: less(variable, u(4)), then: [barrier] }], /barrier/],
    ["a barrier in a loop of the thread's length", [{ kind: "for", name: "k", from: u(0), to: thread, step: u(1), body: [barrier] }], /barrier/],
    ["a barrier after a break of some threads", [{ kind: "for", name: "k", from: u(0), to: u(4), step: u(1), body: [{ kind: "if", condition: less(thread, u(4)), then: [{ kind: "break" }] }, barrier] }], /barrier/],
    ["a barrier after a break of some threads under a condition of all", [{ kind: "for", name: "k", from: u(0), to: u(4), step: u(1), body: [{ kind: "if", condition: less(workgroupX, u(4)), then: [{ kind: "if", condition: less(thread, u(4)), then: [{ kind: "break" }] }] }, barrier] }], /barrier/],
    ["a shuffle under a condition of the thread", [{ kind: "if", condition: less(thread, u(4)), then: [shuffled] }], /shuffle that not all threads/],
    ["a shuffle in a loop of the thread's length", [{ kind: "for", name: "k", from: u(0), to: thread, step: u(1), body: [shuffled] }], /shuffle that not all threads/],
    ["a shuffle that one side of a choice computes", [{ kind: "let", name: "s", value: { kind: "select", type: "u32", condition: equal(thread, u(0)), a: shuffle, b: u(0) } }], /shuffle that not all threads/],
    ["a shuffle behind `and`", [{ kind: "let", name: "s", value: and(equal(thread, u(0)), equal(shuffle, u(0))) }], /shuffle that not all threads/],
    ["an mma under a condition of the thread", [...sums, { kind: "if", condition: less(thread, u(4)), then: [mma] }], /mma that not all threads/],
  ];
  test.each(refused)("%s", (_, body, message) => {
    expect(() => verifyKernel({ ...empty, body })).toThrow(message);
  });

  test("a shuffle by threads that are no whole subgroups", () => {
    expect(() => verifyKernel({ ...empty, threads: 48, body: [shuffled] })).toThrow(/48 threads/);
  });

  test("but not what a subgroup does where all of it is", () => {
    const ofSubgroup: KernelStatement = { kind: "let", name: "of", value: div(thread, u(32)) };
    const here = less({ kind: "variable", type: "u32", name: "of" }, u(1));
    expect(() => verifyKernel({ ...empty, threads: 64, body: [ofSubgroup, ...sums, { kind: "if", condition: here, then: [shuffled, mma] }] })).not.toThrow();
    expect(() => verifyKernel({ ...empty, threads: 64, body: [ofSubgroup, { kind: "if", condition: here, then: [barrier] }] })).toThrow(/barrier/);
  });

  test("but not a barrier that all threads of a workgroup reach", () => {
    const uniform = less(workgroupX, u(4));
    expect(() => verifyKernel({ ...empty, body: [{ kind: "if", condition: uniform, then: [barrier, { kind: "for", name: "k", from: u(0), to: extent("T"), step: u(1), body: [barrier] }] }] })).not.toThrow();
  });
});

test("the writer drops branches that are decided, and keeps the loop of a break", () => {
  const w = new KernelWriter("w", 1, span);
  w.if_(bool(false), () => w.break_());
  w.for_("k", u(0), u(1), () => w.if_(less(thread, u(3)), () => w.break_()));
  w.for_("k", u(2), u(2), () => w.break_());
  expect(printKernel(w.kernel())).toMatchInlineSnapshot(`
    "kernel w() threads 1 {
      for k in 0..1 {
        if (thread < 3) {
          break
        }
      }
    }
    "
  `);
});
