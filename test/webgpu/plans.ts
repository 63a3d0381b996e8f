/**
 * Small plans with hand-written WGSL, and what they compute on the host. Made so that a wrong binding, a wrong stride of a cache,
 * a wrong S or a value that nobody wrote changes the result.
 */
import { planFormat, planVersion, type Plan, type PlanEntry, type PlanState, type SizeExpr, type DeviceEntry, type WgslKernel, type WgslProgram } from "../../src/plan/plan.js";
import type { HostTensor, Weights } from "../../runtime/device.js";

const extents = `struct Extents { B: u32, T: u32, N: u32, S: u32, C: u32 }
@group(0) @binding(0) var<uniform> e: Extents;
`;

/** `names` as `f32 x` or `i32 x`, in order of the bindings; `= x` is written. */
export function kernel(name: string, bindings: readonly string[], body: string, prelude = extents): WgslKernel {
  const declarations = bindings.map((text, i) => {
    const access = text.startsWith("=") ? "read_write" : "read";
    const [type, variable] = text.replace("=", "").trim().split(" ");
    return `@group(0) @binding(${i + 1}) var<storage, ${access}> ${variable}: array<${type}>;`;
  });
  return {
    name,
    source: `${prelude}${declarations.join("\n")}
@compute @workgroup_size(1) fn main(@builtin(workgroup_id) at: vec3u, @builtin(num_workgroups) grid: vec3u) {
${body}
}
`,
    access: bindings.map((text) => (text.startsWith("=") ? "read_write" : "read")),
  };
}

export function size(times: number, ...of: SizeExpr[number]["of"]): SizeExpr {
  return [{ times, of }];
}

const one = { size: size(1), per: 1 };
export const grid = (expr: SizeExpr): DeviceEntry["dispatches"][number]["grid"] => [{ size: expr, per: 1 }, one, one];

export function planOf(parts: {
  parameters?: Plan["parameters"]; states?: readonly PlanState[]; constants?: Plan["constants"]; entries: readonly PlanEntry[]; program: Omit<WgslProgram, "limits">;
  limits?: Partial<WgslProgram["limits"]>;
}): Plan {
  return {
    format: planFormat,
    version: planVersion,
    compiler: "msz test",
    model: {
      name: "hand_made", vocabulary: { kind: "ids" }, vocabularySize: 7, width: 2, output: "logits", context: null, positionLimit: null, padding: null, begin: null, end: null,
      unknown: null, generate: { temperature: 0, topK: 0, topP: 1, beam: 1, beams: 0, lengthPenalty: 1, maxLength: { perSource: 1.2, more: 10 } },
    },
    parameters: parts.parameters ?? [],
    states: parts.states ?? [],
    constants: parts.constants ?? [],
    entries: parts.entries,
    targets: {
      wgsl: {
        ...parts.program,
        limits: { maxStorageBuffersPerShaderStage: 6, maxComputeInvocationsPerWorkgroup: 1, maxComputeWorkgroupStorageSize: 0, ...parts.limits },
      },
    },
  };
}

export function floats(shape: readonly number[], data: ArrayLike<number>): HostTensor {
  return { shape, data: Float32Array.from(data) };
}

export function ints(shape: readonly number[], data: ArrayLike<number>): HostTensor {
  return { shape, data: Int32Array.from(data) };
}

function base64(data: Float32Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
}

// ---- without states: constant → arena 0 → arena 1 → output ----

const table = [[1, 2, 3], [10, 20, 30], [-1, 0.5, 4], [7, 8, 9]];
const matrix = [[1, 2], [3, 4], [5, 6]];

export const tablePlan: Plan = planOf({
  parameters: [
    { name: "unused.first", shape: [1], initializer: { kind: "ones" } },
    { name: "matrix", shape: [3, 2], initializer: { kind: "zeros" } },
    { name: "shift", shape: [2], initializer: { kind: "zeros" } },
  ],
  constants: [{ dtype: "f32", shape: [4, 3], data: base64(Float32Array.from(table.flat())) }],
  entries: [{ name: "forward", chunk: 64, inputs: [{ name: "tokens", dtype: "i32", shape: ["B", "T"] }], outputs: [{ name: "logits", dtype: "f32", shape: ["B", "T", 2] }], states: [] }],
  program: {
    kernels: [
      kernel("look_up", ["i32 tokens", "f32 rows", "=f32 x", "=f32 twice"],
        `twice[at.x] = 2.0 * f32(tokens[at.x]);
         for (var i = 0u; i < 3u; i++) { x[at.x * 3u + i] = rows[u32(tokens[at.x]) * 3u + i]; }`),
      kernel("multiply", ["f32 x", "f32 w", "f32 turned", "=f32 y"],
        `for (var c = 0u; c < 2u; c++) {
           var sum = 0.0;
           for (var i = 0u; i < 3u; i++) { sum += x[at.x * 3u + i] * (w[i * 2u + c] + 100.0 * turned[c * 3u + i]); }
           y[at.x * 2u + c] = sum;
         }`),
      kernel("shift", ["f32 y", "f32 shift", "=f32 out", "f32 twice"],
        "for (var c = 0u; c < 2u; c++) { out[at.x * 2u + c] = y[at.x * 2u + c] + shift[c] + f32(e.T) * 1000.0 + twice[at.x]; }"),
    ],
    weights: [{ parameter: 1, transposed: false }, { parameter: 1, transposed: true }, { parameter: 2, transposed: false }],
    entries: {
      forward: {
        arenas: 2,
        // The values of the long way lie behind others, so that their offsets are not zero.
        slots: [{ arena: 0, bytes: size(4, "B", "T") }, { arena: 0, bytes: size(12, "B", "T") }, { arena: 1, bytes: size(20) }, { arena: 1, bytes: size(8, "B", "T") }],
        buffers: [{ slot: 1, bytes: size(12, "B", "T"), first: 0, last: 1 }, { slot: 3, bytes: size(8, "B", "T"), first: 1, last: 2 }, { slot: 0, bytes: size(4, "B", "T"), first: 0, last: 2 }],
        dispatches: [
          { kernel: 0, grid: grid(size(1, "B", "T")), label: "embedding",
            bindings: [{ kind: "input", index: 0 }, { kind: "constant", index: 0 }, { kind: "buffer", index: 0 }, { kind: "buffer", index: 2 }] },
          {
            kernel: 1, grid: grid(size(1, "B", "T")), label: "layers.0",
            bindings: [{ kind: "buffer", index: 0 }, { kind: "weight", index: 0 }, { kind: "weight", index: 1 }, { kind: "buffer", index: 1 }],
          },
          { kernel: 2, grid: grid(size(1, "B", "T")), label: "head",
            bindings: [{ kind: "buffer", index: 1 }, { kind: "weight", index: 2 }, { kind: "output", index: 0 }, { kind: "buffer", index: 2 }] },
        ],
      },
    },
  },
});

export const tableWeights: Weights = new Map([
  ["unused.first", floats([1], [5])],
  ["matrix", floats([3, 2], matrix.flat())],
  ["shift", floats([2], [0.25, 0.5])],
]);

/** Exact in float32: small multiples of 1/2 and 1/4. */
export function tableForward(tokens: readonly number[], length: number): number[] {
  return tokens.flatMap((token) => [0, 1].map((c) => {
    const sum = table[token]!.reduce((total, x, i) => total + x * matrix[i]![c]! * 101, 0);
    return sum + [0.25, 0.5][c]! + length * 1000 + 2 * token;
  }));
}

// ---- with states: two caches of different strides, a sum over the slots in use, sampling ----

const states: readonly PlanState[] = [
  { name: "count", dtype: "i32", shape: ["B"], class: "constant" },
  { name: "length", dtype: "i32", shape: [1], class: "constant" },
  { name: "next_logits", dtype: "f32", shape: ["B", 1, 1], class: "constant" },
  { name: "drawn", dtype: "i32", shape: [1], class: "constant" },
  { name: "rows", dtype: "f32", shape: ["B", "C", 2], class: "growing" },
  { name: "columns", dtype: "f32", shape: ["B", 2, "C"], class: "growing" },
];
const stateNames = states.map((state) => state.name);
const state = (name: string) => ({ kind: "state", index: stateNames.indexOf(name) }) as const;

const cacheKernels: readonly WgslKernel[] = [
  kernel("append", ["i32 tokens", "i32 length", "=f32 rows", "=f32 columns"],
    `let b = at.x / e.T;
     let t = at.x % e.T;
     let slot = u32(length[0]) + t;
     let token = f32(tokens[at.x]);
     for (var i = 0u; i < 2u; i++) {
       rows[(b * e.C + slot) * 2u + i] = token + f32(i) * 10.0;
       columns[(b * 2u + i) * e.C + slot] = token + f32(i) * 20.0;
     }`),
  kernel("weigh", ["f32 rows", "f32 columns", "=f32 scores"],
    `let b = at.x / e.S;
     let s = at.x % e.S;
     scores[at.x] = (rows[(b * e.C + s) * 2u] + rows[(b * e.C + s) * 2u + 1u] + columns[(b * 2u + 1u) * e.C + s]) * f32(s % 3u + 1u);`),
  kernel("sum_up", ["f32 scores", "=f32 next_logits"],
    `var sum = 0.0;
     for (var s = 0u; s < e.S; s++) { sum += scores[at.x * e.S + s]; }
     next_logits[at.x] = sum;`),
  kernel("advance", ["=i32 length", "=i32 count"], "length[0] += i32(e.T); for (var b = 0u; b < e.B; b++) { count[b] += i32(e.T); }"),
  kernel("sample", ["f32 next_logits", "f32 sampling", "i32 seed", "i32 drawn", "=i32 token"],
    "token[at.x] = (i32(next_logits[at.x]) + i32(sampling[1]) + seed[0] + drawn[0]) % 7;"),
  kernel("draw", ["=i32 drawn"], "drawn[0] += 1;"),
];

function cacheEntry(tokens: "input" | "output"): DeviceEntry {
  const scores = size(4, "B", "S");
  const feed: DeviceEntry["dispatches"] = [
    { kernel: 0, grid: grid(size(1, "B", "T")), bindings: [{ kind: tokens, index: 0 }, state("length"), state("rows"), state("columns")], label: "append" },
    { kernel: 1, grid: grid(size(1, "B", "S")), bindings: [state("rows"), state("columns"), { kind: "buffer", index: 0 }], label: "weigh" },
    { kernel: 2, grid: grid(size(1, "B")), bindings: [{ kind: "buffer", index: 0 }, state("next_logits")], label: "sum_up" },
    { kernel: 3, grid: grid(size(1)), bindings: [state("length"), state("count")], label: "advance" },
  ];
  const draw: DeviceEntry["dispatches"] = [
    {
      kernel: 4, grid: grid(size(1, "B")), label: "sample",
      bindings: [state("next_logits"), { kind: "input", index: 0 }, { kind: "input", index: 1 }, state("drawn"), { kind: "output", index: 0 }],
    },
    { kernel: 5, grid: grid(size(1)), bindings: [state("drawn")], label: "draw" },
  ];
  const dispatches = tokens === "output" ? [...draw, ...feed] : feed;
  return {
    arenas: 1,
    slots: [{ arena: 0, bytes: scores }],
    buffers: [{ slot: 0, bytes: scores, first: dispatches.findIndex((d) => d.label === "weigh"), last: dispatches.findIndex((d) => d.label === "sum_up") }],
    dispatches,
  };
}

export const cachePlan: Plan = planOf({
  states,
  entries: [
    { name: "prefill", chunk: 64, inputs: [{ name: "tokens", dtype: "i32", shape: ["B", "T"] }], outputs: [], states: stateNames },
    {
      name: "generate", chunk: 64, states: stateNames,
      inputs: [{ name: "sampling", dtype: "f32", shape: [3] }, { name: "seed", dtype: "i32", shape: [1] }],
      outputs: [{ name: "token", dtype: "i32", shape: ["B", 1] }],
    },
  ],
  program: { kernels: cacheKernels, weights: [], entries: { prefill: cacheEntry("input"), generate: cacheEntry("output") } },
});

/** What the plan computes, one sequence at a time. Sums are whole numbers far below 2^24: exact. */
export class CacheModel {
  readonly slots: number[] = [];
  drawn = 0;
  logits = 0;

  feed(tokens: readonly number[]): void {
    this.slots.push(...tokens);
    this.logits = this.slots.reduce((sum, token, s) => sum + (3 * token + 30) * ((s % 3) + 1), 0);
  }

  generate(steps: number, topK: number, seed: number): number[] {
    return Array.from({ length: steps }, () => {
      const token = (this.logits + topK + seed + this.drawn++) % 7;
      this.feed([token]);
      return token;
    });
  }
}
