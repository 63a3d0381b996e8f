/** The `model` item: its settings, its sides or its one stack, and the parameters that belong to no layer. */
import type { Layers, ModelItem } from "../../src/ast/ast.js";
import type { Model } from "../../src/model/model.js";
import { checkAdaptive, embeddingParameters, ownParameters } from "./embedding.js";
import { requireIds } from "./ids.js";
import { buildLayers, type Stack } from "./layers.js";
import { readModelSettings, type Context, type ModelSettings } from "./model-settings.js";
import { buildDecoder, buildEncoder, findSides, keyword, settingsOf, warnOfUnreadSource } from "./sides.js";

export function checkModel(item: ModelItem, context: Context): Model | undefined {
  const { report } = context;
  const before = report.errorCount;
  const settings = readModelSettings(item, context);
  const { plain } = settings;
  const stack: Stack = { ...context, width: { name: "width", size: plain.width }, decoding: true, reads: "causal", scope: settings.scope, prefix: "" };
  const { encoder: encoderSide, decoder: decoderSide } = findSides(item, report);
  const decodes = decoderSide !== undefined;
  const clustered = checkAdaptive(settings, encoderSide !== undefined, report);
  // What stands behind the last layer belongs to a decoder, and so to a model of one stack.
  const alone: Partial<ModelSettings> = encoderSide && !decodes ? { tied: true, finalNorm: false } : {};
  const tied = settings.written.get("tied");
  if (encoderSide && !decodes && tied) {
    report.warning("unused-setting", tied.span, "`tied` says nothing about an encoder alone", { reason: "it has no output projection that could be the embedding", hint: "remove it, or give the model a `decoder`" });
  }
  const own = ownParameters({ ...settings, ...(clustered ? {} : { adaptive: undefined }), ...alone }, item.name.span, report);
  const encoder = encoderSide && buildEncoder(encoderSide, own, decodes, stack, settings, context);
  const decoder = decoderSide && buildDecoder(decoderSide, stack);
  if (decoderSide && encoderSide) warnOfUnreadSource(decoderSide, report);
  const stacked = buildLayers(item.body.filter((m): m is Layers => m.kind === "layers"), stack);
  // A vocabulary that is wrong may have brought them.
  if (decoderSide && encoderSide && !Number.isNaN(plain.vocabularySize)) {
    // Those that stand in the encoder have been told already.
    const written = new Map([...settingsOf(encoderSide).map((s) => [s.name.text, s] as const), ...settings.written]);
    requireIds(["padding", "end"], plain, { what: "a model with both sides", written, vocabulary: plain.vocabulary, span: keyword(decoderSide) }, report);
  }
  if (report.errorCount > before) return undefined;

  const { first, last } = embeddingParameters(own.embedding);
  const built = decoder ?? stacked;
  return {
    ...plain, ...own, name: item.name.text, span: item.span, doc: item.doc,
    layers: built.layers,
    ...(encoder ? { encoder: encoder.encoder } : {}),
    parameters: [
      ...first, own.positionTable, ...(encoder?.parameters ?? []), ...built.parameters, own.finalNorm?.weight, own.finalNorm?.bias, ...last,
    ].filter((p) => p !== undefined),
    generate: context.generate,
    train: context.train,
  };
}
