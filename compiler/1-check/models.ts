/** The `model` item: settings with their defaults, then the stack, then the parameters that belong to no layer. */
import type { Layers, ModelItem, Setting, Side } from "../../src/ast/ast.js";
import type { Span } from "../../src/base/source.js";
import { suggest } from "../../src/base/suggest.js";
import type { Embedding, Encoder, Generate, Initializer, Model, NormParameters, Parameter, Train } from "../../src/model/model.js";
import type { Constants, Scope } from "./constants.js";
import { buildLayers, type Stack } from "./layers.js";
import type { FileScope, MixerDefinition, ReadFile } from "./names.js";
import { ones, ParameterNames, zeros } from "./parameters.js";
import { firstLetters, type Report } from "./report.js";
import { collectSettings, placeOf, readSettings } from "./settings.js";
import { choice, flag, listOf, number, readValue } from "./values.js";
import { readVocabulary, vocabularyReader, vocabularySize } from "./vocabulary.js";

const largestWidth = 65_536;
const largestContext = 2 ** 24;
const rate = number({ min: 0, below: 1 });
const id = number({ whole: true, min: 0 });

/** What later settings may mention by name. */
const sizes = {
  width: number({ whole: true, min: 1, max: largestWidth, hint: "for example `width = 256`; where a mixer has heads, their number must divide it" }),
  context: number({ whole: true, min: 1, max: largestContext, hint: "for example `context = 256`; decoding goes on beyond it" }),
};
const others = {
  vocabulary: vocabularyReader,
  positions: choice("sinusoidal", "learned", "none"),
  norm: choice("pre", "post"),
  final_norm: flag,
  embedding_scale: number(),
  tied: flag,
  adaptive: listOf(number({ whole: true, min: 1 })),
  dropout: rate,
  attention_dropout: rate,
  activation_dropout: rate,
  layer_drop: rate,
  padding: id,
  begin: id,
  end: id,
  unknown: id,
};
const idNames = ["padding", "begin", "end", "unknown"] as const;
type IdName = (typeof idNames)[number];

export interface Context {
  readonly report: Report;
  readonly constants: Constants;
  readonly circular: Set<MixerDefinition>;
  readonly file: FileScope;
  readonly readFile: ReadFile | undefined;
  readonly generate: Generate;
  readonly train: Train;
}

export function checkModel(item: ModelItem, context: Context): Model | undefined {
  const { report } = context;
  const before = report.errorCount;
  const settings = readModelSettings(item, context);
  const stack: Stack = { ...context, width: { name: "width", size: settings.width }, decoding: true, scope: settings.scope, prefix: "" };
  const side = checkSides(item, stack);
  const encoder = side && buildEncoder(side, stack, settings);
  const built = buildLayers(item.body.filter((m): m is Layers => m.kind === "layers"), stack);
  // What stands behind the last layer belongs to a decoder, and so to a model of one stack.
  const owned = ownParameters(side ? { ...settings, tied: true, finalNorm: false } : settings, item.name.span, report);
  if (report.errorCount > before) return undefined;

  const { embedding, positionTable, finalNorm } = owned;
  const { table, output } = embedding;
  const last = [finalNorm?.weight, finalNorm?.bias, output === table ? undefined : output];
  return {
    ...settings.plain, ...owned, name: item.name.text, span: item.span, doc: item.doc,
    layers: built.layers,
    ...(encoder ? { encoder: encoder.encoder } : {}),
    parameters: [table, positionTable, ...(encoder?.parameters ?? []), ...built.parameters, ...last].filter((p) => p !== undefined),
    generate: context.generate,
    train: context.train,
  };
}

type PlainSettings = Omit<Model, "name" | "span" | "doc" | "layers" | "encoder" | "parameters" | "generate" | "train" | "embedding" | "positionTable" | "finalNorm">;

interface ModelSettings {
  readonly plain: PlainSettings;
  readonly width: number;
  readonly tied: boolean;
  readonly finalNorm: boolean;
  readonly scope: Scope;
}

function readModelSettings(item: ModelItem, context: Context): ModelSettings {
  const { report } = context;
  const outside = context.constants.scopeOf(context.file);
  const known = [...Object.keys(sizes), ...Object.keys(others)];
  const written = item.body.filter((m): m is Setting => m.kind === "setting");
  const settings = collectSettings(written, known, "a model", outside);
  const { width, context: window } = readSettings(settings, sizes, {
    ...outside, elsewhere: (name) => (name === "width" ? "`width` and `context` are known to the settings after them only" : undefined),
  });
  const scope = modelScope(outside, settings, { width, context: window });
  const values = readSettings(settings, others, scope);
  // A misspelt `width` has been told already.
  if (!settings.has("width") && !written.some((s) => suggest(s.name.text, known) === "width")) {
    report.error("missing-setting", item.name.span, `the model \`${item.name.text}\` has no \`width\``, {
      reason: "`width` is the size of the token stream, and has no default",
      hint: "add `width = 256`",
    });
  }
  if (settings.has("adaptive")) {
    report.error("not-supported-yet", settings.get("adaptive")!.span, "`adaptive` is not supported yet", {
      reason: "adaptive input and adaptive softmax do not compile yet",
      hint: "leave it out for one embedding and one softmax",
    });
  }
  const positions = values.positions ?? "sinusoidal";
  checkPositions(positions, width, settings, item.name.span, report);
  const norm = values.norm ?? "pre";
  const read = values.vocabulary;
  const vocabulary = read === undefined
    ? settings.has("vocabulary") ? undefined : { kind: "bytes" as const }
    : readVocabulary(read, context.file.file.source, context.readFile, report);
  const size = vocabulary === undefined ? NaN : vocabularySize(vocabulary);
  checkIds(settings, values, size, report);
  return {
    width: width ?? NaN, tied: values.tied ?? true, finalNorm: values.final_norm ?? norm === "pre", scope,
    plain: {
      vocabulary: vocabulary ?? { kind: "bytes" }, vocabularySize: size, width: width ?? NaN, context: window, positions, norm,
      embeddingScale: values.embedding_scale ?? Math.sqrt(width ?? NaN),
      dropout: values.dropout ?? 0, attentionDropout: values.attention_dropout ?? 0,
      activationDropout: values.activation_dropout ?? 0, layerDrop: values.layer_drop ?? 0,
      padding: values.padding, begin: values.begin, end: values.end, unknown: values.unknown,
    },
  };
}

/** `width` and `context` are names inside the model, as in `hidden: 4 * width`. */
function modelScope(outside: Scope, settings: ReadonlyMap<string, Setting>, known: { readonly width?: number; readonly context?: number }): Scope {
  const own = new Set(["width", ...(settings.has("context") ? ["context"] : [])]);
  return {
    ...outside,
    names: () => [...own, ...outside.names()],
    find: (name, span) => {
      if (name !== "width" && name !== "context") return outside.find(name, span);
      return own.has(name) ? { kind: "number", value: known[name] ?? NaN } : outside.find(name, span);
    },
    elsewhere: (name) => (name === "context" ? "set `context = …` in the model to use it" : undefined),
  };
}

function checkPositions(positions: string, width: number | undefined, settings: ReadonlyMap<string, Setting>, model: Span, report: Report): void {
  if (positions === "learned" && !settings.has("context")) {
    report.error("missing-setting", placeOf(settings, "positions", model), "learned positions need `context`", {
      reason: "`context` is how many positions there are to learn",
      hint: "add `context = 256`",
    });
  }
  if (positions === "sinusoidal" && width !== undefined && (width % 2 !== 0 || width < 4)) {
    report.error("odd-width", placeOf(settings, "width", model), `sinusoidal positions need an even \`width\` of at least 4, but it is ${width}`, {
      reason: "one half of them are sines and the other half cosines",
      hint: "choose another width, or `positions = learned` or `none`",
    });
  }
}

/** `size` is NaN where the vocabulary is wrong: then nothing is too large. */
function checkIds(settings: ReadonlyMap<string, Setting>, ids: Readonly<Partial<Record<IdName, number>>>, size: number, report: Report): void {
  const vocabulary = settings.get("vocabulary");
  for (const name of idNames) {
    const [setting, value] = [settings.get(name), ids[name]];
    if (setting === undefined || value === undefined || !(value >= size)) continue;
    report.error("wrong-value", setting.value.span, `\`${name}\` is the id ${value}, but the vocabulary has the ids 0 to ${size - 1}`, {
      labels: vocabulary === undefined ? [] : [{ span: vocabulary.span, message: "set here" }],
      hint: vocabulary === undefined ? "without a `vocabulary` the ids are bytes" : undefined,
    });
  }
}

interface OwnParameters {
  readonly embedding: Extract<Embedding, { kind: "table" }>;
  readonly positionTable?: Parameter;
  readonly finalNorm?: NormParameters;
}

function ownParameters({ plain, tied, finalNorm }: ModelSettings, span: Span, report: Report): OwnParameters {
  const { width, vocabularySize: size, context, positions } = plain;
  const names = new ParameterNames("", [], report);
  const spread: Initializer = { kind: "normal", deviation: Math.pow(width, -0.5) };
  const table = names.add("embedding.weight", [size, width], spread, span);
  return {
    embedding: { kind: "table", table, output: tied ? table : names.add("output.weight", [size, width], spread, span) },
    positionTable: positions === "learned" && context !== undefined ? names.add("positions.weight", [context, width], spread, span) : undefined,
    finalNorm: finalNorm ? normParameters(names, width, span) : undefined,
  };
}

/** Its layers read whole texts; they and its final norm stand under `encoder.` */
function buildEncoder(side: Side, stack: Stack, { finalNorm }: ModelSettings): { encoder: Encoder; parameters: readonly Parameter[] } {
  const layers = side.body.filter((m): m is Layers => m.kind === "layers");
  if (layers.length === 0) stack.report.error("no-layers", keyword(side), "this encoder has no layers", { hint: "add `layers 6 { … }`" });
  const built = buildLayers(layers, { ...stack, decoding: false, prefix: "encoder." });
  const norm = finalNorm ? normParameters(new ParameterNames("encoder", [], stack.report), stack.width.size, keyword(side)) : undefined;
  return {
    encoder: { layers: built.layers, ...(norm ? { finalNorm: norm } : {}) },
    parameters: [...built.parameters, ...(norm ? [norm.weight, norm.bias] : [])],
  };
}

function normParameters(names: ParameterNames, width: number, span: Span): NormParameters {
  return { weight: names.add("norm.weight", [width], ones, span), bias: names.add("norm.bias", [width], zeros, span) };
}

/** An encoder alone, if the model is that; one with a decoder too is looked through for mistakes, and refused. */
function checkSides(item: ModelItem, stack: Stack): Side | undefined {
  const { report } = stack;
  const sides = item.body.filter((m): m is Side => m.kind === "side");
  const layers = item.body.filter((m) => m.kind === "layers");
  if (sides.length === 0 && layers.length === 0) {
    report.error("no-layers", item.name.span, `the model \`${item.name.text}\` has no layers`, { hint: "add `layers 6 { … }`" });
  }
  if (sides.length > 0 && layers.length > 0) {
    report.error("mixed-sides", firstLetters(layers[0]!.span, "layers".length), "these layers belong to no side", {
      reason: "a model has either layers of its own, or an encoder and a decoder",
      labels: [{ span: keyword(sides[0]!), message: "a side" }],
      hint: "move them into the encoder or the decoder",
    });
  }
  for (const side of ["encoder", "decoder"] as const) {
    const [first, second] = sides.filter((s) => s.side === side);
    if (second !== undefined && first !== undefined) {
      report.error("duplicate-side", keyword(second), `the model has two ${side}s`, { labels: [{ span: keyword(first), message: "the first one" }] });
    }
  }
  const decodes = sides.some((s) => s.side === "decoder");
  if (decodes && sides.every((s) => s.side === "decoder")) {
    report.error("missing-side", item.name.span, `the model \`${item.name.text}\` has no \`encoder\``, {
      reason: "a decoder has an encoder to read from",
      hint: "write the layers into the model itself for a language model",
    });
  }
  for (const side of sides) {
    const settings = collectSettings(side.body.filter((m): m is Setting => m.kind === "setting"), ["vocabulary"], `an ${side.side}`.replace("an d", "a d"), stack.scope);
    const vocabulary = settings.get("vocabulary");
    if (vocabulary !== undefined) readValue(vocabularyReader, vocabulary.value, "`vocabulary`", stack.scope);
    if (vocabulary !== undefined && !decodes) {
      report.error("misplaced-setting", vocabulary.span, "an encoder alone has the model's `vocabulary`", { hint: "write it into the model, outside of the encoder" });
    }
    if (decodes) buildLayers(side.body.filter((m): m is Layers => m.kind === "layers"), { ...stack, decoding: side.side === "decoder", prefix: `${side.side}.` });
  }
  if (decodes) {
    report.error("not-supported-yet", keyword(sides[0]!), "models with an encoder and a decoder are not supported yet", {
      reason: "only models of one stack compile, and encoders alone",
      hint: "write the layers into the model itself for a language model",
    });
  }
  return decodes ? undefined : sides[0];
}

function keyword(side: Side): Span {
  return firstLetters(side.span, side.side.length);
}
