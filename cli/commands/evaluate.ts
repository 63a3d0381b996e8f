/**
 * `msz evaluate`: a model's loss over a whole text, in memory that does not depend on the text's size, or of one that translates its loss on
 * pairs and the worth of its translations; a short table or, with `--json`, one object on stdout.
 */
import { tmpdir } from "node:os";
import { MszError, type Losses, type Session, type Vocabulary } from "../../runtime/index.js";
import { expectEvaluate } from "../../runtime/session/losses.js";
import type { Plan } from "../../src/plan/plan.js";
import { bytesOfId, sourceBytes, type SourceBytes } from "../evaluate/bytes.js";
import { measure, modeOf, type Mode } from "../evaluate/measure.js";
import { evaluateTranslation, type TranslationOptions } from "../evaluate/translation.js";
import { beginOf, textOf, type Text } from "../evaluate/text.js";
import { checkReadable } from "../files.js";
import { note, result } from "../report.js";
import { expectDecoder } from "../spec.js";
import { checkCudaOptions, openPlan, openWeights, sessionOf, targetsOf, type SessionOptions } from "../session.js";
import { openCorpus, type Corpus } from "../corpus/corpus.js";
import { duration, grouped, Progress } from "../progress.js";
import { Windows } from "../corpus/windows.js";

export interface EvaluateOptions extends SessionOptions, TranslationOptions {
  readonly stateless?: boolean;
  readonly stateful?: boolean;
  readonly window?: number;
}

/** Windows at once, where their logits are not larger than this many numbers. */
const defaultBatch = 16;
const mostLogits = 2 ** 26;
const defaultWindow = 256;

export async function evaluate(file: string, options: EvaluateOptions): Promise<void> {
  checkCudaOptions(options, options.backend);
  const opened = openPlan(file, { set: options.set, precision: options.precision, training: ["evaluate"], targets: options.backend && targetsOf[options.backend] });
  const { plan, model } = opened;
  expectDecoder(plan, "predicts no tokens, so there is nothing to measure");
  expectEvaluate(plan);
  checkOptions(plan, options);
  if (plan.model.source) return evaluateTranslation(file, opened, options);
  const text = textOf(file, model, options);
  for (const path of text.files) checkReadable(path, Infinity);
  const { mode, because } = modeOf(plan, options);
  if (mode === "stateful" && options.batch !== undefined) {
    throw new MszError("bad-option", "`--batch` is for windows that start anew, and this model reads the text as one sequence", { hint: "add `--stateless`, or leave `--batch` out" });
  }
  const window = windowOf(plan, options.window);
  const weights = await openWeights(file, options.weights);
  let session: Session;
  try {
    session = await sessionOf(opened, weights, options);
  } finally {
    if ("close" in weights) await weights.close();
  }
  try {
    if (because !== undefined) note(`${because}: each window of ${grouped(window)} tokens starts anew`);
    if (text.remark !== undefined) note(text.remark);
    const source = sourceBytes(text.files, plan.model.vocabulary.kind, session.vocabulary);
    await withCorpus(text.files, plan, source.vocabulary, async (corpus, progress) => {
      const windows = new Windows(corpus, beginOf(corpus, text.share), corpus.length, window);
      checkPositions(plan, windows, mode);
      const { context } = plan.model;
      if (mode === "stateful" && !options.stateful && context !== null && windows.targets > context) {
        note(`one sequence of ${grouped(windows.targets)} tokens, where the model's context is ${grouped(context)}: \`--stateless\` measures as in training`);
      }
      const batch = mode === "stateful" ? 1 : (options.batch ?? Math.max(1, Math.min(defaultBatch, Math.floor(mostLogits / (window * plan.model.vocabularySize)))));
      const started = performance.now();
      const measured = await measure({
        session, windows, mode, batch,
        onProgress: ({ sum, count }) => {
          const speed = count / ((performance.now() - started) / 1000);
          progress.show(`${grouped(count)} of ${grouped(windows.targets)} tokens  loss ${(sum / count).toFixed(3)}  ${grouped(speed)} tokens/s  ${duration((windows.targets - count) / speed)} left`);
        },
      });
      progress.clear();
      const bytes = await predictedBytes(windows, measured, session, source);
      const all = { session, text, mode, window, batch, measured: { ...measured, bytes } };
      await result(options.json ? `${JSON.stringify(asJson(all), null, 2)}\n` : asTable(all));
    });
  } finally {
    session.dispose();
  }
}

/** @throws MszError `bad-option` for what is for the other kind of model */
function checkOptions({ model }: Plan, options: EvaluateOptions): void {
  const ofText = ["stateless", "stateful", "window"] as const;
  const ofPairs = ["beam", "lengthPenalty", "maxLength", "temperature", "lowercase", "translations"] as const;
  const odd = (model.source ? ofText : ofPairs).find((name) => options[name] !== undefined);
  if (odd === undefined) return;
  const option = `\`--${odd.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}\``;
  const [reason, hint] = model.source
    ? ["a pair is read as a whole", "leave it out; `--batch` says how many pairs are measured at a time"]
    : [`${model.name} goes on with a text, and translates nothing`, "leave it out"];
  throw new MszError("bad-option", `${option} is for a model that ${model.source ? "goes on with a text" : "translates"}`, { reason, hint });
}

/** @throws MszError `bad-option` */
function windowOf({ model }: Plan, asked: number | undefined): number {
  const { positionLimit, context } = model;
  if (asked !== undefined && positionLimit !== null && asked > positionLimit) {
    throw new MszError("bad-option", `\`--window ${asked}\` is longer than the ${positionLimit} learned positions of ${model.name}`);
  }
  return asked ?? context ?? defaultWindow;
}

/** @throws MszError `past-context` */
function checkPositions({ model }: Plan, { targets }: Windows, mode: Mode): void {
  if (mode === "stateful" && model.positionLimit !== null && targets > model.positionLimit) {
    throw new MszError("past-context", `the model ${model.name} has learned positions for ${model.positionLimit} tokens, and the text has ${grouped(targets)} to read`, { hint: "leave `--stateful` out: windows then start anew" });
  }
}

/** A text that cannot be read where it lies is kept as ids in a file without a name, which goes with the process. */
async function withCorpus(files: readonly string[], { model }: Plan, vocabulary: Vocabulary, work: (corpus: Corpus, progress: Progress) => Promise<void>): Promise<void> {
  const progress = new Progress(process.stderr);
  try {
    const corpus = await openCorpus(files, {
      kind: model.vocabulary.kind, vocabulary, folder: tmpdir(),
      roomHint: "name a folder with room in the environment variable `TMPDIR`",
      onProgress: (bytes) => progress.show(`reading the text: ${grouped(bytes / 1e6)} MB of token ids`),
    });
    try {
      await work(corpus, progress);
    } finally {
      corpus.close();
    }
  } finally {
    progress.clear();
  }
}

/** Padding, which is not predicted, is no text either. */
async function predictedBytes({ corpus, from, targets }: Windows, { count }: Losses, { plan, vocabulary }: Session, source: SourceBytes): Promise<number | undefined> {
  const bytes = await source.from(from + 1, corpus.length);
  const { padding, vocabulary: { kind } } = plan.model;
  return bytes === undefined || padding === null ? bytes : bytes - (targets - count) * bytesOfId(padding, kind, vocabulary);
}

interface Measured extends Losses {
  /** Of the text that was predicted; undefined where ids have no text, or do not say where they stand in it. */
  readonly bytes: number | undefined;
}

interface Result {
  readonly session: Session;
  readonly text: Text;
  readonly mode: Mode;
  readonly window: number;
  readonly batch: number;
  readonly measured: Measured;
}

function figures({ sum, count, bytes }: Measured): { loss: number; perplexity: number; bitsPerByte: number | null } {
  const loss = sum / count;
  return { loss, perplexity: Math.exp(loss), bitsPerByte: bytes === undefined || bytes === 0 ? null : sum / Math.LN2 / bytes };
}

function asJson({ session, text, mode, window, batch, measured }: Result): Readonly<Record<string, unknown>> {
  const { loss, perplexity, bitsPerByte } = figures(measured);
  const { plan, device } = session;
  return {
    loss, perplexity, bits_per_byte: bitsPerByte, tokens: measured.count, bytes: measured.bytes ?? null,
    model: plan.model.name, corpus: text.files, held_out: text.share ?? null, mode, window, batch, backend: device.backend, device: device.description,
  };
}

function asTable({ session, text, mode, window, measured }: Result): string {
  const { loss, perplexity, bitsPerByte } = figures(measured);
  const { files, share } = text;
  const what = files.length > 3 ? `${files.slice(0, 3).join(", ")} and ${files.length - 3} more` : files.join(", ");
  const how = mode === "stateful" ? "one sequence, its state carried from beginning to end" : `windows of ${grouped(window)} tokens that each start anew`;
  const unknown = session.plan.model.vocabulary.kind === "ids" ? "a vocabulary of plain ids has no text" : "the tokenizer's ids do not say where in the text they stand";
  const bytes = measured.bytes === undefined ? unknown : `${grouped(measured.bytes)} bytes`;
  return [
    `${session.plan.model.name} on ${share === undefined || share === 1 ? "" : `the last ${share} of `}${what}: ${how}`,
    `loss         ${loss.toFixed(4)} nats a token`,
    `perplexity   ${perplexity.toFixed(perplexity < 1000 ? 3 : 0)}`,
    `bits a byte  ${bitsPerByte === null ? "unknown" : bitsPerByte.toFixed(4)} (${bytes})`,
    `tokens       ${grouped(measured.count)}`,
    "",
  ].join("\n");
}
