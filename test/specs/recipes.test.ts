/** The authors' published configurations as specs: parameter counts as their code builds them, and every number of their scripts. */
import { describe, expect, it } from "vitest";
import type { Initializer, Model } from "../../src/model/model.js";
import { derive } from "../../compiler/2-derive/index.js";
import { checkPath } from "../check/load.js";

function recipe(name: string, set: Readonly<Record<string, string>> = {}): Model {
  const { model, diagnostics } = checkPath(`specs/${name}.msz`, { set });
  expect(diagnostics).toEqual([]);
  const derived = derive(model!);
  expect(derived.diagnostics).toEqual([]);
  return derived.model!;
}

function count(model: Model): number {
  return model.parameters.reduce((n, p) => n + p.shape.reduce((a, b) => a * b, 1), 0);
}

/** Elements of the parameters of a place, its residual norm left out. */
function sizeOf(model: Model, place: string): number {
  return model.parameters.filter((p) => p.name.startsWith(`${place}.`) && !p.name.startsWith(`${place}.norm.`)).reduce((n, p) => n + p.shape.reduce((a, b) => a * b, 1), 0);
}

function startOf(model: Model, name: string): Initializer {
  return model.parameters.find((p) => p.name === name)!.initializer;
}

describe("parameters", () => {
  it.each([
    ["memsizer-wikitext103", {}, 357_225_472],
    ["transformer-wikitext103", {}, 448_473_088],
    ["transformer-wikitext103", { layers: "16" }, 246_933_504],
    ["memsizer-wmt-ende", {}, 175_915_016],
    ["memsizer-wmt-ende-both", {}, 160_380_488],
    ["transformer-wmt-ende", {}, 209_911_808],
  ] as const)("%s %o has %i", (name, set, parameters) => {
    expect(count(recipe(name, set))).toBe(parameters);
  });

  it("each sublayer has as many as the authors' modules", () => {
    const text = recipe("memsizer-wikitext103");
    expect(sizeOf(text, "layers.31.memory")).toBe(1_346_912);
    expect(sizeOf(recipe("transformer-wikitext103"), "layers.0.attention")).toBe(4_198_400);
    const translation = recipe("memsizer-wmt-ende");
    expect(sizeOf(translation, "decoder.layers.5.memory")).toBe(1_121_356);
    expect(sizeOf(translation, "decoder.layers.5.cross_memory")).toBe(1_609_312);
    expect(sizeOf(translation, "encoder.layers.5.attention")).toBe(4_198_400);
  });
});

describe("the language model", () => {
  it.each(["memsizer-wikitext103", "transformer-wikitext103"])("%s has the numbers of lm_wikitext-103.sh", (name) => {
    const model = recipe(name);
    expect(model).toMatchObject({
      vocabularySize: 267_744, begin: 0, padding: 1, end: 2, unknown: 3, width: 1024, context: 512, positions: "sinusoidal", norm: "pre", embeddingScale: 32,
      dropout: 0.2, attentionDropout: 0.1, activationDropout: 0.1, layerDrop: 0.2,
      embedding: {
        kind: "adaptive", dropout: 0.2,
        clusters: [{ from: 0, to: 20_000, size: 1024 }, { from: 20_000, to: 60_000, size: 256 }, { from: 60_000, to: 267_744, size: 64 }],
      },
      train: {
        batch: 6, accumulate: 3, steps: 286_000, clip: 0.1, precision: "float16", seed: 8, labelSmoothing: 0,
        optimizer: { kind: "nag", rate: 1, momentum: 0.99, decay: 0 },
        schedule: { kind: "cosine", warmup: 16_000, start: 1e-7, floor: 1e-4, restarts: { period: 270_000, grow: 2, shrink: 0.75 } },
      },
    });
    expect(model.finalNorm).toBeUndefined();
    expect(model.layers.length).toBe(32);
    expect(model.layers[0]!.at(-1)).toMatchObject({ kind: "feed_forward", hidden: 4096, activation: "relu" });
  });

  it("starts where the authors' starts", () => {
    const model = recipe("memsizer-wikitext103");
    expect(startOf(model, "layers.0.memory.read.weight")).toEqual({ kind: "xavier", gain: 32 ** -0.5, fanIn: 1024, fanOut: 256 });
    expect(startOf(model, "layers.0.memory.key.weight")).toEqual({ kind: "xavier", gain: 1, fanIn: 1024, fanOut: 32 });
    expect(startOf(model, "layers.0.memory.value.weight")).toEqual({ kind: "xavier", gain: 1, fanIn: 1024, fanOut: 1024 });
    expect(startOf(model, "embedding.2.weight")).toEqual({ kind: "normal", deviation: 1 / 8 });
    expect(startOf(model, "embedding.2.projection.weight")).toEqual({ kind: "xavier", gain: 1, fanIn: 64, fanOut: 1024 });
    expect(startOf(model, "output.classes.weight")).toEqual({ kind: "xavier", gain: 1, fanIn: 1024, fanOut: 2 });
  });
});

describe("the translation model", () => {
  it.each([["memsizer-wmt-ende", "attention", "memory"], ["memsizer-wmt-ende-both", "memory", "memory"], ["transformer-wmt-ende", "attention", "attention"]])(
    "%s has the numbers of mt_ende.sh", (name, encoding, decoding) => {
      const model = recipe(name);
      expect(model).toMatchObject({
        vocabularySize: 32_768, begin: 0, padding: 1, end: 2, unknown: 3, width: 1024, positions: "sinusoidal", norm: "post", embeddingScale: 32,
        dropout: 0.3, attentionDropout: 0, activationDropout: 0, layerDrop: 0,
        generate: { beam: 4, lengthPenalty: 0.6, maxLength: { perSource: 1.2, more: 10 } },
        train: {
          batchTokens: 3584, accumulate: 16, steps: 90_000, clip: 0, precision: "float16", seed: 8, labelSmoothing: 0.1,
          optimizer: { kind: "adam", rate: 5e-4, betas: [0.9, 0.98], epsilon: 1e-8, decay: 0 },
          schedule: { kind: "inverse_sqrt", warmup: 4000, start: 1e-7 / 5e-4 },
        },
      });
      expect(model.finalNorm ?? model.encoder!.finalNorm).toBeUndefined();
      expect(model.embedding).toMatchObject({ kind: "table", table: model.encoder!.embedding, output: model.encoder!.embedding });
      expect([model.encoder!.layers.length, model.layers.length]).toEqual([6, 6]);
      const places = [model.encoder!.layers[0]!, model.layers[0]!].map((layer) => layer.map((s) => s.place.split(".").at(-1)));
      expect(places).toEqual([[encoding, "feed_forward"], [decoding, `cross_${decoding}`, "feed_forward"]]);
      for (const layer of [model.encoder!.layers[5]!, model.layers[5]!]) expect(layer.at(-1)).toMatchObject({ hidden: 4096, activation: "relu" });
    });

  it("has 4 slots for what is written, 32 for the source, and starts where the authors' starts", () => {
    const model = recipe("memsizer-wmt-ende");
    const slots = model.layers[0]!.flatMap((s) => (s.kind === "mixer" ? s.mixer.states.map((state) => state.axes.map((a) => a.size)) : []));
    expect(slots).toEqual([[4, 1024], [32, 1024]]);
    const gain = 8 ** -0.5;
    expect(startOf(model, "decoder.layers.0.memory.read.weight")).toEqual({ kind: "xavier", gain, fanIn: 1024, fanOut: 64 });
    expect(startOf(model, "decoder.layers.0.cross_memory.read.weight")).toEqual({ kind: "xavier", gain, fanIn: 1024, fanOut: 512 });
    expect(startOf(model, "decoder.layers.0.memory.value.weight")).toEqual({ kind: "xavier", gain, fanIn: 1024, fanOut: 1024 });
    expect(startOf(model, "embedding.weight")).toEqual({ kind: "normal", deviation: 1 / 32 });
  });
});
