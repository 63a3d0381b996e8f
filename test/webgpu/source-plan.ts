/** A small plan with source texts and hand-written WGSL, and what it computes on the host: a wrong row, a wrong E or M, or a source of another row changes the result. */
import type { PlanState, DeviceEntry, WgslKernel } from "../../src/plan/plan.js";
import type { Plan } from "../../src/plan/plan.js";
import { grid, kernel, planOf, size } from "./plans.js";

const chunk = 4;

const states: readonly PlanState[] = [
  { name: "count", dtype: "i32", shape: ["B"], class: "constant" },
  { name: "length", dtype: "i32", shape: [1], class: "constant" },
  { name: "next_logits", dtype: "f32", shape: ["B", 1, 1], class: "constant" },
  { name: "drawn", dtype: "i32", shape: [1], class: "constant" },
  { name: "rows", dtype: "f32", shape: ["B", "C", 3], class: "growing" },
  { name: "columns", dtype: "f32", shape: ["B", 2, "C"], class: "growing" },
  { name: "source.count", dtype: "i32", shape: ["B"], class: "constant" },
  { name: "source.kept", dtype: "f32", shape: ["B", "E", 2], class: "constant" },
  { name: "source.sum", dtype: "f32", shape: ["B", 4], class: "constant" },
];
const names = states.map((spec) => spec.name);
const state = (name: string) => ({ kind: "state", index: names.indexOf(name) }) as const;
const textNames = names.filter((name) => !name.startsWith("source."));
const extents = `struct Extents { B: u32, T: u32, N: u32, S: u32, C: u32, E: u32, M: u32, pad0: u32 }
@group(0) @binding(0) var<uniform> e: Extents;
`;

const kernels: readonly WgslKernel[] = [
  kernel("encode", ["i32 source_tokens", "=f32 kept", "=f32 encoder_out"],
    `let token = f32(source_tokens[at.x]);
     for (var i = 0u; i < 2u; i++) { kept[at.x * 2u + i] = token * f32(i + 1u); encoder_out[at.x * 2u + i] = token + f32(e.M) * 100.0; }`, extents),
  kernel("sum_source", ["f32 kept", "=i32 count", "=f32 sum"],
    `var total = 0.0;
     for (var s = 0u; s < e.E; s++) { total += kept[(at.x * e.E + s) * 2u + 1u] * f32(s + 1u); }
     count[at.x] = i32(e.E);
     for (var i = 0u; i < 4u; i++) { sum[at.x * 4u + i] = total + f32(i); }`, extents),
  kernel("append", ["i32 tokens", "i32 length", "=f32 rows", "=f32 columns"],
    `let b = at.x / e.T;
     let slot = u32(length[0]) + at.x % e.T;
     for (var i = 0u; i < 3u; i++) { rows[(b * e.C + slot) * 3u + i] = f32(tokens[at.x]) + f32(i); }
     for (var i = 0u; i < 2u; i++) { columns[(b * 2u + i) * e.C + slot] = f32(tokens[at.x]) * f32(i); }`, extents),
  kernel("read", ["f32 rows", "f32 columns", "f32 kept", "f32 sum", "=f32 next_logits", "=f32 logits", "=f32 halves"],
    `var total = f32(e.E) * 1000.0 + f32(e.M) * 10000.0;
     for (var s = 0u; s < e.S; s++) { total += (rows[(at.x * e.C + s) * 3u + 2u] + columns[(at.x * 2u + 1u) * e.C + s]) * f32(s % 5u + 1u); }
     for (var s = 0u; s < e.E; s++) { total += kept[(at.x * e.E + s) * 2u]; }
     next_logits[at.x] = total + sum[at.x * 4u + 3u];
     logits[at.x] = total + sum[at.x * 4u + 3u];
     halves[at.x] = 0.5 * total;`, extents),
  kernel("advance", ["=i32 length", "=i32 count"], "length[0] += i32(e.T); for (var b = 0u; b < e.B; b++) { count[b] += i32(e.T); }", extents),
];

const feed: DeviceEntry = {
  arenas: 0, slots: [], buffers: [],
  dispatches: [
    { kernel: 2, grid: grid(size(1, "B", "T")), bindings: [{ kind: "input", index: 0 }, state("length"), state("rows"), state("columns")], label: "append" },
    {
      kernel: 3, grid: grid(size(1, "B")), label: "read",
      bindings: [state("rows"), state("columns"), state("source.kept"), state("source.sum"), state("next_logits"), { kind: "output", index: 0 }, { kind: "output", index: 1 }],
    },
    { kernel: 4, grid: grid(size(1)), bindings: [state("length"), state("count")], label: "advance" },
  ],
};

const feedOutputs = [{ name: "logits", dtype: "f32", shape: ["B", 1, 1] }, { name: "halves", dtype: "f32", shape: ["B", 1, 1] }] as const;

export const sourcePlan: Plan = planOf({
  states,
  entries: [
    {
      name: "encode", chunk, inputs: [{ name: "source_tokens", dtype: "i32", shape: ["B", "E"] }],
      outputs: [{ name: "encoder_out", dtype: "f32", shape: ["B", "E", 2] }], states: names.filter((name) => name.startsWith("source.")),
    },
    { name: "prefill_all", chunk, inputs: [{ name: "tokens", dtype: "i32", shape: ["B", "T"] }], outputs: feedOutputs, states: [...textNames, "source.kept", "source.sum"] },
    { name: "decode", chunk, inputs: [{ name: "tokens", dtype: "i32", shape: ["B", 1] }], outputs: feedOutputs, states: [...textNames, "source.kept", "source.sum"] },
  ],
  program: {
    kernels, weights: [],
    entries: {
      encode: {
        arenas: 0, slots: [], buffers: [],
        dispatches: [
          { kernel: 0, grid: grid(size(1, "B", "E")), bindings: [{ kind: "input", index: 0 }, state("source.kept"), { kind: "output", index: 0 }], label: "encode" },
          { kernel: 1, grid: grid(size(1, "B")), bindings: [state("source.kept"), state("source.count"), state("source.sum")], label: "sum" },
        ],
      },
      prefill_all: feed,
      decode: feed,
    },
  },
  limits: { maxStorageBuffersPerShaderStage: 7 },
});

/** One row of it. Sums are whole numbers far below 2^24: exact. */
export class SourceModel {
  constructor(readonly source: readonly number[], readonly slots: readonly number[] = []) {}

  fed(tokens: readonly number[]): SourceModel {
    return new SourceModel(this.source, [...this.slots, ...tokens]);
  }

  get logits(): number {
    const { source, slots } = this;
    const E = source.length;
    const text = slots.reduce((sum, token, s) => sum + (2 * token + 2) * ((s % 5) + 1), 0);
    const read = source.reduce((sum, token, s) => sum + token + 2 * token * (s + 1), 0);
    return E * 1000 + Math.ceil(E / chunk) * 10000 + text + read + 3;
  }
}
