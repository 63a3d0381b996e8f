import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fairseqIgnores, fairseqName, fairseqNames } from "../../runtime/weights/names.js";
import { bytesSource, openSafetensors } from "../../runtime/weights/safetensors.js";

test.each([
  ["embedding.weight", "decoder.embed_tokens.weight"],
  ["norm.bias", "decoder.layer_norm.bias"],
  ["layers.3.memory.read.weight", "decoder.layers.3.self_attn.q_proj.weight"],
  ["layers.3.any_name_at_all.key.norm.bias", "decoder.layers.3.self_attn.k_layer_norm.bias"],
  ["layers.0.attention.out.weight", "decoder.layers.0.self_attn.out_proj.weight"],
  ["layers.0.memory.norm.weight", "decoder.layers.0.self_attn_layer_norm.weight"],
  ["layers.12.feed_forward.up.bias", "decoder.layers.12.fc1.bias"],
  ["layers.12.feed_forward.norm.bias", "decoder.layers.12.final_layer_norm.bias"],
  ["layers.0.retention.out_2.weight", undefined],
])("%s is %s in fairseq", (ours, theirs) => {
  expect(fairseqName(ours)).toBe(theirs);
});

const bothSides = ["embedding.weight", "encoder.layers.0.attention.out.bias", "decoder.layers.0.memory.norm.bias"];
const twoTables = ["encoder.embedding.weight", ...bothSides];

test.each([
  ["encoder.layers.2.anything.query.weight", bothSides, ["encoder.layers.2.self_attn.q_proj.weight"]],
  ["decoder.layers.2.cross_anything.value.norm.bias", bothSides, ["decoder.layers.2.encoder_attn.v_layer_norm.bias"]],
  ["decoder.layers.2.cross_anything.norm.bias", bothSides, ["decoder.layers.2.encoder_attn_layer_norm.bias"]],
  ["layers.2.cross_anything.norm.bias", [], ["decoder.layers.2.self_attn_layer_norm.bias"]],
  ["encoder.norm.weight", bothSides, ["encoder.layer_norm.weight"]],
  ["norm.weight", bothSides, ["decoder.layer_norm.weight"]],
  ["decoder.norm.weight", bothSides, ["decoder.layer_norm.weight"]],
  ["encoder.positions.weight", bothSides, ["encoder.embed_positions.weight"]],
  ["positions.weight", bothSides, ["decoder.embed_positions.weight"]],
  ["positions.weight", ["encoder.layers.0.attention.out.bias"], ["encoder.embed_positions.weight"]],
  ["embedding.weight", bothSides, ["encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "decoder.output_projection.weight"]],
  ["embedding.weight", ["output.weight"], ["decoder.embed_tokens.weight"]],
  ["output.weight", ["output.weight"], ["decoder.output_projection.weight"]],
  ["encoder.embedding.weight", twoTables, ["encoder.embed_tokens.weight"]],
  ["embedding.weight", twoTables, ["decoder.embed_tokens.weight", "decoder.output_projection.weight"]],
  ["decoder.embedding.weight", twoTables, ["decoder.embed_tokens.weight", "decoder.output_projection.weight"]],
  ["embedding.constructor.weight", [], []],
  ["constructor", [], []],
])("%s beside %j is %j", (ours, parameters, theirs) => {
  expect(fairseqNames(ours, parameters)).toEqual(theirs);
});

test("marks and buffers are no tensors of a model", () => {
  const marks = ["encoder.version", "decoder.adaptive_softmax.version", "decoder.embed_positions._float_tensor"];
  expect([...marks, "decoder.output_projection.weight", "conversion"].filter(fairseqIgnores)).toEqual(marks);
});

interface Authors {
  readonly file: string;
  readonly encoder?: string;
  readonly decoder: string;
  readonly cross?: string;
  readonly prefix?: string;
  readonly more: readonly string[];
}

const finalNorm = ["norm.weight", "norm.bias"];
const clusters = [0, 1, 2].flatMap((i) => [`embedding.${i}.weight`, `embedding.${i}.projection.weight`]);
const memory = ["read", "key", "value", "key.norm", "value.norm", "norm"];
const attention = ["query", "key", "value", "out", "norm"];
const bindings: Readonly<Record<string, readonly string[]>> = { memory, attention, cross_memory: memory, cross_attention: attention, feed_forward: ["up", "down", "norm"] };

const authors: readonly Authors[] = [
  { file: "lm-small", decoder: "memory", more: ["embedding.weight", ...finalNorm] },
  { file: "lm-chunks", decoder: "memory", more: ["embedding.weight"] },
  { file: "lm-softmax", decoder: "attention", more: ["embedding.weight", ...finalNorm] },
  { file: "lm-adaptive", decoder: "memory", more: [...clusters, "output.classes.weight"] },
  { file: "mt-decoder-memsizer", prefix: "decoder.", encoder: "attention", decoder: "memory", cross: "cross_memory", more: ["embedding.weight"] },
  { file: "mt-full-memsizer", prefix: "decoder.", encoder: "memory", decoder: "memory", cross: "cross_memory", more: ["embedding.weight"] },
  { file: "mt-softmax", prefix: "decoder.", encoder: "attention", decoder: "attention", cross: "cross_attention", more: ["embedding.weight"] },
];

/** Our names of all parameters of one of the authors' models, as LANGUAGE.md has them; every model has two layers a side. */
function ourNames({ encoder, decoder, cross, prefix = "", more }: Authors): string[] {
  const sublayers = (side: string, names: readonly string[]): string[] =>
    [0, 1].flatMap((layer) => names.flatMap((name) => bindings[name]!.flatMap((b) => ["weight", "bias"].map((kind) => `${side}layers.${layer}.${name}.${b}.${kind}`))));
  return [...more, ...(encoder ? sublayers("encoder.", [encoder, "feed_forward"]) : []), ...sublayers(prefix, [decoder, ...(cross ? [cross] : []), "feed_forward"])];
}

describe.each(authors)("$file", (model) => {
  const ours = ourNames(model);
  const theirs = async (): Promise<string[]> => {
    const path = new URL(`../golden/${model.file}.safetensors`, import.meta.url);
    return [...(await openSafetensors(bytesSource(readFileSync(path), model.file))).tensors.keys()];
  };

  test("every parameter of ours is one of the authors' with a gradient", async () => {
    const gradients = (await theirs()).filter((key) => key.startsWith("grad.")).map((key) => key.slice("grad.".length));
    expect(ours.map((name) => fairseqName(name, ours)).sort()).toEqual(gradients.sort());
  });

  test("every tensor of theirs is a parameter of ours, once", async () => {
    const parameters = (await theirs()).filter((key) => key.startsWith("param.")).map((key) => key.slice("param.".length));
    expect(ours.flatMap((name) => fairseqNames(name, ours)).sort()).toEqual(parameters.sort());
  });
});
