/**
 * Parameter names of other systems. `fairseq`: the names under which the MemSizer authors' code keeps the same tensors.
 * The mapping goes by a parameter's place and binding, never by a mixer's name: any mixer of a layer is its `self_attn`.
 */
export type NameScheme = "msz" | "fairseq";
export const nameSchemes: readonly NameScheme[] = ["msz", "fairseq"];

const projections: Readonly<Record<string, string>> = { read: "q_proj", query: "q_proj", key: "k_proj", value: "v_proj", out: "out_proj" };
const norms: Readonly<Record<string, string>> = { key: "k_layer_norm", value: "v_layer_norm" };
const feedForward: Readonly<Record<string, string>> = { up: "fc1", down: "fc2", norm: "final_layer_norm" };
const whole: Readonly<Record<string, string>> = {
  "embedding.weight": "decoder.embed_tokens.weight",
  "positions.weight": "decoder.embed_positions.weight",
  "output.weight": "decoder.output_projection.weight",
  "norm.weight": "decoder.layer_norm.weight",
  "norm.bias": "decoder.layer_norm.bias",
};

/** The fairseq name of one of our parameters, or undefined where fairseq has no such tensor. */
export function fairseqName(name: string): string | undefined {
  const direct = own(whole, name);
  if (direct) return direct;
  const match = /^layers\.(\d+)\.(\w+)\.(.+)\.(weight|bias)$/.exec(name);
  if (!match) return undefined;
  const [, layer, sublayer, binding, kind] = match as unknown as [string, string, string, string, string];
  const inside = sublayer === "feed_forward" ? own(feedForward, binding) : mixerName(binding);
  return inside && `decoder.layers.${layer}.${inside}.${kind}`;
}

function mixerName(binding: string): string | undefined {
  if (binding === "norm") return "self_attn_layer_norm";
  const inside = own(projections, binding) ?? own(norms, /^(\w+)\.norm$/.exec(binding)?.[1] ?? "");
  return inside && `self_attn.${inside}`;
}

/** A name such as `constructor` must not find what every object has. */
function own(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Tensors of a fairseq file that say nothing that ours do not: a copy of a tied embedding, version marks, buffers. */
export function fairseqIgnores(name: string): boolean {
  return /(^|\.)(version|_float_tensor|output_projection\.weight)$/.test(name);
}
