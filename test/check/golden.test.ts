/** The Model of the reference specs: parameter names and shapes as the weights files have them. */
import { describe, expect, it } from "vitest";
import { readSafetensors } from "../helpers/tensors.js";
import { checkPath, readSource, checkSource, standardLibrary, root } from "./load.js";

function shapes(parameters: readonly { readonly name: string; readonly shape: readonly number[] }[]): Record<string, readonly number[]> {
  return Object.fromEntries(parameters.map((p) => [p.name, p.shape]));
}

function fileShapes(path: string): [string, readonly number[]][] {
  return Object.entries(readSafetensors(`${root}/${path}`)).map(([name, t]) => [name, t.shape]);
}

/** The authors' names of a language model's parameters, as ours. */
function ourName(fairseq: string, mixer: string, names: Readonly<Record<string, string>>): string {
  const layer = /^param\.decoder\.layers\.(\d+)\.(.*)\.(weight|bias)$/.exec(fairseq);
  if (layer === null) return fairseq.replace("param.decoder.", "").replace("embed_tokens", "embedding").replace("layer_norm", "norm").replace("output_projection", "output");
  const own: Record<string, string> = {
    fc1: "feed_forward.up", fc2: "feed_forward.down", final_layer_norm: "feed_forward.norm", self_attn_layer_norm: `${mixer}.norm`,
    ...Object.fromEntries(Object.entries(names).map(([theirs, ours]) => [`self_attn.${theirs}`, `${mixer}.${ours}`])),
  };
  return `layers.${layer[1]}.${own[layer[2]!]}.${layer[3]}`;
}

describe("parameters of the reference models", () => {
  it("shakespeare-small has the names and shapes of its weights file", () => {
    const { model, diagnostics } = checkPath("specs/shakespeare-small.msz");
    expect(diagnostics).toEqual([]);
    expect(shapes(model!.parameters)).toEqual(Object.fromEntries(fileShapes("specs/shakespeare-small.safetensors")));
    expect(model!.parameters.length).toBe(3 + 4 * 20);
  });

  it.each([
    ["lm-small", "memory", { q_proj: "read", k_proj: "key", v_proj: "value", k_layer_norm: "key.norm", v_layer_norm: "value.norm" }],
    ["lm-chunks", "memory", { q_proj: "read", k_proj: "key", v_proj: "value", k_layer_norm: "key.norm", v_layer_norm: "value.norm" }],
    ["lm-softmax", "attention", { q_proj: "query", k_proj: "key", v_proj: "value", out_proj: "out" }],
  ])("%s has the authors' parameters under our names", (name, mixer, names) => {
    const { model, diagnostics } = checkPath(`test/golden/${name}.msz`);
    expect(diagnostics).toEqual([]);
    const theirs = fileShapes(`test/golden/${name}.safetensors`)
      .filter(([n]) => n.startsWith("param.") && n !== "param.decoder.output_projection.weight")
      .map(([n, shape]) => [ourName(n, mixer, names), shape]);
    expect(shapes(model!.parameters)).toEqual(Object.fromEntries(theirs));
    const { embedding } = model!;
    if (embedding.kind !== "table") throw new Error("no table");
    expect(embedding.output, "tied").toBe(embedding.table);
  });
});

describe("a mixer's name means nothing", () => {
  it("memory taken out of the library and written by the user gives the same model", () => {
    const library = standardLibrary();
    const spec = readSource("test/golden/lm-small.msz");
    const standard = checkSource(spec, { library });
    const memory = readSource("specs/std/memory.msz").text;
    const without = library.filter((f) => !f.path.includes("memory"));
    expect(checkSource(spec, { library: without }).diagnostics.map((d) => d.code)).toEqual(["unknown-mixer"]);
    for (const other of [without, library]) {
      const own = checkSource({ path: "own.msz", text: memory + spec.text }, { library: other });
      expect(own.diagnostics.map((d) => d.code)).toEqual(other === without ? [] : ["hides-standard"]);
      expect(withoutSpans(own.model)).toEqual(withoutSpans(standard.model));
    }
    const renamed = checkSource({ path: "own.msz", text: (memory + spec.text).replaceAll("memory(", "zebra(") }, { library: without });
    expect(JSON.parse(JSON.stringify(withoutSpans(renamed.model)).replaceAll("zebra", "memory"))).toEqual(JSON.parse(JSON.stringify(withoutSpans(standard.model))));
  });
});

/** The model as plain data, without places in a text, and with the states' own updates cut where they come round. */
function withoutSpans(value: unknown, above: readonly unknown[] = []): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (above.includes(value)) return "above";
  const inside = [...above, value];
  if (Array.isArray(value)) return value.map((v) => withoutSpans(v, inside));
  return Object.fromEntries(Object.entries(value).filter(([k]) => k !== "span" && k !== "doc").map(([k, v]) => [k, withoutSpans(v, inside)]));
}
