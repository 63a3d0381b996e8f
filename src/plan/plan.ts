/**
 * The plan: what `msz compile` writes and a runtime reads. JSON, versioned, self-contained but for the weights.
 * `schema.json` is its published schema; `validate.ts` is the only code that trusts a file. README.md says field by field who
 * writes it, who reads it and what may change.
 */

export const planFormat = "msz-plan";
export const planVersion = 4;

export type PlanDType = "f32" | "i32" | "u32";

/** Factors of matrix products, and what a training step keeps; sums, states and what the optimiser holds are float32 whatever it is. */
export type PlanPrecision = "float32" | "float16" | "bfloat16";

/** Symbols that a runtime knows at a call: see `Extent` in src/graph. */
export type PlanSymbol = "B" | "T" | "N" | "S" | "C" | "E" | "M";
export type PlanExtent = number | PlanSymbol;

/** A sum of products: [{ times: 4, of: ["B", "T"] }, { times: 256, of: [] }] is 4·B·T + 256. */
export type SizeExpr = readonly { readonly times: number; readonly of: readonly PlanSymbol[] }[];

export interface Plan {
  readonly format: typeof planFormat;
  readonly version: number;
  /** `msz 0.1.0` */
  readonly compiler: string;
  readonly model: PlanModel;
  readonly parameters: readonly PlanParameter[];
  readonly states: readonly PlanState[];
  readonly constants: readonly PlanConstant[];
  /** Names, inputs and outputs of every entry, whatever the target. */
  readonly entries: readonly PlanEntry[];
  /** What a training loop must know; there when the plan has the entry `train`. */
  readonly training?: PlanTraining;
  readonly targets: { readonly wgsl?: WgslProgram; readonly cuda?: CudaProgram; readonly tfjs?: TfjsProgram };
}

export interface PlanModel {
  readonly name: string;
  readonly vocabulary: PlanVocabulary;
  readonly vocabularySize: number;
  readonly width: number;
  /** What the entries give of each token of the vocabulary; `log_probs` where the softmax is adaptive. `next_logits` holds the same. */
  readonly output: "logits" | "log_probs";
  readonly context: number | null;
  /** Learned positions end here; null = none. */
  readonly positionLimit: number | null;
  /** Real tokens that a text for the encoder may have, where something in it is sized in advance; absent: any number. */
  readonly encoderLimit?: number;
  /** What `encode` reads, in a model that writes too; absent: none. */
  readonly source?: PlanSource;
  readonly padding: number | null;
  readonly begin: number | null;
  readonly end: number | null;
  readonly unknown: number | null;
  readonly generate: PlanGenerate;
}

/** The side of the source texts. */
export interface PlanSource {
  readonly vocabulary: PlanVocabulary;
  readonly vocabularySize: number;
  readonly padding: number | null;
  readonly end: number | null;
  readonly unknown: number | null;
  /** Learned positions end here; null = none. */
  readonly positionLimit: number | null;
}

export interface PlanGenerate {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  /** Hypotheses a sentence; 1 = no beam search. At most `beams`, what the entry `beam` gives candidates for; 0 = the plan has no such entry. */
  readonly beam: number;
  readonly beams: number;
  readonly lengthPenalty: number;
  /** At most floor(perSource · source tokens + more) tokens, and the end. */
  readonly maxLength: { readonly perSource: number; readonly more: number };
}

export type PlanVocabulary =
  | { readonly kind: "bytes" }
  | { readonly kind: "ids" }
  | { readonly kind: "characters"; readonly characters: readonly string[] }
  /** A copy of the tokenizer.json lies beside the plan under this name. */
  | { readonly kind: "tokenizer"; readonly file: string };

export type PlanInitializer =
  | { readonly kind: "zeros" }
  | { readonly kind: "ones" }
  | { readonly kind: "normal"; readonly deviation: number }
  | { readonly kind: "uniform"; readonly low: number; readonly high: number }
  | { readonly kind: "identity_tap" };

export interface PlanParameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: PlanInitializer;
}

export interface PlanState {
  readonly name: string;
  readonly dtype: PlanDType;
  /** B, and C for a growing one, or E for one that `encode` leaves of every source token; numbers for one of training. */
  readonly shape: readonly PlanExtent[];
  /** `constant` and `growing` belong to sequences, `training` to the optimiser: one for the program. */
  readonly class: "constant" | "growing" | "training";
  /** What all elements are at first, for one of training; absent: 0. */
  readonly initial?: number;
}

export interface PlanTraining {
  /** Of pairs: how many tokens of either side a micro-batch has at most, padding included; absent: `batch` counts. */
  readonly batchTokens?: number;
  /** Sequences of a micro-batch, and how many micro-batches an update takes (all but the last by the entry `accumulate`). */
  readonly batch: number;
  readonly accumulate: number;
  readonly steps: number;
  readonly seed: number;
  readonly precision: PlanPrecision;
  readonly optimizer: PlanOptimizer;
  readonly schedule: PlanSchedule;
}

export type PlanOptimizer =
  | { readonly kind: "adamw" | "adam"; readonly rate: number; readonly betas: readonly [number, number]; readonly epsilon: number; readonly decay: number }
  | { readonly kind: "nag" | "sgd"; readonly rate: number; readonly momentum: number; readonly decay: number };

/** Factors of the optimiser's rate, all after a linear warm-up of `warmup` steps from `start`; `start` and `floor` are shares of the rate. */
export type PlanSchedule =
  | { readonly kind: "cosine"; readonly warmup: number; readonly start: number; readonly floor: number; readonly restarts?: PlanRestarts }
  | { readonly kind: "linear"; readonly warmup: number; readonly start: number; readonly floor: number }
  | { readonly kind: "inverse_sqrt" | "constant"; readonly warmup: number; readonly start: number };

/** Of the i-th period, from 0: `period` · grow^i steps, rate and floor times shrink^i. */
export interface PlanRestarts {
  readonly period: number;
  readonly grow: number;
  readonly shrink: number;
}

export interface PlanConstant {
  readonly dtype: PlanDType;
  readonly shape: readonly number[];
  /** Little-endian bytes, base64. */
  readonly data: string;
}

export interface PlanTensor {
  readonly name: string;
  readonly dtype: PlanDType;
  readonly shape: readonly PlanExtent[];
}

export interface PlanEntry {
  readonly name: string;
  /** Tokens in a chunk: N = ceil(T / chunk). */
  readonly chunk: number;
  readonly inputs: readonly PlanTensor[];
  readonly outputs: readonly PlanTensor[];
  /** States read or written. */
  readonly states: readonly string[];
  /** Parameters that the entry writes; absent: none. */
  readonly updates?: readonly string[];
}

// ---- programs of dispatches: wgsl, cuda ----

export interface DeviceWeight {
  /** Index into `plan.parameters`. */
  readonly parameter: number;
  /** Stored as [rows, columns] of the 2-D parameter, or the other way round (columns outermost). */
  readonly transposed: boolean;
  /** A copy in narrow numbers, rounded to nearest even; absent: float32. */
  readonly narrow?: "f16" | "bf16";
}

export type DispatchBinding =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "output"; readonly index: number }
  | { readonly kind: "weight"; readonly index: number }
  | { readonly kind: "constant"; readonly index: number }
  | { readonly kind: "state"; readonly index: number }
  /** A value in an arena: index into the entry's `buffers`. */
  | { readonly kind: "buffer"; readonly index: number };

export interface DeviceEntry {
  /** How many arenas: no dispatch reads and writes the same one. */
  readonly arenas: number;
  /** Slots of arenas, packed one behind the other at 256-byte steps when B, T are known. */
  readonly slots: readonly { readonly arena: number; readonly bytes: SizeExpr }[];
  /** A value: the slot it lies in, its size, and the dispatches (first to last) during which it lives. */
  readonly buffers: readonly { readonly slot: number; readonly bytes: SizeExpr; readonly first: number; readonly last: number }[];
  readonly dispatches: readonly Dispatch[];
  /** Places in the model whose values the backward pass computes again instead of keeping them; absent: none. */
  readonly recomputed?: readonly string[];
}

export interface Dispatch {
  readonly kernel: number;
  /**
   * Workgroups: ceil(size / per) for x, y, z. A grid over 65,535 in x is folded by the runtime into x and y (the kernels of a
   * one-dimensional grid compute their index from both: see README.md).
   */
  readonly grid: readonly [GridExpr, GridExpr, GridExpr];
  readonly bindings: readonly DispatchBinding[];
  /** Of cuda: u32 that the kernel is given beside, as many as it says; absent: none. */
  readonly arguments?: readonly number[];
  /** For people and for error messages: the place in the model, `layers.3.memory`. */
  readonly label: string;
}

export interface GridExpr {
  readonly size: SizeExpr;
  readonly per: number;
}

// ---- wgsl ----

export interface WgslProgram {
  readonly kernels: readonly WgslKernel[];
  /** Device buffers for parameters: some are needed transposed, the embedding may be needed both ways. */
  readonly weights: readonly DeviceWeight[];
  readonly entries: Readonly<Record<string, DeviceEntry>>;
  /** What the kernels need of an adapter. */
  readonly limits: {
    readonly maxStorageBuffersPerShaderStage: number;
    readonly maxComputeInvocationsPerWorkgroup: number;
    readonly maxComputeWorkgroupStorageSize: number;
  };
  /** What the kernels need beside, by WebGPU's names; absent: nothing. */
  readonly features?: readonly WgslFeature[];
}

export type WgslFeature = "shader-f16";

export interface WgslKernel {
  readonly name: string;
  /** Group 0: binding 0 is the uniform block `Extents { B, T, N, S, C, E, M: u32 }` (see README.md); bindings 1… are `access` in order. Entry point `main`. */
  readonly source: string;
  readonly access: readonly ("read" | "read_write")[];
}

// ---- cuda ----

/** CUDA C that includes nothing, so that NVRTC and nvcc compile it alike without a toolkit's headers. */
export interface CudaProgram {
  readonly precision: PlanPrecision;
  /** In front of every module: types and device functions that the kernels use. */
  readonly header: string;
  readonly kernels: readonly CudaKernel[];
  /** Device buffers for parameters, as those of wgsl; narrow copies are made from the float32 ones and made again when these change. */
  readonly weights: readonly DeviceWeight[];
  readonly entries: Readonly<Record<string, CudaEntry>>;
}

export interface CudaKernel {
  /** A C identifier, unique in the program: the name of the `extern "C"` kernel. */
  readonly name: string;
  /**
   * `extern "C" __global__ void NAME(const Extents extents, const u32* slots, u32 a0, …, T0* __restrict__ b0, …)`, bindings in the order of `access`, and the
   * device function that it calls. `Extents` is `struct { u32 B, T, N, C, E, M; }` by value; S is read from `*slots`, so that a recorded graph need not know it.
   */
  readonly source: string;
  /** Threads of a block, in x. */
  readonly threads: number;
  /** How many numbers `a0`, … a dispatch gives it; absent: none. */
  readonly arguments?: number;
  readonly access: readonly ("read" | "read_write")[];
}

export interface CudaEntry extends DeviceEntry {
  /** The whole entry as one kernel, where its parts allow that; absent: no. */
  readonly persistent?: CudaPersistent;
  /** Of a training entry that was compiled for several ranks: values that are summed over all of them; absent: none. */
  readonly sums?: readonly CudaRankSum[];
  /** Dispatches that are one matrix product and nothing else, so that a library may do them instead; absent: none. */
  readonly products?: readonly CudaProduct[];
}

/**
 * A cooperative kernel that walks the entry's dispatches: blocks take a dispatch's workgroups in turn, and wait for one another between dispatches.
 * `extern "C" __global__ void NAME(const Extents extents, const u32* slots, const Step* steps, u32 count, u32* arrived)`, with
 * `struct Step { u32 kernel, x, y, z, wait, pad; u64 bindings[BINDINGS]; }`: `kernel` is a place in `kernels`, `wait` is 1 where all blocks must have done the steps before.
 */
export interface CudaPersistent {
  readonly name: string;
  /** Behind the sources of `kernels`. */
  readonly source: string;
  /** By index into the program's kernels; none has arguments. */
  readonly kernels: readonly number[];
  readonly threads: number;
  /** Length of `Step.bindings`. */
  readonly bindings: number;
  /** By dispatch: whether it must see what dispatches before it wrote. */
  readonly waits: readonly boolean[];
}

/** Of a training entry: this value is complete after dispatch `ready`; its sum over all ranks must be in its place before dispatch `needed`. */
export interface CudaRankSum {
  readonly binding: DispatchBinding;
  /** Of float32. */
  readonly elements: number;
  readonly ready: number;
  readonly needed: number;
}

/**
 * result [rows, columns] = a · b, row-major, with `a` [rows, inner] and `b` [inner, columns], each stored the other way round where `transposed` says so.
 * `a`, `b` and `result` are places in the dispatch's bindings.
 */
export interface CudaProduct {
  readonly dispatch: number;
  readonly rows: SizeExpr;
  readonly columns: SizeExpr;
  readonly inner: SizeExpr;
  readonly a: CudaFactor;
  readonly b: CudaFactor;
  readonly result: CudaFactor;
}

export interface CudaFactor {
  readonly binding: number;
  readonly type: "f32" | "f16" | "bf16";
  readonly transposed: boolean;
}

// ---- tfjs ----

export interface TfjsProgram {
  readonly entries: Readonly<Record<string, TfjsEntry>>;
}

export interface TfjsEntry {
  /** Values are numbered; a step's output is a new number. */
  readonly values: number;
  readonly steps: readonly TfjsStep[];
  readonly outputs: readonly { readonly name: string; readonly value: number }[];
  readonly stateUpdates: readonly { readonly state: number; readonly value: number }[];
  /** By index into the plan's parameters; absent: none. The value has the parameter's elements in order, in any shape. */
  readonly parameterUpdates?: readonly { readonly parameter: number; readonly value: number }[];
}

/** One call of tfjs-core, or of a small composition of such calls (`runtime/tfjs/ops`). */
export interface TfjsStep {
  readonly op: string;
  readonly in: readonly number[];
  readonly out: number;
  /** Shapes may hold symbols. */
  readonly attrs?: Readonly<Record<string, TfjsAttr>>;
  /** Values whose last use this step is. */
  readonly free?: readonly number[];
  /** Of a step `scan`: what it runs once a token. */
  readonly body?: TfjsBody;
}

/** One token of a scan: a program of its own, with numbers of its own. Its steps `input` name what the scan is given (`scan` in tfjs-ops.ts). */
export interface TfjsBody {
  readonly values: number;
  /** None has a body. */
  readonly steps: readonly TfjsStep[];
  /** Of each state its sizes without the batch, and the value that it is after the token. */
  readonly states: readonly { readonly sizes: readonly number[]; readonly after: number }[];
}

export type TfjsAttr = number | string | boolean | readonly (number | string)[];
