/**
 * Parameter names of other systems. `fairseq`: the names under which the MemSizer authors' code keeps the same tensors.
 * The mapping goes by a parameter's place and binding, never by a mixer's name: any mixer of a layer is its `self_attn`, any under `cross` its
 * `encoder_attn`. It needs the names of all of the model's parameters, for they say which sides and which tables of its own the model has.
 */
export type NameScheme = "msz" | "fairseq";
export const nameSchemes: readonly NameScheme[] = ["msz", "fairseq"];

type Table = Readonly<Record<string, string>>;
type Side = "encoder" | "decoder";

const projections: Table = { read: "q_proj", query: "q_proj", key: "k_proj", value: "v_proj", out: "out_proj" };
const norms: Table = { key: "k_layer_norm", value: "v_layer_norm" };
const feedForward: Table = { up: "fc1", down: "fc2", norm: "final_layer_norm" };
/** Of a side, outside its layers. */
const outside: Table = { "positions.weight": "embed_positions.weight", "norm.weight": "layer_norm.weight", "norm.bias": "layer_norm.bias" };

/**
 * The fairseq name of one of our parameters, or undefined where fairseq has no such tensor.
 * @param parameters names of all of the model's parameters; a model of one stack may leave them out
 */
export function fairseqName(name: string, parameters: readonly string[] = []): string | undefined {
  return fairseqNames(name, parameters)[0];
}

/** All names under which fairseq keeps the tensor: the first is the parameter, which has the gradient, the others are it again. */
export function fairseqNames(name: string, parameters: readonly string[] = []): readonly string[] {
  return embeddingNames(name, parameters) ?? [layerName(name) ?? sideName(name, parameters)].filter((n) => n !== undefined);
}

/** Tensors of a fairseq file that no model has: version marks, buffers. */
export function fairseqIgnores(name: string): boolean {
  return /(^|\.)(version|_float_tensor)$/.test(name);
}

/** Tables of token ids, and what the output has of its own. */
function embeddingNames(name: string, parameters: readonly string[]): readonly string[] | undefined {
  const output = "decoder.output_projection.weight";
  const tied = parameters.includes("output.weight") ? [] : [output];
  switch (name) {
    case "embedding.weight": {
      const shared = has("encoder", parameters) && !parameters.includes("encoder.embedding.weight");
      return [...(shared ? ["encoder.embed_tokens.weight"] : []), "decoder.embed_tokens.weight", ...tied];
    }
    case "encoder.embedding.weight": return ["encoder.embed_tokens.weight"];
    case "decoder.embedding.weight": return ["decoder.embed_tokens.weight", ...tied];
    case "output.weight": return [output];
    case "output.classes.weight": return ["decoder.adaptive_softmax.head.class_proj.weight"];
    default: {
      const cluster = /^embedding\.(\d+)\.(projection\.)?weight$/.exec(name);
      return cluster ? clusterNames(Number(cluster[1]), cluster[2] !== undefined) : undefined;
    }
  }
}

/** The first cluster's rows stand in the output's head, and its projection is for the input alone; every other cluster is a tail. */
function clusterNames(index: number, projection: boolean): readonly string[] {
  const input = `decoder.embed_tokens.embeddings.${index}.${projection ? 1 : 0}.weight`;
  const softmax = "decoder.adaptive_softmax";
  if (index === 0) return projection ? [input] : [input, `${softmax}.head.word_proj.weight`];
  return [input, `${softmax}.tail.${index - 1}.${projection ? 0 : 2}.weight`];
}

function layerName(name: string): string | undefined {
  const match = /^(?:(encoder|decoder)\.)?layers\.(\d+)\.(\w+)\.(.+)\.(weight|bias)$/.exec(name);
  if (!match) return undefined;
  const [, side, layer, sublayer, binding, kind] = match as unknown as [string, Side | undefined, string, string, string, string];
  const mixer = side === "decoder" && sublayer.startsWith("cross_") ? "encoder_attn" : "self_attn";
  const inside = sublayer === "feed_forward" ? own(feedForward, binding) : mixerName(mixer, binding);
  return inside && `${side ?? "decoder"}.layers.${layer}.${inside}.${kind}`;
}

function mixerName(mixer: string, binding: string): string | undefined {
  if (binding === "norm") return `${mixer}_layer_norm`;
  const inside = own(projections, binding) ?? own(norms, /^(\w+)\.norm$/.exec(binding)?.[1] ?? "");
  return inside && `${mixer}.${inside}`;
}

/** What names no side belongs to the decoder, unless the model is an encoder alone. */
function sideName(name: string, parameters: readonly string[]): string | undefined {
  const [, side, rest] = /^(?:(encoder|decoder)\.)?(.*)$/.exec(name)!;
  const inside = own(outside, rest!);
  const alone = has("encoder", parameters) && !has("decoder", parameters);
  return inside && `${side ?? (alone ? "encoder" : "decoder")}.${inside}`;
}

function has(side: Side, parameters: readonly string[]): boolean {
  return parameters.some((name) => name.startsWith(`${side}.`));
}

/** A name such as `constructor` must not find what every object has. */
function own(table: Table, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
