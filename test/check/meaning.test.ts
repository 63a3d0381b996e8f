/** What a checked spec means: axes, sharing, states, names of parameters, defaults, constants from outside. */
import { describe, expect, it } from "vitest";
import type { MixerInstance, Model, TokenExpr } from "../../src/model/model.js";
import { renderDiagnostics } from "../../src/base/render.js";
import type { CheckOptions } from "../../compiler/1-check/index.js";
import { checkText, standardLibrary } from "./load.js";

const library = standardLibrary();

function modelOf(text: string, options: Partial<CheckOptions> = {}): Model {
  const { model, diagnostics } = checkText(text, { library, ...options });
  if (model === undefined) throw new Error(renderDiagnostics(diagnostics));
  return model;
}

function codes(text: string, options: Partial<CheckOptions> = {}): string[] {
  return checkText(text, { library, ...options }).diagnostics.map((d) => d.code);
}

function model(settings: string, layers: string): string {
  return `model M {\n${settings}\nlayers 1 {\n${layers}\n}\n}\n`;
}

/** One mixer `m` with 8 slots in a model of width 16. */
function mixerOf(body: string, parameters = "slots: axis", call = "m(slots: 8)"): MixerInstance {
  const sublayer = modelOf(`mixer m(${parameters}) {\n${body}\n}\n${model("width = 16", call)}`).layers[0]![0]!;
  if (sublayer.kind !== "mixer") throw new Error("no mixer");
  return sublayer.mixer;
}

function namesOf(checked: Model): string[] {
  return checked.parameters.map((p) => p.name);
}

function narrow<K extends TokenExpr["kind"]>(expr: TokenExpr, kind: K): TokenExpr & { kind: K } {
  if (expr.kind !== kind) throw new Error(`expected ${kind}, found ${expr.kind}`);
  return expr as TokenExpr & { kind: K };
}

const axesOf = (expr: TokenExpr): string => expr.axes.map((a) => `${a.name}:${a.size}`).join(" ");

describe("expressions", () => {
  it("broadcast by name, and reductions remove the axis they name", () => {
    const { out } = mixerOf("key = linear(x, slots)\nout = sum(key * x, slots)");
    const sum = narrow(out, "reduce");
    expect(axesOf(sum.argument)).toBe("slots:8 width:16");
    expect(axesOf(out)).toBe("width:16");
    expect(out.label).toBe("out");
  });

  it("share what a binding names, and keep its name", () => {
    const { out } = mixerOf("key = linear(x, slots)\nout = linear(key * exp(key), width)");
    const product = narrow(narrow(out, "linear").argument, "binary");
    expect(product.left).toBe(narrow(product.right, "unary").argument);
    expect(product.left.label).toBe("key");
  });

  it("compute with numbers, sizes and constants at once", () => {
    const { out } = mixerOf("axis half = slots / 2\nout = x * (2 ^ -2 * size(half) + width - sqrt(4))");
    expect(narrow(narrow(out, "binary").right, "number").value).toBe(0.25 * 4 + 16 - 2);
  });

  it("keep two axes of one size apart", () => {
    const { out } = mixerOf("axis other = slots\nout = linear(linear(x, slots) * linear(x, other), width)");
    expect(axesOf(narrow(out, "linear").argument)).toBe("slots:8 other:8");
  });

  it("give a linear its inputs, outputs and per-axes, and flat shapes", () => {
    const { out } = mixerOf(
      "key = linear(x, slots, part, bias: false, init: normal(0.5))\nnew = linear(key, other, per: slots, init: xavier(2))\nout = linear(new, width)",
      "slots: axis, part: axis, other: axis", "m(slots: 8, part: 3, other: 5)",
    );
    const lifted = narrow(narrow(out, "linear").argument, "linear");
    const key = narrow(lifted.argument, "linear");
    expect(axesOf(lifted)).toBe("slots:8 other:5");
    expect(lifted.weight).toMatchObject({ shape: [40, 3], initializer: { kind: "xavier", gain: 2, fanIn: 3, fanOut: 5 } });
    expect(lifted.bias).toMatchObject({ shape: [40], initializer: { kind: "zeros" } });
    expect(key.weight).toMatchObject({ shape: [24, 16], initializer: { kind: "normal", deviation: 0.5 } });
    expect(key.bias).toBeUndefined();
  });

  it("give norms, convolutions and free parameters theirs", () => {
    const made = mixerOf("param gate[slots] = uniform(-1, 1)\nkey = rms_norm(linear(convolve(x, 4), slots)) * gate\nout = linear(key, width)");
    const product = narrow(narrow(made.out, "linear").argument, "binary");
    const norm = narrow(product.left, "norm");
    expect(norm.scale).toMatchObject({ name: "layers.0.m.key.norm.weight", shape: [8], initializer: { kind: "ones" } });
    expect(norm.shift).toBeUndefined();
    expect(narrow(product.right, "parameter").parameter).toMatchObject({ name: "layers.0.m.gate", shape: [8], initializer: { kind: "uniform", low: -1, high: 1 } });
    expect(made.convolutions).toHaveLength(1);
    expect(made.convolutions[0]).toMatchObject({ size: 4, name: "layers.0.m.key_2", weight: { shape: [16, 4], initializer: { kind: "identity_tap" } }, bias: { shape: [16] } });
  });
});

describe("states and caches", () => {
  it("a state is old on its right-hand side, new after it, and `previous` is old again", () => {
    const { states, out } = mixerOf("key = linear(source, slots)\nstate bank[slots] = bank + key\nout = linear(bank - previous(bank), width)");
    const [bank] = states;
    expect(bank).toMatchObject({ name: "layers.0.m.bank", axes: [{ name: "slots", size: 8 }] });
    const update = narrow(bank!.update, "binary");
    expect(narrow(update.left, "state")).toMatchObject({ when: "old" });
    expect(narrow(update.left, "state").state).toBe(bank);
    const difference = narrow(narrow(out, "linear").argument, "binary");
    expect([narrow(difference.left, "state").when, narrow(difference.right, "state").when]).toEqual(["new", "old"]);
  });

  it("a cache is read with the axis time in front", () => {
    const { caches, out } = mixerOf("cache key = linear(source, slots)\nout = linear(sum(softmax(key, time), time), width)");
    expect(caches.map((c) => [c.name, axesOf(c.value)])).toEqual([["layers.0.m.key", "slots:8"]]);
    const softmax = narrow(narrow(narrow(out, "linear").argument, "reduce").argument, "softmax");
    expect(narrow(softmax.argument, "cache").axes.map((a) => a.name)).toEqual(["time", "slots"]);
  });
});

describe("names of parameters", () => {
  it("the second linear of a binding gets _2, counted from left to right", () => {
    const names = namesOf(modelOf(model("width = 16", "retention(heads: 2)"))).filter((n) => n.includes("out"));
    const prefix = "layers.0.retention";
    expect(new Set(names)).toEqual(new Set([`${prefix}.out.weight`, `${prefix}.out.bias`, `${prefix}.out_2.weight`, `${prefix}.out_2.bias`]));
  });

  it("a mixer within a mixer puts them under the binding", () => {
    const text = `mixer both(heads: axis) {
      read = attention(heads: heads) + attention(heads: heads)
      out  = linear(memory(slots: 4, heads: heads), width) + read
    }\n`;
    const made = modelOf(text + model("width = 16", "both(heads: 2)"));
    const names = namesOf(made);
    expect(new Set(names).size).toBe(names.length);
    for (const own of ["read.query.weight", "read_2.query.weight", "out.weight", "out.read.weight", "out.key.norm.bias"]) {
      expect(names).toContain(`layers.0.both.${own}`);
    }
    const sublayer = made.layers[0]![0]!;
    if (sublayer.kind !== "mixer") throw new Error("no mixer");
    expect(sublayer.mixer.states.map((s) => s.name)).toEqual(["layers.0.both.out.bank"]);
    expect(sublayer.mixer.caches.map((c) => c.name)).toEqual(["read.key", "read.value", "read_2.key", "read_2.value"].map((n) => `layers.0.both.${n}`));
  });

  it("a binding called norm does not take the residual norm's name", () => {
    const text = `mixer m() {\n norm = layer_norm(linear(x, width))\n out = norm + x\n}\n`;
    const names = namesOf(modelOf(text + model("width = 16", "m()")));
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain("layers.0.m.norm_2.weight");
  });

  it("sublayers of one name are numbered in a layer, layers through all blocks", () => {
    const text = `model M { width = 16
      layers 1 { memory(slots: 2, heads: 2) memory(slots: 4, heads: 2) feed_forward(hidden: 8) feed_forward(hidden: 8) }
      layers 2 { attention(heads: 2) }
    }`;
    const places = modelOf(text).layers.map((layer) => layer.map((s) => s.place));
    expect(places).toEqual([
      ["layers.0.memory", "layers.0.memory_2", "layers.0.feed_forward", "layers.0.feed_forward_2"],
      ["layers.1.attention"], ["layers.2.attention"],
    ]);
  });
});

describe("settings", () => {
  it("have the language's defaults", () => {
    const made = modelOf(model("width = 16", "attention(heads: 2)\nfeed_forward(hidden: 4 * width)"));
    expect(made).toMatchObject({
      vocabulary: { kind: "bytes" }, vocabularySize: 256, positions: "sinusoidal", norm: "pre", embeddingScale: 4,
      dropout: 0, attentionDropout: 0, activationDropout: 0, layerDrop: 0, generate: { temperature: 1, topK: 0, topP: 1 },
    });
    if (made.embedding.kind !== "table") throw new Error("no table");
    expect(made.embedding.output).toBe(made.embedding.table);
    expect(made.embedding.table.initializer).toEqual({ kind: "normal", deviation: 0.25 });
    expect(made.finalNorm?.weight.name).toBe("norm.weight");
    expect(made.layers[0]![1]).toMatchObject({ hidden: 64, activation: "relu", gate: undefined });
    expect(modelOf(model("width = 16, norm = post", "attention(heads: 2)")).finalNorm).toBeUndefined();
    expect(modelOf(model("width = 16, norm = post, final_norm = true", "attention(heads: 2)")).finalNorm).toBeDefined();
  });

  it("order the parameters: embedding, positions, layers, final norm, output", () => {
    const names = namesOf(modelOf(model("width = 16, context = 32, positions = learned, tied = false, vocabulary = 40", "feed_forward(hidden: context, gated: true)")));
    const place = "layers.0.feed_forward";
    expect(names).toEqual([
      "embedding.weight", "positions.weight",
      ...["norm", "up", "gate", "down"].flatMap((n) => [`${place}.${n}.weight`, `${place}.${n}.bias`]),
      "norm.weight", "norm.bias", "output.weight",
    ]);
  });

  it("keep what generate says", () => {
    const text = model("width = 16", "attention(heads: 2)");
    expect(modelOf(`${text}generate { temperature = 0.8, top_k = 40, beam = 1 }`).generate).toMatchObject({ temperature: 0.8, topK: 40, topP: 1, beam: 1 });
  });

  it("take characters in the order of their code points, and a tokenizer's largest id", () => {
    const readFile = (path: string): { path: string; text: string } =>
      ({ path, text: path.endsWith(".json") ? '{"model":{"vocab":{"a":0,"b":1}},"added_tokens":[{"id":7,"content":"<pad>"}]}' : "b😀a\nb" });
    const characters = modelOf(model('width = 16, vocabulary = characters("c.txt")', "attention(heads: 2)"), { readFile });
    expect(characters.vocabulary).toEqual({ kind: "characters", characters: ["\n", "a", "b", "😀"] });
    expect(modelOf(model('width = 16, vocabulary = tokenizer("t.json")', "attention(heads: 2)"), { readFile }).vocabularySize).toBe(8);
  });

  it("accept all that train may say", () => {
    const text = `${model("width = 16", "attention(heads: 2)")}train {
      corpus = "a.txt", held_out = 0.1, batch = 16, steps = 2_000, clip = 1.0, precision = float32, seed = 1
      optimizer = adamw(rate: 3e-3, betas: [0.9, 0.98], decay: 0.1)
      schedule = cosine(warmup: 100, floor: 0.1)
      label_smoothing = 0.1, accumulate = 2, evaluate_every = 100
    }`;
    expect(codes(text)).toEqual([]);
    expect(codes(text.replace("cosine(warmup: 100, floor: 0.1)", "constant"))).toEqual([]);
    expect(codes(text.replace("floor: 0.1)", "floor: 0.1, start: 1e-3, period: 500, grow: 2, shrink: 0.75)"))).toEqual([]);
    for (const kind of ["linear", "inverse_sqrt", "constant"]) expect(codes(text.replace("cosine(warmup: 100, floor: 0.1)", `${kind}(warmup: 100, start: 0.5)`))).toEqual([]);
    expect(codes(text.replace('corpus = "a.txt", held_out = 0.1', 'corpus = ["a", "b"], held_out = ["c"]'))).toEqual([]);
  });

  it("refuse lists without a text, with a way out", () => {
    for (const [setting, hint] of [["corpus", "--corpus"], ["held_out", "`held_out = 0`"]] as const) {
      const [found, ...rest] = checkText(`${model("width = 16", "attention(heads: 2)")}train { ${setting} = [] }`, { library }).diagnostics;
      expect(rest).toEqual([]);
      expect(found).toMatchObject({ code: "wrong-value", message: expect.stringMatching(/, but is the empty list `\[\]`$/) as string, hint: expect.stringContaining(hint) as string });
      expect(found!.span).toBeDefined();
    }
  });
});

describe("constants and files", () => {
  const spec = `let slots = 8\nlet hidden = 2 * slots\nlet kind = "pre"\n${model("width = 16, norm = kind", "memory(slots: slots, heads: 2)\nfeed_forward(hidden: hidden)")}`;
  const sizes = (made: Model): (number | undefined)[] => [
    made.parameters.find((p) => p.name.endsWith("memory.key.bias"))?.shape[0],
    made.parameters.find((p) => p.name.endsWith("up.bias"))?.shape[0],
  ];

  it("--set replaces a constant for all that depend on it", () => {
    expect(sizes(modelOf(spec))).toEqual([8, 16]);
    expect(sizes(modelOf(spec, { set: { slots: "4" } }))).toEqual([4, 8]);
    expect(sizes(modelOf(spec, { set: { hidden: "3 * slots + 1" } }))).toEqual([8, 25]);
  });

  it("--set gives a text with or without its quotes", () => {
    expect(modelOf(spec, { set: { kind: "post" } }).norm).toBe("post");
    expect(modelOf(spec, { set: { kind: '"post"' } }).norm).toBe("post");
    expect(codes(spec, { set: { kind: "4" } })).toEqual(["wrong-value"]);
    expect(codes(spec, { set: { slots: "1) attention(" } })).toEqual(["wrong-value"]);
  });

  it("--set that closes a circle is told", () => {
    expect(codes(spec, { set: { slots: "hidden" } })).toEqual(["constant-cycle"]);
  });

  it("a used mixer sees the constants of its own file", () => {
    const files: Record<string, string> = {
      "a.msz": 'use "b.msz"\nlet inner = 3\nmixer m() {\n out = linear(linear(x, width) * inner + base(), width)\n}',
      "b.msz": "let inner = 5\nmixer base() {\n out = x * inner\n}",
    };
    const readFile = (path: string): { path: string; text: string } | { error: string } =>
      path in files ? { path, text: files[path]! } : { error: "there is no such file" };
    const uses = 'use "a.msz"\nuse "b.msz"\n';
    // Both files define `inner`, and both are used: that is a conflict; one of them alone is none.
    expect(codes(uses + model("width = 16", "m()"), { readFile })).toEqual(["duplicate-name", "duplicate-name"]);
    files["a.msz"] = files["a.msz"]!.replaceAll("inner", "own");
    expect(codes(uses + model("width = 16", "m()\nbase()"), { readFile })).toEqual([]);
    expect(codes('use "a.msz"\n' + model("width = 16", "base()"), { readFile }), "use is not passed on").toEqual(["unknown-mixer"]);
  });

  it("a file of mixers alone is fine where no model is needed", () => {
    const text = "mixer m(slots: axis) {\n out = linear(linear(x, slots), width)\n}";
    expect(codes(text)).toEqual(["no-model"]);
    expect(codes(text, { modelRequired: false })).toEqual([]);
  });

  it("a long chain of constants is no trouble, and a mixer that doubles is stopped", () => {
    const chain = Array.from({ length: 5000 }, (_, i) => `let c${i} = c${i + 1} + 1`).join("\n");
    expect(codes(`${chain}\nlet c5000 = 1\n${model("width = 16", "attention(heads: 2)")}`)).toEqual([]);
    const doubling = Array.from({ length: 30 }, (_, i) => `mixer m${i}() {\n out = m${i + 1}() + m${i + 1}()\n}`).join("\n");
    expect(codes(`${doubling}\nmixer m30() {\n out = x\n}\n${model("width = 16", "m0()")}`)).toEqual(["too-large"]);
  });
});

describe("warnings and notes", () => {
  it("leave the model as it is", () => {
    const text = `mixer attention(heads: axis) {\n spare = exp(x)\n out = linear(linear(x, heads), width)\n}\n`;
    const { model: made, diagnostics } = checkText(text + model("width = 16", "attention(heads: 2)"), { library });
    expect(made).toBeDefined();
    expect(diagnostics.map((d) => `${d.severity} ${d.code}`)).toEqual(["note hides-standard", "warning unused-name"]);
  });
});
