import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fairseqName } from "../../runtime/weights/names.js";
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

test("every tensor of the authors' models has one of our names", async () => {
  const ours = (layer: number): string[] => {
    const pairs = ["read", "query", "key", "value", "out", "key.norm", "value.norm", "norm"].flatMap((b) => [`layers.${layer}.m.${b}.weight`, `layers.${layer}.m.${b}.bias`]);
    return [...pairs, ...["up", "down", "norm"].flatMap((b) => [`layers.${layer}.feed_forward.${b}.weight`, `layers.${layer}.feed_forward.${b}.bias`])];
  };
  const reachable = new Set(["embedding.weight", "output.weight", "norm.weight", "norm.bias", ...ours(0), ...ours(1)].map(fairseqName));
  for (const model of ["lm-small", "lm-chunks", "lm-softmax"]) {
    const path = new URL(`../golden/${model}.safetensors`, import.meta.url);
    const file = await openSafetensors(bytesSource(readFileSync(path), model));
    for (const key of file.tensors.keys()) if (key.startsWith("param.")) expect(reachable, key).toContain(key.slice("param.".length));
  }
});
