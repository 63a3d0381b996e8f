/** The authors' files against the models that specs describe: what is which parameter, and what does not fit. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fairseqName } from "../../runtime/weights/names.js";
import { bytesSource, writeSafetensors, type ByteSource } from "../../runtime/weights/safetensors.js";
import { matchWeights, readWeight, readWeights } from "../../runtime/weights/weights.js";
import type { HostTensor } from "../../runtime/device.js";
import type { Parameter } from "../../src/model/model.js";
import type { Plan } from "../../src/plan/plan.js";
import { checkPath, root } from "../check/load.js";
import { readSafetensors } from "../helpers/tensors.js";
import { smallPlan } from "../plan/small-plan.js";
import { fixture } from "./archive.js";

const models = ["lm-small", "lm-chunks", "lm-softmax", "lm-adaptive", "mt-decoder-memsizer", "mt-full-memsizer", "mt-softmax"] as const;
type AuthorsModel = (typeof models)[number];
type Bare = Readonly<Record<string, HostTensor>>;

const checked = new Map(models.map((name) => [name, checkPath(`test/golden/${name}.msz`).model!]));

/** Of a plan, matching reads the parameters and the model's name. */
function planOf(name: AuthorsModel, change: (parameters: readonly Parameter[]) => readonly Parameter[] = (p) => p): Plan {
  const plan = smallPlan();
  const parameters = change(checked.get(name)!.parameters).map(({ name, shape }) => ({ name, shape, initializer: { kind: "zeros" as const } }));
  return { ...plan, model: { ...plan.model, name: "Reference" }, parameters };
}

/** The authors' parameters, named as in a checkpoint. */
function checkpointOf(name: AuthorsModel): Bare {
  const file = Object.entries(readSafetensors(`${root}/test/golden/${name}.safetensors`)).filter(([key]) => key.startsWith("param."));
  return Object.fromEntries(file.map(([key, { shape, data }]) => [key.slice("param.".length), { shape, data: Float32Array.from(data) }]));
}

const source = (tensors: Bare): ByteSource => bytesSource(writeSafetensors(tensors), "checkpoint");
const without = (tensors: Bare, ...names: readonly string[]): Bare => Object.fromEntries(Object.entries(tensors).filter(([name]) => !names.includes(name)));

async function refusal(plan: Plan, file: ByteSource): Promise<string> {
  const error = await readWeights(plan, file, "fairseq").then(() => undefined, (e: unknown) => e);
  expect(error).toMatchObject({ code: "wrong-weights" });
  return `${(error as Error).message}\n${(error as { hint: string }).hint}`;
}

test.each(models)("%s: every parameter is read, from the reference file and from a checkpoint", async (name) => {
  const plan = planOf(name);
  const names = plan.parameters.map((p) => p.name);
  const checkpoint = checkpointOf(name);
  const reference = bytesSource(new Uint8Array(readFileSync(`${root}/test/golden/${name}.safetensors`)), name);
  for (const file of [reference, source(checkpoint)]) {
    const weights = await readWeights(plan, file, "fairseq");
    expect([...weights.keys()]).toEqual(names);
    for (const parameter of names) expect(weights.get(parameter), parameter).toEqual(checkpoint[fairseqName(parameter, names)!]);
  }
});

test("PyTorch's file gives what the safetensors file gives; what is left out is known", async () => {
  const plan = planOf("lm-small");
  const matched = await matchWeights(plan, bytesSource(fixture("fairseq.pt"), "fairseq.pt"), "fairseq");
  expect([...matched.left].sort()).toEqual(["decoder.embed_positions._float_tensor", "decoder.output_projection.weight", "decoder.version"]);
  const wanted = await readWeights(plan, source(checkpointOf("lm-small")), "fairseq");
  for (const [name, tensor] of wanted) expect(await readWeight(matched, name), name).toEqual(tensor);
});

describe("one tensor under several names", () => {
  const plan = planOf("mt-softmax");
  const whole = checkpointOf("mt-softmax");
  const copies = ["encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "decoder.output_projection.weight"];

  test.each(copies)("%s alone will do", async (name) => {
    const weights = await readWeights(plan, source(without(whole, ...copies.filter((c) => c !== name))), "fairseq");
    expect(weights.get("embedding.weight")).toEqual(whole[name]);
  });

  test("NaN is equal to itself", async () => {
    const table = { ...whole[copies[0]!]!, data: whole[copies[0]!]!.data.slice().fill(NaN) };
    await readWeights(plan, source({ ...whole, ...Object.fromEntries(copies.map((c) => [c, table])) }), "fairseq");
  });

  test.each(copies)("%s must not differ from the others", async (name) => {
    const other = { ...whole[name]!, data: whole[name]!.data.slice() };
    other.data[7]! += 1;
    const [first, differs] = name === copies[0] ? [name, copies[1]] : [copies[0], name];
    expect(await refusal(plan, source({ ...whole, [name]: other }))).toBe(
      `\`checkpoint\` has two tensors where the model has one: \`${differs}\` is not equal to \`${first}\`\n` +
      "the spec must share what the checkpoint shares: `tied = false` gives the output a table of its own, `encoder { vocabulary = … }` the encoder",
    );
  });

  test("a copy of another shape is told like any other tensor", async () => {
    const small = { shape: [2, 32], data: new Float32Array(64) };
    expect(await refusal(plan, source({ ...whole, [copies[2]!]: small }))).toContain("`decoder.output_projection.weight` is [2, 32], the model wants [41, 32]");
  });

  test("an output of its own is a parameter", async () => {
    const untied = planOf("mt-softmax", (parameters) => [...parameters, { ...parameters[0]!, name: "output.weight" }]);
    const own = { ...whole[copies[2]!]!, data: whole[copies[2]!]!.data.map((x) => x + 1) };
    const weights = await readWeights(untied, source({ ...whole, [copies[2]!]: own }), "fairseq");
    expect(weights.get("output.weight")).toEqual(own);
    expect(weights.get("embedding.weight")).toEqual(whole[copies[0]!]);
  });
});

describe("a checkpoint of another model", () => {
  test("of each kind a few are told, and how many more", async () => {
    const message = await refusal(planOf("lm-softmax"), source(checkpointOf("mt-full-memsizer")));
    const lines = message.split("\n");
    expect(lines[0]).toBe("`checkpoint` does not fit Reference: 20 of 35 tensors fit, and");
    expect(lines.filter((l) => l.endsWith("is missing"))).toEqual([
      ...[0, 1].flatMap((layer) => ["weight", "bias"].map((kind) => `  - \`decoder.layers.${layer}.self_attn.out_proj.${kind}\` [${kind === "weight" ? "32, 32" : "32"}] is missing`)),
      ...["weight", "bias"].map((kind) => `  - \`decoder.layer_norm.${kind}\` [32] is missing`),
    ]);
    expect(lines).toContain("  - `decoder.layers.0.self_attn.q_proj.weight` is [16, 32], the model wants [32, 32]");
    expect(lines.filter((l) => l.endsWith("belongs to no parameter of the model"))).toHaveLength(10);
    expect(lines.filter((l) => /\d+ more belong to no parameter of the model/.test(l))).toHaveLength(1);
    expect(lines.at(-1)).toBe("the spec and its settings must be those that the weights were made with");
  });

  test("two mixers in a layer, which the authors' models do not have", async () => {
    const plan = planOf("lm-small", (parameters) => [...parameters, { ...parameters.find((p) => p.name === "layers.0.memory.key.weight")!, name: "layers.0.memory_2.key.weight" }]);
    expect(await refusal(plan, source(checkpointOf("lm-small")))).toContain("`layers.0.memory_2.key.weight` has no fairseq name: `decoder.layers.0.self_attn.k_proj.weight` is `layers.0.memory.key.weight`");
  });

  test("names of the other scheme, of translation models too", async () => {
    const plan = planOf("mt-full-memsizer");
    const ours = Object.fromEntries(plan.parameters.map(({ name, shape }) => [name, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }]));
    expect(await refusal(plan, source(ours))).toMatch(/these are msz's own names/);
    await expect(readWeights(plan, source(checkpointOf("mt-full-memsizer")))).rejects.toMatchObject({ hint: expect.stringContaining("these are fairseq's names") as string });
  });
});
