/** A valid plan made by hand, for tests of the validator: small, but with every kind of thing that a plan can hold. */
import { planFormat, planVersion, type GridExpr, type CudaEntry, type Plan, type PlanEntry, type PlanTensor, type TfjsEntry, type DispatchBinding, type DeviceEntry } from "../../src/plan/plan.js";

type Writable<T> = { -readonly [K in keyof T]: Writable<T[K]> };
/** Tests break copies of it. */
export type LoosePlan = Writable<Plan>;

const vocabularySize = 5;
const tokens = (time: "T" | 1): PlanTensor => ({ name: "tokens", dtype: "i32", shape: ["B", time] });
const logits = (time: "T" | 1): PlanTensor => ({ name: "logits", dtype: "f32", shape: ["B", time, vocabularySize] });
const states = ["count", "length", "drawn", "next_logits", "keys", "valid"];

const entries: PlanEntry[] = [
  { name: "forward", chunk: 64, inputs: [tokens("T")], outputs: [logits("T")], states: [] },
  { name: "prefill", chunk: 64, inputs: [tokens("T")], outputs: [], states },
  { name: "prefill_all", chunk: 64, inputs: [tokens("T")], outputs: [logits("T")], states },
  { name: "decode", chunk: 64, inputs: [tokens(1)], outputs: [logits(1)], states },
  {
    name: "generate", chunk: 64, states,
    inputs: [{ name: "sampling", dtype: "f32", shape: [3] }, { name: "seed", dtype: "i32", shape: [1] }],
    outputs: [{ name: "token", dtype: "i32", shape: ["B", 1] }],
  },
];

const one: GridExpr = { size: [{ times: 1, of: [] }], per: 1 };
const bytes = [{ times: 32, of: ["B" as const, "T" as const] }];
const at = (kind: DispatchBinding["kind"], index: number): DispatchBinding => ({ kind, index });

/** Input → buffer 0 (arena 0) → buffer 1 (arena 1) → buffer 2 (slot of 0) and an output where there is one; state `next_logits` changed in place. */
function deviceEntry(entry: PlanEntry): DeviceEntry {
  const dispatch = (kernel: number, label: string, ...bindings: DispatchBinding[]) => ({ kernel, grid: [{ size: bytes, per: 256 }, one, one] as const, bindings, label });
  return {
    arenas: 2,
    slots: [{ arena: 0, bytes: [...bytes, { times: 256, of: [] }] }, { arena: 1, bytes }],
    buffers: [{ slot: 0, bytes, first: 0, last: 1 }, { slot: 1, bytes, first: 1, last: 3 }, { slot: 0, bytes, first: 2, last: 2 }],
    dispatches: [
      dispatch(0, "embedding", at("input", 0), at("weight", 0), at("buffer", 0)),
      dispatch(0, "layers.0.memory", at("buffer", 0), at("weight", 1), at("buffer", 1)),
      dispatch(0, "layers.1.memory", at("buffer", 1), at("constant", 0), at("buffer", 2)),
      dispatch(1, "output", at("buffer", 1), entry.states.length > 0 ? at("state", 3) : at("output", 0)),
      ...(entry.states.length > 0 && entry.outputs.length > 0 ? [dispatch(1, "output", at("state", 3), at("output", 0))] : []),
    ],
  };
}

/** All values in one arena; `decode` also as one kernel, and its second dispatch as a product. */
function cudaEntry(entry: PlanEntry): CudaEntry {
  const made = deviceEntry(entry);
  const one = { ...made, arenas: 1, slots: made.slots.map((slot) => ({ ...slot, arena: 0 })) };
  if (entry.name !== "decode") return one;
  const rows = [{ times: 1, of: ["B" as const] }];
  const four = [{ times: 4, of: [] }];
  const factor = (binding: number, type: "f32" | "bf16") => ({ binding, type, transposed: false });
  return {
    ...one,
    persistent: { name: "decode_step", source: "void decode_step() {}", kernels: [0, 1], threads: 256, bindings: 3, waits: one.dispatches.map((_, i) => i > 0) },
    products: [{ dispatch: 1, rows, columns: four, inner: four, a: factor(0, "f32"), b: factor(1, "bf16"), result: factor(2, "f32") }],
  };
}

function tfjsEntry(entry: PlanEntry): TfjsEntry {
  return {
    values: 3,
    steps: [
      { op: "input", in: [], out: 0, attrs: { name: entry.inputs[0]!.name } },
      { op: "reshape", in: [0], out: 1, attrs: { axis: 0, shape: ["B", "T", 4], keep: true, note: "a" } },
      { op: "add", in: [1, 1], out: 2, free: [1] },
    ],
    outputs: entry.outputs.map(({ name }) => ({ name, value: 2 })),
    stateUpdates: entry.states.length > 0 ? [{ state: 3, value: 2 }] : [],
  };
}

const plan: Plan = {
  format: planFormat,
  version: planVersion,
  compiler: "msz 0.1.0",
  model: {
    name: "Small", vocabulary: { kind: "characters", characters: ["a", "b", "c", "😀", " "] }, vocabularySize, width: 4,
    output: "logits", context: 64, positionLimit: null, padding: 0, begin: null, end: 4, unknown: null,
    generate: { temperature: 0.8, topK: 0, topP: 1, beam: 1, beams: 0, lengthPenalty: 1, maxLength: { perSource: 1.2, more: 10 } },
  },
  parameters: [
    { name: "embedding.weight", shape: [5, 4], initializer: { kind: "normal", deviation: 0.5 } },
    { name: "layers.0.memory.key.bias", shape: [4], initializer: { kind: "zeros" } },
    { name: "layers.0.memory.key.weight", shape: [4, 4], initializer: { kind: "uniform", low: -1, high: 1 } },
  ],
  states: [
    { name: "count", dtype: "i32", shape: ["B"], class: "constant" },
    { name: "length", dtype: "i32", shape: [1], class: "constant" },
    { name: "drawn", dtype: "i32", shape: [1], class: "constant" },
    { name: "next_logits", dtype: "f32", shape: ["B", 1, 5], class: "constant" },
    { name: "keys", dtype: "f32", shape: ["B", "C", 4], class: "growing" },
    { name: "valid", dtype: "i32", shape: ["B", "C"], class: "growing" },
  ],
  constants: [{ dtype: "f32", shape: [2], data: Buffer.from(new Float32Array([1, 2]).buffer).toString("base64") }],
  entries,
  targets: {
    wgsl: {
      kernels: [
        { name: "gather", source: "@compute fn main() {}", access: ["read", "read", "read_write"] },
        { name: "copy", source: "@compute fn main() {}", access: ["read", "read_write"] },
      ],
      weights: [{ parameter: 0, transposed: false }, { parameter: 2, transposed: true }],
      entries: Object.fromEntries(entries.map((entry) => [entry.name, deviceEntry(entry)])),
      limits: { maxStorageBuffersPerShaderStage: 8, maxComputeInvocationsPerWorkgroup: 256, maxComputeWorkgroupStorageSize: 16384 },
    },
    cuda: {
      precision: "bfloat16",
      header: "typedef unsigned int u32;",
      kernels: [
        { name: "msz_gather", source: "extern \"C\" __global__ void msz_gather() {}", threads: 256, access: ["read", "read", "read_write"] },
        { name: "msz_copy", source: "extern \"C\" __global__ void msz_copy() {}", threads: 32, access: ["read", "read_write"] },
      ],
      weights: [{ parameter: 0, transposed: false }, { parameter: 2, transposed: true, narrow: "bf16" }],
      entries: Object.fromEntries(entries.map((entry) => [entry.name, cudaEntry(entry)])),
    },
    tfjs: { entries: Object.fromEntries(entries.map((entry) => [entry.name, tfjsEntry(entry)])) },
  },
};

/** A fresh copy, as if read from a file. */
export function smallPlan(): LoosePlan {
  return JSON.parse(JSON.stringify(plan)) as LoosePlan;
}

const counters: PlanTensor[] = ["seed", "counter", "restart"].map((name) => ({ name, dtype: "i32", shape: [1] }));
const targets: PlanTensor = { ...tokens("T"), name: "targets" };
const trainingStates = ["loss.sum", "loss.steps", "norm", "broken", "accumulated.loss", "accumulated.count"];
const trainingEntries: PlanEntry[] = [
  { name: "inspect", chunk: 64, inputs: [tokens("T"), targets, ...counters.slice(0, 2)], outputs: [{ name: "embedding", dtype: "f32", shape: [1] }], states: [] },
  { name: "accumulate", chunk: 64, inputs: [tokens("T"), targets, ...counters], outputs: [], states: trainingStates },
  {
    name: "train", chunk: 64, inputs: [tokens("T"), targets, { name: "schedule", dtype: "f32", shape: [3] }, ...counters], outputs: [],
    states: trainingStates, updates: ["embedding.weight", "layers.0.memory.key.weight"],
  },
];

/** The same with all that a plan holds for training: `train` copies weight 0 onto itself transposed, and writes a parameter in place. */
export function trainablePlan(): LoosePlan {
  const made = smallPlan();
  for (const name of trainingStates) made.states.push({ name, dtype: name === "broken" ? "i32" : "f32", shape: [1], class: "training" });
  made.training = {
    batch: 2, accumulate: 3, steps: 10, seed: 1, precision: "float32",
    optimizer: { kind: "adamw", rate: 1e-3, betas: [0.9, 0.98], epsilon: 1e-8, decay: 0.1 }, schedule: { kind: "cosine", warmup: 2, start: 0, floor: 0.1 },
  };
  const { wgsl, cuda, tfjs } = made.targets;
  for (const entry of trainingEntries) {
    made.entries.push(entry as never);
    wgsl!.entries[entry.name] = deviceEntry({ ...entry, states: [] }) as never;
    const { dispatches } = wgsl!.entries[entry.name]!;
    if (entry.outputs.length === 0) dispatches.pop();
    wgsl!.entries[entry.name]!.buffers[1]!.last = dispatches.length - 1;
    if (entry.updates) dispatches.push({ kernel: 1, grid: [one, one, one] as never, bindings: [at("weight", 0), at("weight", 1)], label: "transpose" });
    cuda!.entries[entry.name] = { ...wgsl!.entries[entry.name]!, ...(entry.updates ? { sums: [{ binding: at("buffer", 0), elements: 4, ready: 0, needed: 1 }] } : {}) } as never;
    tfjs!.entries[entry.name] = { ...tfjsEntry({ ...entry, states: [] }), ...(entry.updates ? { parameterUpdates: [{ parameter: 2, value: 2 }] } : {}) } as never;
  }
  wgsl!.entries.train!.recomputed = ["layers.0.memory"];
  // Pieces that are shared so far come apart.
  return JSON.parse(JSON.stringify(made)) as LoosePlan;
}
