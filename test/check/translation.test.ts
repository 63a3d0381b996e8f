/** Models with an encoder and a decoder: parameters and their order, vocabularies and ids of both sides, what a cross mixer may be, search and training. */
import { describe, expect, it } from "vitest";
import { derive } from "../../compiler/2-derive/index.js";
import type { CheckOptions } from "../../compiler/1-check/index.js";
import type { MixerInstance, Model } from "../../src/model/model.js";
import { checkText, standardLibrary } from "./load.js";

const library = standardLibrary();
const attention = "attention(heads: 2)";

interface Parts {
  readonly settings?: string;
  readonly encoder?: string;
  readonly decoder?: string;
  readonly more?: string;
}

function textOf({ settings = "vocabulary = 50, padding = 1, end = 2", encoder = `layers 1 { ${attention} }`, decoder = `layers 1 { cross ${attention} }`, more = "" }: Parts): string {
  return `model M { width = 16, ${settings}\n encoder { ${encoder} }\n decoder { ${decoder} } }\n${more}`;
}

function modelOf(parts: Parts, options: Partial<CheckOptions> = {}): Model {
  const { model, diagnostics } = checkText(textOf(parts), { library, ...options });
  expect(diagnostics).toEqual([]);
  return model!;
}

/** The distinct groups that parameters stand in, in their order. */
function groupsOf(model: Model): string[] {
  return [...new Set(model.parameters.map((p) => p.name.replace(/^((?:encoder|decoder)\.layers)\..*/, "$1")))];
}

function crossOf(mixer: string): MixerInstance {
  const sublayer = modelOf({ decoder: `layers 1 { cross ${mixer} }` }).layers[0]![0]!;
  if (sublayer.kind !== "mixer") throw new Error("no mixer");
  return sublayer.mixer;
}

describe("parameters", () => {
  it("both sides share one embedding, which is the output too", () => {
    const model = modelOf({});
    expect(groupsOf(model)).toEqual(["embedding.weight", "encoder.layers", "encoder.norm.weight", "encoder.norm.bias", "decoder.layers", "norm.weight", "norm.bias"]);
    expect(model.embedding).toEqual({ kind: "table", table: model.parameters[0], output: model.parameters[0] });
    expect(model.encoder).toMatchObject({ vocabulary: { kind: "ids", size: 50 }, vocabularySize: 50, padding: 1, end: 2 });
    expect(model.encoder!.embedding).toBe(model.parameters[0]);
  });

  it("each side has positions of its own, an encoder may have a vocabulary of its own, and an output need not be tied", () => {
    const model = modelOf({
      settings: "vocabulary = 50, padding = 1, end = 2, context = 9, positions = learned, tied = false, norm = post",
      encoder: `vocabulary = 30, padding = 5, unknown = 6, layers 1 { ${attention} }`,
    });
    expect(groupsOf(model)).toEqual(["embedding.weight", "positions.weight", "encoder.embedding.weight", "encoder.positions.weight", "encoder.layers", "decoder.layers", "output.weight"]);
    const shapes = Object.fromEntries(model.parameters.map((p) => [p.name, p.shape]));
    expect([shapes["embedding.weight"], shapes["encoder.embedding.weight"], shapes["encoder.positions.weight"], shapes["output.weight"]]).toEqual([[50, 16], [30, 16], [9, 16], [50, 16]]);
    const { encoder } = model;
    expect([encoder!.vocabularySize, encoder!.padding, encoder!.end, encoder!.unknown]).toEqual([30, 5, undefined, 6]);
    expect(encoder!.embedding.name).toBe("encoder.embedding.weight");
    expect(encoder!.positionTable!.name).toBe("encoder.positions.weight");
    expect(model.positionTable!.name).toBe("positions.weight");
  });

  it("an encoder alone goes by the model's own", () => {
    const { model, diagnostics } = checkText(`model M { width = 16, vocabulary = 50, padding = 1, context = 9, positions = learned\n encoder { layers 1 { ${attention} } } }`, { library });
    expect(diagnostics).toEqual([]);
    expect(groupsOf(model!)).toEqual(["embedding.weight", "positions.weight", "encoder.layers", "encoder.norm.weight", "encoder.norm.bias"]);
    expect(model!.encoder).toMatchObject({ padding: 1, embedding: model!.parameters[0], positionTable: model!.parameters[1] });
    expect([model!.layers, model!.finalNorm]).toEqual([[], undefined]);
  });

  it("an adaptive vocabulary has a table and a projection a cluster, and rows for the clusters behind the first", () => {
    const { model, diagnostics } = checkText(`model M { width = 32, vocabulary = 100, adaptive = [20, 60], adaptive_dropout = 0.2, final_norm = false\n layers 1 { feed_forward(hidden: 8) } }`, { library });
    expect(diagnostics).toEqual([]);
    const own = model!.parameters.filter((p) => !p.name.startsWith("layers.")).map((p) => [p.name, p.shape]);
    expect(own).toEqual([
      ["embedding.0.weight", [20, 32]], ["embedding.0.projection.weight", [32, 32]], ["embedding.1.weight", [40, 8]], ["embedding.1.projection.weight", [32, 8]],
      ["embedding.2.weight", [40, 2]], ["embedding.2.projection.weight", [32, 2]], ["output.classes.weight", [2, 32]],
    ]);
    expect(model!.embedding).toMatchObject({ kind: "adaptive", dropout: 0.2, clusters: [{ from: 0, to: 20, size: 32 }, { from: 20, to: 60, size: 8 }, { from: 60, to: 100, size: 2 }] });
  });
});

describe("a tokenizer", () => {
  const tokenizer = (json: unknown): Partial<CheckOptions> => ({ readFile: (path) => ({ path, text: JSON.stringify(json) }) });
  const bpe = { model: { vocab: { "<s>": 0, a: 4, "</s>": 2, "<unk>": 3 } }, added_tokens: [{ id: 9, content: "<pad>" }] };

  it("brings the ids of its tokens with the usual names, to both sides", () => {
    const model = modelOf({ settings: 'vocabulary = tokenizer("t.json")' }, tokenizer(bpe));
    expect([model.padding, model.begin, model.end, model.unknown]).toEqual([9, 0, 2, 3]);
    expect([model.encoder!.padding, model.encoder!.end, model.encoder!.unknown]).toEqual([9, 2, 3]);
  });

  it("gives way to what the model says, and may be a list", () => {
    const unigram = { model: { vocab: [["<unk>", 0], ["<pad>", 0], ["</s>", 0], ["a", -1]] } };
    const { model, diagnostics } = checkText(textOf({ settings: 'vocabulary = tokenizer("t.json"), padding = 3' }), { library, ...tokenizer(unigram) });
    expect(diagnostics.map((d) => [d.severity, d.code])).toEqual([["warning", "other-id"]]);
    expect([model!.padding, model!.begin, model!.end, model!.unknown]).toEqual([3, undefined, 2, 0]);
  });

  it("says nothing of an id that is no whole number, and the same id twice is one", () => {
    const twice = { model: { vocab: { a: 0, "</s>": 2, "<pad>": 4 } }, added_tokens: [{ id: 1.5, content: "<s>" }, { id: 4, content: "<pad>" }, { id: 4, content: "<pad>" }] };
    const model = modelOf({ settings: 'vocabulary = tokenizer("t.json")' }, tokenizer(twice));
    expect([model.padding, model.begin, model.end]).toEqual([4, undefined, 2]);
  });

  it("of the encoder's own is looked at for its ids", () => {
    const model = modelOf({ encoder: `vocabulary = tokenizer("t.json"), layers 1 { ${attention} }` }, tokenizer(bpe));
    expect([model.vocabularySize, model.padding, model.encoder!.vocabularySize, model.encoder!.padding]).toEqual([50, 1, 10, 9]);
  });
});

describe("under `cross`", () => {
  // What each standard mixer's states are under `cross`; a mixer that is not here is refused for its order.
  const may = ["abc", "attention", "cosformer", "linear_attention", "linformer", "memory", "performer", "t2r"];
  const names = library.map((f) => /(\w+)\.msz$/.exec(f.path)![1]!);

  it.each(names)("the standard mixer %s compiles, or is refused for the order of its tokens", (name) => {
    const { model, diagnostics } = checkText(textOf({ decoder: `layers 1 { cross ${name}(${name === "memory" ? "slots: 4, " : ""}heads: 2) }` }), { library });
    expect(diagnostics).toEqual([]);
    const codes = derive(model!).diagnostics.filter((d) => d.severity === "error").map((d) => d.code);
    expect([...new Set(codes)]).toEqual(may.includes(name) ? [] : ["order-under-cross"]);
  });

  it("a mixer reads across, and the one beside it does not", () => {
    const model = modelOf({ decoder: "layers 1 { memory(slots: 4, heads: 2)  cross memory(slots: 8, heads: 2)  cross memory(slots: 8, heads: 2) }" });
    expect(model.layers[0]!.map((s) => [s.place, s.kind === "mixer" ? s.mixer.reads : ""])).toEqual([
      ["decoder.layers.0.memory", "causal"], ["decoder.layers.0.cross_memory", "cross"], ["decoder.layers.0.cross_memory_2", "cross"],
    ]);
    expect(model.encoder!.layers[0]!.map((s) => (s.kind === "mixer" ? s.mixer.reads : ""))).toEqual(["whole"]);
    expect(crossOf("memory(slots: 4, heads: 2)").states[0]!.name).toBe("decoder.layers.0.cross_memory.bank");
  });

  it("positions, convolutions and reads of what is written may stand on either side", () => {
    const mixer = `mixer across(slots: axis, length: axis = 8) {
      param row[length, slots] = normal(1)
      state bank[slots, width] = bank + at(row, length, position) * convolve(source, 3) / count
      state again[slots] = again + sum(bank * linear(source, width), width)
      out = sum(linear(convolve(x, 2), slots) * bank, slots) * position + linear(again, width)
    }\n`;
    const { model, diagnostics } = checkText(mixer + textOf({ decoder: "layers 1 { cross across(slots: 4) }" }), { library });
    expect(diagnostics).toEqual([]);
    expect(derive(model!).diagnostics).toEqual([]);
  });
});

describe("search and training", () => {
  const search = (line: string): Model["generate"]["maxLength"] => modelOf({ more: `generate { max_length = ${line} }` }).generate.maxLength;

  it("keeps what generate says of beams", () => {
    expect(modelOf({ more: "generate { beam = 4, length_penalty = 0.6 }" }).generate).toMatchObject({ beam: 4, lengthPenalty: 0.6, maxLength: { perSource: 1.2, more: 10 } });
    expect(modelOf({}).generate).toMatchObject({ beam: 1, lengthPenalty: 1, maxLength: { perSource: 1.2, more: 10 } });
  });

  it("reads a straight line over the source, however it is written", () => {
    expect(search("1.2 * source + 10")).toEqual({ perSource: 1.2, more: 10 });
    expect(search("source")).toEqual({ perSource: 1, more: 0 });
    expect(search("2 * (source + 3) - source / 2")).toEqual({ perSource: 1.5, more: 6 });
    expect(search("100")).toEqual({ perSource: 0, more: 100 });
    expect(search("10 * source - 5")).toEqual({ perSource: 10, more: -5 });
  });

  it("takes pairs, by number or by tokens", () => {
    const { train } = modelOf({ more: 'train { corpus = pairs("a", "b"), held_out = pairs("c", "d"), batch_tokens = 3584 }' });
    expect(train).toMatchObject({ corpus: { kind: "pairs", source: "a", target: "b" }, heldOut: { kind: "pairs", source: "c", target: "d" }, batchTokens: 3584 });
    expect(modelOf({ more: 'train { corpus = pairs("a", "b"), held_out = 0.2, batch = 64 }' }).train).toMatchObject({ heldOut: 0.2, batch: 64 });
  });

  it("knows where a schedule starts, and its restarts", () => {
    const scheduleOf = (text: string): Model["train"]["schedule"] => modelOf({ more: `train { schedule = ${text} }` }).train.schedule;
    expect(scheduleOf("cosine(warmup: 10, start: 0.5, floor: 0.1, period: 100)")).toEqual({ kind: "cosine", warmup: 10, start: 0.5, floor: 0.1, restarts: { period: 100, grow: 1, shrink: 1 } });
    expect(scheduleOf("cosine(period: 100, grow: 2, shrink: 0.75)")).toEqual({ kind: "cosine", warmup: 0, start: 0, floor: 0, restarts: { period: 100, grow: 2, shrink: 0.75 } });
    expect(scheduleOf("inverse_sqrt(warmup: 10, start: 2e-4)")).toEqual({ kind: "inverse_sqrt", warmup: 10, start: 2e-4 });
    expect(scheduleOf("linear")).toEqual({ kind: "linear", warmup: 0, start: 0, floor: 0 });
    expect(scheduleOf("constant(warmup: 5, start: 1)")).toEqual({ kind: "constant", warmup: 5, start: 1 });
  });
});
