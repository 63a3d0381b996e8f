/** The sides of a model, `encoder { … }` and `decoder { … }`: which there are, and the encoder written out. */
import type { Layers, ModelItem, Setting, Side } from "../../src/ast/ast.js";
import type { Span } from "../../src/base/source.js";
import type { Encoder, Parameter } from "../../src/model/model.js";
import { normParameters, positionTableOf, spread, type OwnParameters } from "./embedding.js";
import { idReaders, readIds, requireIds, type IdName } from "./ids.js";
import { buildLayers, type BuiltLayers, type Stack } from "./layers.js";
import type { Context, ModelSettings } from "./model-settings.js";
import { ParameterNames } from "./parameters.js";
import { firstLetters, list, type Report } from "./report.js";
import { collectSettings, readSettings } from "./settings.js";
import { readVocabulary, vocabularyReader, vocabularySize } from "./vocabulary.js";

export interface Sides {
  readonly encoder?: Side;
  readonly decoder?: Side;
}

/** Those ids that a source has. */
const encoderIds = ["padding", "end", "unknown"] as const satisfies readonly IdName[];
const encoderReaders = { vocabulary: vocabularyReader, padding: idReaders.padding, end: idReaders.end, unknown: idReaders.unknown };

export function findSides(item: ModelItem, report: Report): Sides {
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
  const find = (side: Side["side"]): Side | undefined => {
    const [first, second] = sides.filter((s) => s.side === side);
    if (second !== undefined && first !== undefined) {
      report.error("duplicate-side", keyword(second), `the model has two ${side}s`, {
        labels: [{ span: keyword(first), message: "the first one" }],
        hint: "move the layers of both into one",
      });
    }
    return first;
  };
  const [encoder, decoder] = [find("encoder"), find("decoder")];
  if (decoder !== undefined && encoder === undefined) {
    report.error("missing-side", item.name.span, `the model \`${item.name.text}\` has no \`encoder\``, {
      reason: "a decoder has an encoder to read from",
      hint: "write the layers into the model itself for a language model",
    });
  }
  return { ...(encoder ? { encoder } : {}), ...(decoder ? { decoder } : {}) };
}

export function buildDecoder(side: Side, stack: Stack): BuiltLayers {
  const { report } = stack;
  const settings = collectSettings(settingsOf(side), ["vocabulary"], "a decoder", stack.scope);
  const vocabulary = settings.get("vocabulary");
  if (vocabulary !== undefined) {
    report.error("misplaced-setting", vocabulary.span, "the decoder's `vocabulary` is the model's", {
      hint: "write it into the model, outside of the decoder; a source of another vocabulary has it in the `encoder`",
    });
  }
  return buildLayers(layersOf(side, report), { ...stack, prefix: "decoder." });
}

export interface BuiltEncoder {
  readonly encoder: Encoder;
  /** Those that are the encoder's alone. */
  readonly parameters: readonly Parameter[];
}

/** Its layers read whole texts; they and its final norm stand under `encoder.` Without a decoder all else is the model's own. */
export function buildEncoder(side: Side, own: OwnParameters, decodes: boolean, stack: Stack, settings: ModelSettings, context: Context): BuiltEncoder | undefined {
  const { report } = stack;
  const { plain, finalNorm } = settings;
  const names = new ParameterNames("encoder", [], report);
  const span = keyword(side);
  const written = readEncoderSettings(side, decodes, stack, context);
  const built = buildLayers(layersOf(side, report), { ...stack, decoding: false, reads: "whole", prefix: "encoder." });
  const norm = finalNorm ? normParameters(names, plain.width, span) : undefined;
  if (own.embedding.kind === "adaptive") return undefined;

  const separate = written && names.add("embedding.weight", [written.vocabularySize, plain.width], spread(plain.width), written.span);
  const positionTable = decodes ? positionTableOf(settings, names, span) : own.positionTable;
  const { vocabulary, vocabularySize: size, padding, end, unknown } = written ?? plain;
  const encoder: Encoder = {
    vocabulary, vocabularySize: size, padding, end, unknown, embedding: separate ?? own.embedding.table, positionTable,
    layers: built.layers, finalNorm: norm,
  };
  const parameters = [separate, decodes ? positionTable : undefined, ...built.parameters, norm?.weight, norm?.bias].filter((p) => p !== undefined);
  return { encoder, parameters };
}

type OwnVocabulary = Pick<Encoder, "vocabulary" | "vocabularySize" | "padding" | "end" | "unknown"> & { readonly span: Span };

/** Absent: the encoder shares the model's vocabulary, or what it says of its own is wrong. */
function readEncoderSettings(side: Side, decodes: boolean, stack: Stack, context: Context): OwnVocabulary | undefined {
  const { report, scope } = stack;
  const settings = collectSettings(settingsOf(side), Object.keys(encoderReaders), "an encoder", scope);
  const values = readSettings(settings, encoderReaders, scope);
  const setting = settings.get("vocabulary");
  const ids = encoderIds.filter((name) => settings.has(name));
  if (!decodes) {
    for (const name of ["vocabulary", ...encoderIds]) {
      const line = settings.get(name);
      if (line !== undefined) report.error("misplaced-setting", line.span, `an encoder alone has the model's \`${name}\``, { hint: "write it into the model, outside of the encoder" });
    }
    return undefined;
  }
  if (setting === undefined) {
    if (ids.length > 0) {
      report.error("misplaced-setting", settings.get(ids[0]!)!.span, `the encoder sets ${list(ids)}, but has no vocabulary of its own`, {
        reason: "both sides share the model's vocabulary and its ids",
        hint: "write it into the model, outside of the encoder, or give the encoder a `vocabulary = …`",
      });
    }
    return undefined;
  }
  const vocabulary = values.vocabulary === undefined ? undefined : readVocabulary(values.vocabulary, context.file.file.source, context.readFile, report);
  if (vocabulary === undefined) return undefined;
  const size = vocabularySize(vocabulary);
  const known = readIds(encoderIds, settings, values, vocabulary, size, report);
  requireIds(["padding"], known, { what: "an encoder with a vocabulary of its own", written: settings, vocabulary, span: setting.span }, report);
  return { vocabulary, vocabularySize: size, padding: known.padding, end: known.end, unknown: known.unknown, span: setting.span };
}

/** A decoder that looks at nothing but its own tokens. */
export function warnOfUnreadSource(side: Side, report: Report): void {
  const sublayers = side.body.filter((m): m is Layers => m.kind === "layers").flatMap((l) => l.sublayers);
  if (sublayers.length === 0 || sublayers.some((s) => s.cross)) return;
  report.warning("unread-source", keyword(side), "nothing in this decoder reads the source", {
    reason: "only a `cross` sublayer sees what the encoder made of it",
    hint: "add a sublayer such as `cross attention(heads: 8)`",
  });
}

export function settingsOf(side: Side): Setting[] {
  return side.body.filter((m): m is Setting => m.kind === "setting");
}

function layersOf(side: Side, report: Report): Layers[] {
  const layers = side.body.filter((m): m is Layers => m.kind === "layers");
  if (layers.length === 0) report.error("no-layers", keyword(side), `this ${side.side} has no layers`, { hint: "add `layers 6 { … }`" });
  return layers;
}

export function keyword(side: Side): Span {
  return firstLetters(side.span, side.side.length);
}
