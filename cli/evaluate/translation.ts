/** `msz evaluate` of a model that translates: pairs in; loss, BLEU, chrF2, speed and memory as a table or one object, and on request its translations as a file. */
import type { Session } from "../../runtime/index.js";
import { checkFile } from "../corpus/corpus.js";
import { refuseSameFile, writeFileWhole } from "../files.js";
import { bytes } from "../explain/text.js";
import { grouped, Progress } from "../progress.js";
import { note, result } from "../report.js";
import { openWeights, sessionOf, type OpenedPlan, type SessionOptions } from "../session.js";
import { describeSearch, type SearchOptions } from "../translate/options.js";
import { measurePairs, namedPairs, type NamedPairs, type PairMeasurement } from "./pairs.js";

export interface TranslationOptions extends SearchOptions {
  readonly corpus?: readonly string[];
  readonly heldOut?: number;
  readonly batch?: number;
  readonly lowercase?: boolean;
  /** Where the translations are written. */
  readonly translations?: string;
  readonly json?: boolean;
}

export async function evaluateTranslation(file: string, opened: OpenedPlan, options: TranslationOptions & SessionOptions): Promise<void> {
  const pairs = namedPairs(file, opened.model, options);
  for (const path of [pairs.files.source, pairs.files.target]) checkFile(path);
  if (options.translations !== undefined) refuseSameFile(options.translations, "--translations", [file, options.weights, pairs.files.source, pairs.files.target]);
  const weights = await openWeights(file, options.weights);
  const session = await sessionOf(opened, weights, options).finally(() => ("close" in weights ? weights.close() : undefined));
  const progress = new Progress(process.stderr);
  try {
    if (pairs.remark !== undefined) note(pairs.remark);
    const measured = await measurePairs({ session, pairs, tokenizers: opened, search: options, lowercase: options.lowercase ?? false, batch: options.batch, progress });
    if (options.translations !== undefined) writeFileWhole(options.translations, measured.translations.map((line) => `${line}\n`).join(""));
    const all = { session, pairs, options, measured };
    await result(options.json ? `${JSON.stringify(asJson(all), null, 2)}\n` : asTable(all));
  } finally {
    progress.clear();
    session.dispose();
  }
}

interface Result {
  readonly session: Session;
  readonly pairs: NamedPairs;
  readonly options: TranslationOptions;
  readonly measured: PairMeasurement;
}

function asJson({ session, pairs, options, measured }: Result): Readonly<Record<string, unknown>> {
  const { losses, bleu, chrf, tokens, seconds, state, translations, bytes } = measured;
  const { plan, device } = session;
  const { beam, lengthPenalty } = plan.model.generate;
  const loss = losses.sum / losses.count;
  return {
    loss, perplexity: Math.exp(loss), bits_per_byte: losses.sum / Math.LN2 / bytes, tokens: losses.count, bytes,
    bleu: { score: bleu.score, precisions: bleu.precisions, brevity_penalty: bleu.brevityPenalty, hypothesis_length: bleu.hypothesisLength, reference_length: bleu.referenceLength, signature: bleu.signature },
    chrf2: { score: chrf.score, signature: chrf.signature },
    translation: {
      sentences: translations.length, tokens, seconds, tokens_per_second: tokens / seconds, search: describeSearch(plan, options),
      beam: options.beam ?? beam, length_penalty: options.lengthPenalty ?? lengthPenalty, state_bytes: Math.round(state.bytes), source_tokens: state.source, translation_tokens: state.translation,
    },
    model: plan.model.name, corpus: [pairs.files.source, pairs.files.target], held_out: pairs.share ?? null, backend: device.backend, device: device.description,
  };
}

function asTable({ session, pairs, options, measured }: Result): string {
  const { losses, bleu, chrf, tokens, seconds, state, translations, bytes: referenceBytes } = measured;
  const { plan } = session;
  const loss = losses.sum / losses.count;
  const perplexity = Math.exp(loss);
  const { files, share } = pairs;
  return [
    `${plan.model.name} on ${share === undefined || share === 1 ? "" : `the last ${share} of `}${files.source} and ${files.target}`,
    `loss         ${loss.toFixed(4)} nats a target token`,
    `perplexity   ${perplexity.toFixed(perplexity < 1000 ? 3 : 0)}`,
    `bits a byte  ${(losses.sum / Math.LN2 / referenceBytes).toFixed(4)} (${grouped(referenceBytes)} bytes)`,
    `tokens       ${grouped(losses.count)}`,
    `translated   ${grouped(translations.length)} sentences, ${describeSearch(plan, options)}: ${grouped(tokens / seconds)} tokens/s on ${session.device.backend}`,
    `BLEU         ${bleu.line.replace(/^BLEU = /, "")}`,
    `             ${bleu.signature}`,
    `chrF2        ${chrf.score.toFixed(2)}`,
    `             ${chrf.signature}`,
    `state        ${bytes(state.bytes)} a hypothesis, for a source of ${state.source.toFixed(1)} tokens and a translation of ${state.translation.toFixed(1)}`,
    "",
  ].join("\n");
}
