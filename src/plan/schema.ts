/**
 * The JSON Schema (draft-07) of a plan, published as `schema.json`: a test keeps that file equal to
 * this object. Strict: a field that is not listed is refused. What a schema cannot say is in `check-*.ts`.
 */
import { planFormat, planVersion } from "./plan.js";

export type JsonSchema = { readonly [word: string]: unknown };

/** All properties are required but those named optional; no others may be there. */
function object(properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema {
  return { type: "object", properties, required: Object.keys(properties).filter((name) => !optional.includes(name)), additionalProperties: false };
}

function list(items: JsonSchema, limits: { minItems?: number; maxItems?: number } = {}): JsonSchema {
  return { type: "array", items, ...limits };
}

/** One of several objects, told apart by their `kind`. */
function byKind(kinds: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>, optional: readonly string[] = []): JsonSchema {
  const choices = Object.entries(kinds).map(([kind, properties]) => object({ kind: { const: kind }, ...properties }, optional));
  return { type: "object", required: ["kind"], discriminator: { propertyName: "kind" }, oneOf: choices };
}

function whole(minimum: number, maximum: number): JsonSchema {
  return { type: "integer", minimum, maximum };
}

function orNull(schema: JsonSchema): JsonSchema {
  return { ...schema, type: [schema.type, "null"] };
}

function ref(name: string): JsonSchema {
  return { $ref: `#/definitions/${name}` };
}

const largestInt = 2 ** 31 - 1;
/** Room for a byte count beyond any device, and exact in a double. */
const largestSize = 2 ** 48;

const index = whole(0, 1_000_000);
const name: JsonSchema = { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_.]*$", maxLength: 500 };
const entryName: JsonSchema = { type: "string", pattern: "^[a-z][a-z0-9_]*$", maxLength: 100 };
const text: JsonSchema = { type: "string", maxLength: 1000 };
const dtype: JsonSchema = { enum: ["f32", "i32", "u32"] };
const symbol: JsonSchema = { enum: ["B", "T", "N", "S", "C", "E", "M"] };
const dimSize = whole(1, largestInt);
// Bounds speak of numbers and the pattern of text: cheaper to check than a choice of two schemas, one of which always fails.
const extent: JsonSchema = { ...dimSize, type: ["integer", "string"], pattern: "^[BTNSCEM]$" };
const shape = list(dimSize, { maxItems: 16 });
const symbolicShape = list(extent, { maxItems: 16 });
const number: JsonSchema = { type: "number" };
const id = orNull(whole(0, largestInt));
/** As many as a spec may ask for. */
const mostBeams = 64;
const size = list(object({ times: whole(1, largestSize), of: list(symbol, { maxItems: 8 }) }), { minItems: 1, maxItems: 32 });
// Written out where it is used, not referred to: the generated check then makes no call for each of thousands.
const grid = object({ size, per: whole(1, largestInt) });
/** A recurrence has two operands a term, a scan one for each value that it takes from outside: a mixer, which has at most some thousand operations, has no more. */
const mostOperands = 4096;
/** More than any device has: what a plan needs is compared with the device's own limit. */
const mostBindings = 1000;
/** They and the bindings are at most as long as the arguments of a kernel can be. */
const mostArguments = 256;
const access: JsonSchema = { enum: ["read", "read_write"] };

const positive: JsonSchema = { type: "number", exclusiveMinimum: 0 };
const notNegative: JsonSchema = { type: "number", minimum: 0 };
/** The same share of a moment is kept at every step: less than all of it. */
const kept: JsonSchema = { type: "number", minimum: 0, exclusiveMaximum: 1 };
const adaptive = { rate: positive, betas: list(kept, { minItems: 2, maxItems: 2 }), epsilon: positive, decay: notNegative };
const momentum = { rate: positive, momentum: kept, decay: notNegative };
const share: JsonSchema = { type: "number", minimum: 0, maximum: 1 };
const rising = { warmup: whole(0, largestSize), start: share };
const falling = { ...rising, floor: share };
const restarts = object({ period: whole(1, largestSize), grow: { type: "number", minimum: 1, maximum: 1000 }, shrink: { type: "number", exclusiveMinimum: 0, maximum: 1 } });

const precision: JsonSchema = { enum: ["float32", "float16", "bfloat16"] };
const source: JsonSchema = { type: "string", minLength: 1, maxLength: 1_000_000 };
/** Of a kernel: no more than C and CUDA allow. */
const cName: JsonSchema = { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$", maxLength: 500 };
const threads = whole(1, 1024);

const dispatch: Readonly<Record<string, JsonSchema>> = {
  kernel: index,
  grid: list(grid, { minItems: 3, maxItems: 3 }),
  bindings: list(ref("binding"), { maxItems: mostBindings }),
  label: text,
};

const deviceEntry: Readonly<Record<string, JsonSchema>> = {
  arenas: whole(0, 64),
  slots: list(object({ arena: index, bytes: ref("size") })),
  buffers: list(object({ slot: index, bytes: ref("size"), first: index, last: index })),
  dispatches: list(ref("dispatch")),
  recomputed: list(text),
};

const tfjsStep: Readonly<Record<string, JsonSchema>> = {
  op: entryName,
  in: list(index, { maxItems: mostOperands }),
  out: index,
  attrs: { type: "object", additionalProperties: ref("attribute") },
  free: list(index),
};

const definitions: Readonly<Record<string, JsonSchema>> = {
  size,
  tensor: object({ name, dtype, shape: symbolicShape }),
  vocabulary: byKind({
    bytes: {},
    ids: {},
    characters: { characters: { type: "array", items: { type: "string", minLength: 1, maxLength: 2 }, uniqueItems: true, minItems: 1 } },
    // A name beside the plan, never a path.
    tokenizer: { file: { type: "string", pattern: "^[^/\\\\]*[^/\\\\.][^/\\\\]*$", maxLength: 255 } },
  }),
  initializer: byKind({
    zeros: {},
    ones: {},
    normal: { deviation: { type: "number", minimum: 0 } },
    uniform: { low: number, high: number },
    identity_tap: {},
  }),
  model: object({
    name,
    vocabulary: ref("vocabulary"),
    vocabularySize: dimSize,
    width: dimSize,
    output: { enum: ["logits", "log_probs"] },
    context: orNull(dimSize),
    positionLimit: orNull(dimSize),
    encoderLimit: dimSize,
    source: object({
      vocabulary: ref("vocabulary"), vocabularySize: dimSize, padding: id, end: id, unknown: id, positionLimit: orNull(dimSize),
    }),
    padding: id,
    begin: id,
    end: id,
    unknown: id,
    generate: object({
      temperature: { type: "number", minimum: 0 },
      topK: whole(0, largestInt),
      topP: share,
      beam: whole(1, mostBeams),
      beams: whole(0, mostBeams),
      lengthPenalty: notNegative,
      maxLength: object({ perSource: { type: "number", minimum: 0, maximum: 1e6 }, more: { type: "number", minimum: -largestInt, maximum: largestInt } }),
    }),
  }, ["encoderLimit", "source"]),
  parameter: object({ name, shape, initializer: ref("initializer") }),
  state: object({ name, dtype, shape: symbolicShape, class: { enum: ["constant", "growing", "training"] }, initial: number }, ["initial"]),
  constant: object({ dtype, shape, data: { type: "string", pattern: "^[A-Za-z0-9+/]*={0,2}$" } }),
  entry: object(
    { name: entryName, chunk: whole(1, 65_536), inputs: list(ref("tensor")), outputs: list(ref("tensor")), states: list(name), updates: list(name, { minItems: 1 }) },
    ["updates"],
  ),
  optimizer: byKind({ adamw: adaptive, adam: adaptive, nag: momentum, sgd: momentum }),
  schedule: byKind({ cosine: { ...falling, restarts }, linear: falling, inverse_sqrt: rising, constant: rising }, ["restarts"]),
  training: object({
    batch: whole(1, largestSize),
    batchTokens: whole(1, largestSize),
    accumulate: whole(1, largestSize),
    steps: whole(1, largestSize),
    seed: whole(0, 2 ** 32 - 1),
    precision,
    optimizer: ref("optimizer"),
    schedule: ref("schedule"),
  }, ["batchTokens"]),
  binding: byKind({ input: { index }, output: { index }, weight: { index }, constant: { index }, state: { index }, buffer: { index } }),
  dispatch: object(dispatch),
  cudaDispatch: object({ ...dispatch, arguments: list(whole(0, 2 ** 32 - 1), { minItems: 1, maxItems: mostArguments }) }, ["arguments"]),
  deviceEntry: object(deviceEntry, ["recomputed"]),
  cudaEntry: object({
    ...deviceEntry, dispatches: list(ref("cudaDispatch")), persistent: ref("persistent"), sums: list(ref("rankSum"), { minItems: 1 }), products: list(ref("product"), { minItems: 1 }),
  }, ["recomputed", "persistent", "sums", "products"]),
  persistent: object({ name: cName, source, kernels: list(index, { minItems: 1 }), threads, bindings: whole(1, mostBindings), waits: list({ type: "boolean" }) }),
  rankSum: object({ binding: ref("binding"), elements: whole(1, largestSize), ready: index, needed: index }),
  product: object({ dispatch: index, rows: ref("size"), columns: ref("size"), inner: ref("size"), a: ref("factor"), b: ref("factor"), result: ref("factor") }),
  factor: object({ binding: whole(0, mostBindings), type: { enum: ["f32", "f16", "bf16"] }, transposed: { type: "boolean" } }),
  cuda: object({
    precision,
    header: source,
    kernels: list(object({ name: cName, source, threads, arguments: whole(1, mostArguments), access: list(access, { maxItems: mostBindings }) }, ["arguments"])),
    weights: list(object({ parameter: index, transposed: { type: "boolean" }, narrow: { enum: ["f16", "bf16"] } }, ["narrow"])),
    entries: { type: "object", propertyNames: entryName, additionalProperties: ref("cudaEntry") },
  }),
  wgsl: object({
    kernels: list(object({ name, source, access: list(access, { maxItems: mostBindings }) })),
    weights: list(object({ parameter: index, transposed: { type: "boolean" } })),
    entries: { type: "object", propertyNames: entryName, additionalProperties: ref("deviceEntry") },
    limits: object({
      maxStorageBuffersPerShaderStage: whole(0, mostBindings),
      maxComputeInvocationsPerWorkgroup: whole(1, 65_536),
      maxComputeWorkgroupStorageSize: whole(0, 2 ** 24),
    }),
    features: { type: "array", items: { enum: ["shader-f16"] }, minItems: 1, maxItems: 1 },
  }, ["features"]),
  tfjsBody: object({
    values: index,
    steps: list(object(tfjsStep, ["attrs", "free"])),
    states: list(object({ sizes: shape, after: index }), { minItems: 1, maxItems: mostOperands }),
  }),
  attribute: { type: ["number", "string", "boolean", "array"], items: { type: ["number", "string"] } },
  tfjsEntry: object({
    values: index,
    steps: list(object({ ...tfjsStep, body: ref("tfjsBody") }, ["attrs", "free", "body"])),
    outputs: list(object({ name, value: index })),
    stateUpdates: list(object({ state: index, value: index })),
    parameterUpdates: list(object({ parameter: index, value: index })),
  }, ["parameterUpdates"]),
  tfjs: object({ entries: { type: "object", propertyNames: entryName, additionalProperties: ref("tfjsEntry") } }),
};

export const planSchema: JsonSchema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: `msz plan, version ${planVersion}`,
  ...object({
    format: { const: planFormat },
    version: { const: planVersion },
    compiler: text,
    model: ref("model"),
    parameters: list(ref("parameter")),
    states: list(ref("state")),
    constants: list(ref("constant")),
    entries: list(ref("entry")),
    training: ref("training"),
    targets: { ...object({ wgsl: ref("wgsl"), cuda: ref("cuda"), tfjs: ref("tfjs") }, ["wgsl", "cuda", "tfjs"]), minProperties: 1 },
  }, ["training"]),
  definitions,
};
