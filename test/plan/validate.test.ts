/** The door: a good plan passes, and every way of being wrong is refused with its place and its reason. */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { planVersion } from "../../src/plan/plan.js";
import { planSchema } from "../../src/plan/schema.js";
import { validatePlan } from "../../src/plan/validate.js";
import { generateCheck } from "./generate-check.js";
import { refusal } from "./refusal.js";
import { smallPlan, trainablePlan, type LoosePlan } from "./small-plan.js";

const folder = new URL("../../src/plan/", import.meta.url);

test.each([
  ["schema.json", () => `${JSON.stringify(planSchema, null, 2)}\n`],
  ["schema-check.generated.ts", generateCheck],
])("%s is made from schema.ts (write it anew with: UPDATE=1 npx vitest run test/plan)", (file, make) => {
  if (process.env.UPDATE) writeFileSync(new URL(file, folder), make());
  expect(readFileSync(new URL(file, folder), "utf8") === make()).toBe(true);
});

test.each([["a good plan", smallPlan], ["one that trains", trainablePlan]])("%s passes unchanged", (_, make) => {
  const plan = make();
  expect(validatePlan(plan)).toBe(plan);
  expect(plan).toEqual(make());
});

test.each([null, undefined, 3, "plan", [], {}, { format: "onnx" }])("%j is not a plan", (value) => {
  expect(refusal(value)).toBe("plan-not-a-plan: this is not an msz plan");
});

test("another version says which it needs", () => {
  for (const version of [planVersion - 1, planVersion + 1]) {
    expect(refusal({ ...smallPlan(), version })).toBe(`plan-version: this plan needs an msz that reads plans of version ${version}; this one reads version ${planVersion}`);
  }
  expect(refusal({ ...smallPlan(), version: `${planVersion}` })).toBe(`plan-invalid: the plan is not valid: \`version\` must be ${planVersion}`);
});

type Breakage = readonly [what: string, break_: (plan: LoosePlan) => void, message: RegExp];
const wgsl = (plan: LoosePlan) => plan.targets.wgsl!;
const decode = (plan: LoosePlan) => wgsl(plan).entries.decode!;
const cuda = (plan: LoosePlan) => plan.targets.cuda!;
const step = (plan: LoosePlan) => cuda(plan).entries.decode!;
const steps = (plan: LoosePlan) => plan.targets.tfjs!.entries.decode!;

const breakages: readonly Breakage[] = [
  ["an unknown field", (p) => Object.assign(p.model, { colour: 1 }), /`model` has a field `colour` that version \d+ does not know/],
  ["a missing field", (p) => delete (p.model as { width?: number }).width, /`model` must have required property 'width'/],
  ["no target", (p) => (p.targets = {}), /`targets` must NOT have fewer than 1 properties/],
  ["an unknown dtype", (p) => ((p.states[0]!.dtype as string) = "f16"), /`states\[0\]\.dtype` must be equal to one of the allowed values: f32, i32, u32/],
  ["an unknown kind", (p) => ((p.parameters[0]!.initializer.kind as string) = "magic"), /`parameters\[0\]\.initializer` value of tag "kind" must be in oneOf/],
  ["a field of another kind", (p) => Object.assign(p.parameters[1]!.initializer, { deviation: 1 }), /`parameters\[1\]\.initializer` has a field `deviation`/],
  ["a size of zero", (p) => (p.parameters[0]!.shape[0] = 0), /`parameters\[0\]\.shape\[0\]` must be >= 1/],
  ["a size beyond reason", (p) => (p.parameters[0]!.shape = [2 ** 30, 2 ** 30]), /`parameters\[0\]\.shape` \[1073741824, 1073741824\] is more than/],
  ["a path as tokenizer", (p) => (p.model.vocabulary = { kind: "tokenizer", file: "../secret" }), /`model\.vocabulary\.file` must match pattern/],
  ["dots as tokenizer", (p) => (p.model.vocabulary = { kind: "tokenizer", file: ".." }), /`model\.vocabulary\.file` must match pattern/],
  ["two states of one name", (p) => (p.states[1]!.name = "count"), /`states\[1\]` repeats the name `count`/],
  ["two parameters of one name", (p) => (p.parameters[1]!.name = "embedding.weight"), /`parameters\[1\]` repeats the name/],
  ["two kernels of one name", (p) => (wgsl(p).kernels[1]!.name = "gather"), /`targets\.wgsl\.kernels\[1\]` repeats the name/],
  ["a vocabulary of another size", (p) => (p.model.vocabularySize = 6), /`model\.vocabularySize` is 6, but its characters are 5/],
  ["padding outside the vocabulary", (p) => (p.model.padding = 5), /`model\.padding` is 5, but the ids end at 4/],
  ["two letters as one character", (p) => ((p.model.vocabulary as { characters: string[] }).characters[0] = "xy"), /characters\[0\]` is not one character/],
  ["a constant that is too short", (p) => (p.constants[0]!.data = "AAAA"), /`constants\[0\]\.data` holds 3 bytes, its shape \[2\] needs 8/],
  ["a constant that is not base64", (p) => (p.constants[0]!.data = "AAAA!AAAAAA="), /`constants\[0\]\.data` must match pattern/],
  ["a growing state without C", (p) => (p.states[0]!.class = "growing"), /`states\[0\]\.class` is growing, but C is not in its shape/],
  ["a state of T", (p) => (p.states[4]!.shape = ["B", "T"]), /`states\[4\]\.shape` has a symbol that is not B, C or E/],
  ["no decode entry", (p) => p.entries.splice(3, 1), /`entries` lacks `decode`/],
  ["no logits of forward", (p) => (p.entries[0]!.outputs = []), /`entries\[0\]\.outputs` lacks `logits`/],
  ["an input nobody gives", (p) => p.entries[0]!.inputs.push({ name: "more", dtype: "f32", shape: [1] }), /`entries\[0\]\.inputs` has 2 tensors, `forward` is given 1/],
  ["tokens as floats", (p) => (p.entries[0]!.inputs[0]!.dtype = "f32"), /`entries\[0\]\.inputs\[0\]\.dtype` of `tokens` must be i32/],
  ["logits of another size", (p) => (p.entries[0]!.outputs[0]!.shape[2] = 9), /`entries\[0\]\.outputs\[0\]\.shape` of `logits` must be \[B, T, 5\]/],
  ["a state in forward", (p) => (p.entries[0]!.states = ["keys"]), /`entries\[0\]\.states` is not empty/],
  ["an entry that keeps no count", (p) => p.entries[3]!.states.shift(), /`entries\[3\]\.states` lacks `count`/],
  ["an unknown state in an entry", (p) => (p.entries[3]!.states[4] = "bank"), /`entries\[3\]\.states\[4\]` names `bank`/],
  ["padding and caches without valid", (p) => {
    p.states.pop();
    for (const entry of p.entries) entry.states = entry.states.filter((s) => s !== "valid");
  }, /`states` lacks `valid`/],
  ["a weight of no parameter", (p) => (wgsl(p).weights[0]!.parameter = 3), /`targets\.wgsl\.weights\[0\]\.parameter` is 3, but there are 3 parameters/],
  ["a bias transposed", (p) => (wgsl(p).weights[1]!.parameter = 1), /weights\[1\]\.transposed` is true, but `layers\.0\.memory\.key\.bias` is \[4\]/],
  ["more bindings than the limits say", (p) => (wgsl(p).limits.maxStorageBuffersPerShaderStage = 2), /kernels\[0\]\.access` has 3 bindings, the plan's limits say 2/],
  ["a program without an entry", (p) => delete wgsl(p).entries.decode, /`targets\.wgsl\.entries` lacks `decode`/],
  ["a program with an entry too many", (p) => (wgsl(p).entries.extra = decode(p)), /`targets\.wgsl\.entries\.extra` is not in the plan's list/],
  ["a slot of no arena", (p) => (decode(p).slots[0]!.arena = 2), /decode\.slots\[0\]\.arena` is 2, but there are 2 arenas/],
  ["a buffer of no slot", (p) => (decode(p).buffers[0]!.slot = 2), /decode\.buffers\[0\]\.slot` is 2, but there are 2 slots/],
  ["a buffer larger than its slot", (p) => (decode(p).buffers[0]!.bytes = [{ times: 40, of: ["T", "B"] }]), /decode\.buffers\[0\]\.bytes` is more than its slot 0/],
  ["a buffer of another symbol than its slot", (p) => (decode(p).buffers[0]!.bytes = [{ times: 1, of: ["S"] }]), /decode\.buffers\[0\]\.bytes` is more than its slot 0/],
  ["a life that ends before it begins", (p) => (decode(p).buffers[1]!.last = 0), /decode\.buffers\[1\]\.first` is 1, after last, 0/],
  ["a life beyond the end", (p) => (decode(p).buffers[1]!.last = 5), /decode\.buffers\[1\]\.last` is 5, but there are 5 dispatches/],
  ["two lives in one slot", (p) => (decode(p).buffers[0]!.last = 2), /decode\.buffers\[2\]` lies in slot 0 while buffer 0 still lives there/],
  ["a dispatch of no kernel", (p) => (decode(p).dispatches[0]!.kernel = 2), /dispatches\[0\]\.kernel` is 2, but there are 2 kernels/],
  ["a dispatch with too few bindings", (p) => decode(p).dispatches[0]!.bindings.pop(), /dispatches\[0\]\.bindings` has 2 items, the kernel `gather` takes 3/],
  ["a binding of nothing", (p) => (decode(p).dispatches[0]!.bindings[0]!.index = 1), /dispatches\[0\]\.bindings\[0\]\.index` is 1, but there are 1 inputs/],
  ["a constant of nothing", (p) => (decode(p).dispatches[2]!.bindings[1]!.index = 1), /dispatches\[2\]\.bindings\[1\]\.index` is 1, but there are 1 constants/],
  ["a write to an input", (p) => (decode(p).dispatches[0]!.bindings[2] = { kind: "input", index: 0 }), /bindings\[2\]` is written by the kernel `gather`, but a input is only read/],
  ["a write to a weight", (p) => (decode(p).dispatches[0]!.bindings[2] = { kind: "weight", index: 1 }), /bindings\[2\]` writes `layers\.0\.memory\.key\.weight`, which is none of the entry's updates/],
  ["one weight twice", (p) => (wgsl(p).weights[1] = { ...wgsl(p).weights[0]! }), /wgsl\.weights\[1\]` repeats the name `embedding\.weight`/],
  ["a parameter changed by decode", (p) => (p.entries[3]!.updates = ["embedding.weight"]), /entries\[3\]\.updates` is not empty/],
  ["training without its entry", (p) => (p.training = trainablePlan().training!), /`training` is there without the entry `train`/],
  ["a state that the entry does not list", (p) => (wgsl(p).entries.forward!.dispatches[1]!.bindings[1] = { kind: "state", index: 3 }), /forward\.dispatches\[1\]` uses the state `next_logits`, which the entry does not list/],
  ["a buffer after its life", (p) => (decode(p).buffers[1]!.last = 2), /dispatches\[3\]\.bindings\[0\]` uses buffer 1, which lives from dispatch 1 to 2/],
  ["a buffer that nothing wrote", (p) => (decode(p).dispatches[0]!.bindings = [{ kind: "buffer", index: 0 }, { kind: "weight", index: 0 }, { kind: "state", index: 4 }]), /dispatches\[0\]\.bindings\[0\]` reads buffer 0 before any dispatch/],
  ["one arena read and written", (p) => (decode(p).slots[1]!.arena = 0), /dispatches\[1\]\.bindings\[2\]` is a second use of arena 0/],
  ["one state read and written", (p) => (decode(p).dispatches[4]!.bindings[1] = { kind: "state", index: 3 }), /dispatches\[4\]\.bindings\[1\]` is a second use of state 3/],
  ["an output that is never written", (p) => decode(p).dispatches.pop(), /entries\.decode` never writes the output `logits`/],
  ["a grid of nothing", (p) => (decode(p).dispatches[0]!.grid[0]!.per = 0), /grid\[0\]\.per` must be >= 1/],
  ["a cuda kernel that is no C", (p) => (cuda(p).kernels[0]!.name = "msz.gather"), /targets\.cuda\.kernels\[0\]\.name` must match pattern/],
  ["a block that is too large", (p) => (cuda(p).kernels[0]!.threads = 1025), /targets\.cuda\.kernels\[0\]\.threads` must be <= 1024/],
  ["one narrow weight twice", (p) => cuda(p).weights.push({ ...cuda(p).weights[1]! }), /targets\.cuda\.weights\[2\]` repeats the name `layers\.0\.memory\.key\.weight transposed bf16`/],
  ["a cuda dispatch of no kernel", (p) => (step(p).dispatches[0]!.kernel = 2), /cuda\.entries\.decode\.dispatches\[0\]\.kernel` is 2, but there are 2 kernels/],
  ["a cuda dispatch without its argument", (p) => Object.assign(cuda(p).kernels[0]!, { arguments: 1 }), /dispatches\[0\]\.arguments` has 0 items, the kernel `msz_gather` takes 1/],
  ["a cuda dispatch with an argument too many", (p) => Object.assign(step(p).dispatches[0]!, { arguments: [3] }), /cuda\.entries\.decode\.dispatches\[0\]\.arguments` has 1 items, the kernel `msz_\w+` takes 0/],
  ["an argument that is no u32", (p) => Object.assign(step(p).dispatches[0]!, { arguments: [2 ** 32] }), /dispatches\[0\]\.arguments\[0\]` must be <= 4294967295/],
  ["a wgsl dispatch with an argument", (p) => Object.assign(decode(p).dispatches[0]!, { arguments: [3] }), /wgsl\.entries\.decode\.dispatches\[0\]` has a field `arguments`/],
  ["one value read and written on cuda", (p) => (step(p).dispatches[4]!.bindings[1] = { kind: "state", index: 3 }), /cuda\.entries\.decode\.dispatches\[4\]\.bindings\[1\]` is a second use of state 3/],
  ["a persistent kernel named as another", (p) => (step(p).persistent!.name = "msz_copy"), /decode\.persistent\.name` repeats the name `msz_copy`/],
  ["a persistent kernel of no kernel", (p) => (step(p).persistent!.kernels[1] = 2), /decode\.persistent\.kernels\[1\]` is 2, but there are 2 kernels/],
  ["a persistent kernel without one that is used", (p) => step(p).persistent!.kernels.pop(), /decode\.persistent\.kernels` lacks kernel 1/],
  ["a persistent kernel with too few bindings", (p) => (step(p).persistent!.bindings = 2), /decode\.persistent\.bindings` is 2, but a kernel has 3 bindings/],
  ["waits of fewer dispatches", (p) => step(p).persistent!.waits.pop(), /decode\.persistent\.waits` has 4 items, but there are 5 dispatches/],
  ["a product of no dispatch", (p) => (step(p).products![0]!.dispatch = 5), /decode\.products\[0\]\.dispatch` is 5, but there are 5 dispatches/],
  ["a product of no binding", (p) => (step(p).products![0]!.a.binding = 3), /decode\.products\[0\]\.a\.binding` is 3, but there are 3 bindings/],
  ["a product into what is read", (p) => (step(p).products![0]!.result.binding = 1), /decode\.products\[0\]\.result\.binding` is 1, which the dispatch's kernel has as read/],
  ["two products of one dispatch", (p) => step(p).products!.push({ ...step(p).products![0]! }), /decode\.products\[1\]` repeats the name `dispatch 1`/],
  ["a tfjs op that nobody knows", (p) => (steps(p).steps[2]!.op = "sort"), /decode\.steps\[2\]\.op` is `sort`, which is no step/],
  ["a tfjs input of another name", (p) => (steps(p).steps[0]!.attrs = { name: "seed" }), /decode\.steps\[0\]\.attrs\.name` is `seed`, which is no input/],
  ["a tfjs parameter of no number", (p) => Object.assign(steps(p).steps[0]!, { op: "parameter", attrs: { parameter: 3 } }), /decode\.steps\[0\]\.attrs\.parameter` is 3, but there are 3 parameters/],
  ["a tfjs state in forward", (p) => Object.assign(p.targets.tfjs!.entries.forward!.steps[0]!, { op: "state", attrs: { state: 1 } }), /forward\.steps\[0\]\.attrs\.state` is `length`, which the entry does not list/],
  ["a tfjs value used before it is made", (p) => (steps(p).steps[1]!.in = [2]), /decode\.steps\[1\]\.in\[0\]` is value 2, which no step before it has made/],
  ["a start beside given boundaries", (p) => Object.assign(steps(p).steps[2]!, { op: "corrected_by_step", in: [1, 1], attrs: { started: true, bounded: true, decayed: false, terms: 0, corrections: [] } }), /steps\[2\]\.in` has 2 values, but `corrected_by_step` takes 1/],
  ["a tfjs value made twice", (p) => (steps(p).steps[2]!.out = 1), /steps\[2\]\.out` is value 1, which an earlier step has made/],
  ["a tfjs value beyond the count", (p) => (steps(p).values = 2), /steps\[2\]\.out` is 2, but there are 2 values/],
  ["a tfjs value used after it is freed", (p) => Object.assign(steps(p), { values: 4 }).steps.push({ op: "add", in: [1, 2], out: 3 }), /steps\[3\]\.in\[0\]` is value 1, which is freed by then/],
  ["a tfjs value freed that is not the call's own", (p) => (steps(p).steps[1]!.free = [0]), /steps\[1\]\.free\[0\]` is value 0, which a call does not own/],
  ["a tfjs step with too few operands", (p) => steps(p).steps[2]!.in.pop(), /steps\[2\]\.in` has 1 values, but `add` takes 2/],
  ["a tfjs step with more operands than its flags say", (p) => Object.assign(steps(p).steps[2]!, { op: "last", attrs: { masked: false } }), /steps\[2\]\.in` has 2 values, but `last` takes 1/],
  ["a tfjs step on a cache", (p) => Object.assign(steps(p).steps[0]!, { op: "state", attrs: { state: 4 } }), /steps\[1\]\.in\[0\]` is value 0, a cache, but a tensor stands there in `reshape`/],
  ["a tfjs append to a tensor", (p) => (steps(p).steps[2]!.op = "append"), /steps\[2\]\.in\[0\]` is value 1, a tensor, but a cache stands there/],
  ["a tfjs update of a cache by a tensor", (p) => (steps(p).stateUpdates[0]!.state = 4), /stateUpdates\[0\]\.value` is value 2, which is no cache, but state 4 is growing/],
  ["a tfjs output that is freed", (p) => (steps(p).steps[2]!.free = [1, 2]), /decode\.outputs\[0\]\.value` is value 2, which is freed by then/],
  ["a tfjs output missing", (p) => (steps(p).outputs = []), /decode\.outputs` lacks `logits`/],
  ["a tfjs update of no state", (p) => (steps(p).stateUpdates[0]!.state = 6), /stateUpdates\[0\]\.state` is 6, but there are 6 states/],
  ["a tfjs update in forward", (p) => (p.targets.tfjs!.entries.forward!.stateUpdates = [{ state: 0, value: 2 }]), /forward\.stateUpdates\[0\]\.state` is `count`, which the entry does not list/],
];

const train = (plan: LoosePlan) => plan.entries.find((e) => e.name === "train")!;

const trainingBreakages: readonly Breakage[] = [
  ["an entry that trains without facts", (p) => delete p.training, /`the plan itself` lacks `training`/],
  ["an optimizer nobody knows", (p) => ((p.training!.optimizer.kind as string) = "lion"), /`training\.optimizer` value of tag "kind" must be in oneOf/],
  ["a rate of zero", (p) => (p.training!.optimizer.rate = 0), /`training\.optimizer\.rate` must be > 0/],
  ["a beta of one", (p) => ((p.training!.optimizer as { betas: number[] }).betas[1] = 1), /betas\[1\]` must be < 1/],
  ["a floor above the rate", (p) => ((p.training!.schedule as { floor: number }).floor = 2), /schedule\.floor` must be <= 1/],
  ["no micro-batch", (p) => (p.training!.accumulate = 0), /`training\.accumulate` must be >= 1/],
  ["half a step", (p) => (p.training!.steps = 0.5), /`training\.steps` must be integer/],
  ["micro-batches that nothing adds up", (p) => {
    p.entries.splice(6, 1);
    for (const target of [wgsl(p), cuda(p), p.targets.tfjs!]) delete target.entries.accumulate;
  }, /`training\.accumulate` is 3, but the plan has no entry `accumulate`/],
  ["a place that is no number", (p) => (p.entries[5]!.outputs[0]!.shape = [2]), /entries\[5\]\.outputs\[0\]\.shape` of `embedding` must be \[1\]/],
  ["no state of the loss", (p) => (p.states[6]!.name = "other"), /entries\[6\]\.states\[0\]` names `loss\.sum`/],
  ["a loss of integers", (p) => (p.states[6]!.dtype = "i32"), /`states\[6\]\.dtype` of `loss\.sum` must be f32/],
  ["float16 without a loss scale", (p) => (p.training!.precision = "float16"), /`states` lacks `optimizer\.scale`/],
  ["a sequence that begins with another number", (p) => (p.states[0]!.initial = 1), /`states\[0\]\.initial` is there for a state of class constant/],
  ["a counter that begins between two numbers", (p) => (p.states.find((s) => s.name === "broken")!.initial = 0.5), /\.initial` is 0\.5, which is no i32/],
  ["a kernel that has float16 from nowhere", (p) => (p.targets.wgsl!.kernels[0]!.source = `// first\nenable f16;\n${p.targets.wgsl!.kernels[0]!.source}`), /kernels\[0\]\.source` uses float16/],
  ["a feature nobody knows", (p) => (p.targets.wgsl!.features = ["subgroups" as never]), /`targets\.wgsl\.features/],
  ["a state of training of B", (p) => (p.states[6]!.shape = ["B"]), /`states\[6\]\.shape` has a symbol/],
  ["a state of training in decode", (p) => p.entries[3]!.states.push("norm"), /entries\[3\]\.states\[6\]` is `norm`, of class training, which `decode` may not use/],
  ["a state of sequences in train", (p) => train(p).states.push("count"), /entries\[7\]\.states\[6\]` is `count`, of class constant, which `train` may not use/],
  ["an update of no parameter", (p) => train(p).updates!.push("bank"), /entries\[7\]\.updates\[2\]` names `bank`/],
  ["an update twice", (p) => train(p).updates!.push("embedding.weight"), /entries\[7\]\.updates\[2\]` repeats the name/],
  ["no updates of what a kernel writes", (p) => delete train(p).updates, /train\.dispatches\[3\]\.bindings\[1\]` writes `layers\.0\.memory\.key\.weight`/],
  ["a sum over ranks of an input", (p) => (cuda(p).entries.train!.sums![0]!.binding.kind = "input"), /train\.sums\[0\]\.binding` is input 0, which is only read/],
  ["a sum over ranks before its value", (p) => (cuda(p).entries.train!.sums![0]!.needed = 0), /train\.sums\[0\]\.needed` is 0, but the value is ready after dispatch 0/],
  ["a sum over ranks after its value's life", (p) => (cuda(p).entries.train!.sums![0]!.needed = 2), /train\.sums\[0\]` sums buffer 0 between dispatches 0 and 2, which lives from dispatch 0 to 1/],
  ["a schedule of two numbers", (p) => (train(p).inputs[2]!.shape = [2]), /entries\[7\]\.inputs\[2\]\.shape` of `schedule` must be \[3\]/],
  ["a trainer without targets", (p) => train(p).inputs.splice(1, 1), /entries\[7\]\.inputs` lacks `targets`/],
  ["a trainer with an input too many", (p) => train(p).inputs.push({ name: "more", dtype: "f32", shape: [1] }), /entries\[7\]\.inputs` has 7 tensors, `train` is given 6/],
  ["a trainer with an output", (p) => {
    train(p).outputs.push({ name: "loss", dtype: "f32", shape: [1] });
    wgsl(p).entries.train!.dispatches[3]!.bindings[1] = { kind: "output", index: 0 };
  }, /entries\[7\]\.outputs` is not empty/],
  ["a tfjs update of no parameter", (p) => (p.targets.tfjs!.entries.train!.parameterUpdates![0]!.parameter = 3), /parameterUpdates\[0\]\.parameter` is 3, but there are 3 parameters/],
  ["a tfjs update that is not listed", (p) => (p.targets.tfjs!.entries.train!.parameterUpdates![0]!.parameter = 1), /parameterUpdates\[0\]\.parameter` is `layers\.0\.memory\.key\.bias`, which the entry does not list/],
  ["a tfjs update by a freed value", (p) => (p.targets.tfjs!.entries.train!.parameterUpdates![0]!.value = 1), /parameterUpdates\[0\]\.value` is value 1, which is freed by then/],
];

describe("refused in training", () => {
  test.each(trainingBreakages)("%s", (_, break_, message) => {
    const plan = trainablePlan();
    break_(plan);
    expect(refusal(plan)).toMatch(message);
  });
});

describe("refused", () => {
  test.each(breakages)("%s", (_, break_, message) => {
    const plan = smallPlan();
    break_(plan);
    expect(refusal(plan)).toMatch(message);
    expect(refusal(plan)).toMatch(/^plan-invalid: the plan is not valid: /);
  });
});

/** Every place of a JSON value, as a path. */
function places(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, Array.isArray(value) ? Number(key) : key]))];
}

test("any field replaced by anything is refused with an MszError or accepted, never another failure", () => {
  const outcomes = { accepted: 0, refused: 0 };
  // Of what is alike two are enough, for every place costs a few milliseconds: two entries and their programs, the first states of each class. What cuda's entries share
  // with wgsl's one code checks.
  const programs = ["decode", "train"];
  const shared = ["slots", "buffers", "dispatches"];
  const taken = ([list, at, what, name, part]: readonly (string | number)[]): boolean => {
    if (list === "targets" && what === "entries") return name === undefined || (programs.includes(String(name)) && !(at === "cuda" && shared.includes(String(part))));
    if (list === "entries" && at !== undefined) return programs.includes(trainablePlan().entries[Number(at)]!.name);
    return list !== "states" || at === undefined || [0, 4, 6].includes(Number(at));
  };
  const all = places(trainablePlan()).filter((path) => path.length > 0 && taken(path));
  const text = JSON.stringify(trainablePlan());
  for (const path of all) {
    for (const other of [null, -1, 0.5, 1e300, "", "B", [], {}, true]) {
      const plan = JSON.parse(text) as LoosePlan;
      let holder = plan as unknown as Record<string | number, unknown>;
      for (const key of path.slice(0, -1)) holder = holder[key] as Record<string | number, unknown>;
      holder[path.at(-1)!] = other;
      const said = refusal(plan);
      outcomes[said === "accepted" ? "accepted" : "refused"]++;
      expect(said).toMatch(/^(accepted$|plan-invalid: |plan-not-a-plan: )/);
    }
  }
  // Free texts (labels, sources) may be any text; nearly everything else may not.
  expect(outcomes.accepted / (outcomes.accepted + outcomes.refused)).toBeLessThan(0.05);
});
