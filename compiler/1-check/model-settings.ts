/** The settings of a model, each with its default: sizes first, which the others may mention by name. */
import type { ModelItem, Setting } from "../../src/ast/ast.js";
import type { Span } from "../../src/base/source.js";
import { suggest } from "../../src/base/suggest.js";
import type { Generate, Model, Train } from "../../src/model/model.js";
import type { Constants, Scope } from "./constants.js";
import { idNames, idReaders, readIds } from "./ids.js";
import type { FileScope, MixerDefinition, ReadFile } from "./names.js";
import type { Report } from "./report.js";
import { collectSettings, placeOf, readSettings } from "./settings.js";
import { choice, flag, listOf, number } from "./values.js";
import { readVocabulary, vocabularyReader, vocabularySize } from "./vocabulary.js";

const largestWidth = 65_536;
const largestContext = 2 ** 24;
const rate = number({ min: 0, below: 1 });

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
  adaptive_dropout: rate,
  dropout: rate,
  attention_dropout: rate,
  activation_dropout: rate,
  layer_drop: rate,
  ...idReaders,
};

export interface Context {
  readonly report: Report;
  readonly constants: Constants;
  readonly circular: Set<MixerDefinition>;
  readonly file: FileScope;
  readonly readFile: ReadFile | undefined;
  readonly generate: Generate;
  readonly train: Train;
}

export type PlainSettings = Omit<
  Model, "name" | "span" | "doc" | "layers" | "encoder" | "parameters" | "generate" | "train" | "embedding" | "positionTable" | "finalNorm"
>;

/** Numbers are NaN where a mistake was reported. */
export interface ModelSettings {
  readonly plain: PlainSettings;
  readonly tied: boolean;
  readonly finalNorm: boolean;
  /** Cut-offs as written. */
  readonly adaptive?: readonly number[];
  readonly adaptiveDropout: number;
  readonly written: ReadonlyMap<string, Setting>;
  readonly scope: Scope;
}

export function readModelSettings(item: ModelItem, context: Context): ModelSettings {
  const { report } = context;
  const outside = context.constants.scopeOf(context.file);
  const known = [...Object.keys(sizes), ...Object.keys(others)];
  const lines = item.body.filter((m): m is Setting => m.kind === "setting");
  const written = collectSettings(lines, known, "a model", outside);
  const { width, context: window } = readSettings(written, sizes, {
    ...outside, elsewhere: (name) => (name === "width" ? "`width` and `context` are known to the settings after them only" : undefined),
  });
  const scope = modelScope(outside, written, { width, context: window });
  const values = readSettings(written, others, scope);
  // A misspelt `width` has been told already.
  if (!written.has("width") && !lines.some((s) => suggest(s.name.text, known) === "width")) {
    report.error("missing-setting", item.name.span, `the model \`${item.name.text}\` has no \`width\``, {
      reason: "`width` is the size of the token stream, and has no default",
      hint: "add `width = 256`",
    });
  }
  const positions = values.positions ?? "sinusoidal";
  checkPositions(positions, width, written, item.name.span, report);
  const norm = values.norm ?? "pre";
  const read = values.vocabulary;
  const vocabulary = read === undefined
    ? written.has("vocabulary") ? undefined : { kind: "bytes" as const }
    : readVocabulary(read, context.file.file.source, context.readFile, report);
  const size = vocabulary === undefined ? NaN : vocabularySize(vocabulary);
  return {
    tied: values.tied ?? true, finalNorm: values.final_norm ?? norm === "pre", scope, written,
    ...(values.adaptive ? { adaptive: values.adaptive } : {}), adaptiveDropout: values.adaptive_dropout ?? 0,
    plain: {
      vocabulary: vocabulary ?? { kind: "bytes" }, vocabularySize: size, width: width ?? NaN, context: window, positions, norm,
      embeddingScale: values.embedding_scale ?? Math.sqrt(width ?? NaN),
      dropout: values.dropout ?? 0, attentionDropout: values.attention_dropout ?? 0,
      activationDropout: values.activation_dropout ?? 0, layerDrop: values.layer_drop ?? 0,
      ...readIds(idNames, written, values, vocabulary, size, report),
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
