/**
 * What a model that translates is worth: its loss on pairs, and BLEU and chrF2 of its own translations of their sources. Lines of the files
 * are the references as they stand, whatever the tokenizer makes of them.
 */
import { MszError, type Losses, type Session } from "../../runtime/index.js";
import { nextTurn } from "../../runtime/session/turn.js";
import type { Model } from "../../src/model/model.js";
import type { Plan } from "../../src/plan/plan.js";
import { sequenceStates, shapeOfState } from "../../runtime/state-tensors.js";
import { linesOf } from "../corpus/lines.js";
import { PairBatches, type PairPart } from "../corpus/pair-batches.js";
import { openPairs, type PairFiles, type Pairs, type Tokenizers } from "../corpus/pairs.js";
import { beginOfShare } from "../corpus/windows.js";
import { duration, grouped, type Progress } from "../progress.js";
import { bleu, type Bleu } from "../score/bleu.js";
import { chrf, type Chrf } from "../score/chrf.js";
import { pairFiles, pairsOf } from "../train/settings.js";
import { oneLine } from "../translate/lines.js";
import { searchOf, type SearchOptions } from "../translate/options.js";

export interface NamedPairs {
  readonly files: PairFiles;
  /** Only this share of them, from their end. */
  readonly share?: number;
  /** What should be said about the choice. */
  readonly remark?: string;
}

/**
 * Those that the command line names, else what the spec holds out.
 * @param model of a spec; a plan names no corpus
 * @throws MszError `no-corpus`, `bad-option`, `needs-pairs`
 */
export function namedPairs(file: string, model: Model | undefined, options: { readonly corpus?: readonly string[]; readonly heldOut?: number }): NamedPairs {
  const share = options.heldOut === undefined ? {} : { share: options.heldOut };
  if (options.corpus) return { files: pairFiles("--corpus", options.corpus), ...share };
  const { corpus, heldOut = 0 } = model?.train ?? {};
  if (!model || !corpus) {
    throw new MszError("no-corpus", `\`${file}\` names no pairs to evaluate on`, {
      ...(model ? {} : { reason: "a plan names no corpus; the spec that it was compiled from may" }),
      hint: "name them with `--corpus test.es test.en`: sources, then translations",
    });
  }
  if (options.heldOut === undefined && typeof heldOut !== "number") return { files: pairsOf(file, model, heldOut) };
  const files = pairsOf(file, model, corpus);
  if (options.heldOut !== undefined) return { files, ...share };
  if (typeof heldOut === "number" && heldOut > 0) return { files, share: heldOut };
  return { files, remark: "the spec holds nothing out: these are the pairs that the model trains on" };
}

export interface PairMeasurement {
  readonly losses: Losses;
  /** UTF-8 bytes of the references, their line ends included: what an `end` stands for. */
  readonly bytes: number;
  readonly bleu: Bleu;
  readonly chrf: Chrf;
  readonly translations: readonly string[];
  /** Written, `end` included. */
  readonly tokens: number;
  readonly seconds: number;
  /** Of one hypothesis, at the mean lengths of sources and translations. */
  readonly state: StateSize;
}

export interface StateSize {
  readonly bytes: number;
  readonly source: number;
  readonly translation: number;
}

export interface PairsToMeasure {
  readonly session: Session;
  readonly pairs: NamedPairs;
  readonly tokenizers: Tokenizers;
  readonly search: SearchOptions;
  readonly lowercase: boolean;
  /** Pairs at a time, for the loss. */
  readonly batch: number | undefined;
  readonly progress: Progress;
}

/** Pairs at once, where their logits are not larger than this many numbers. */
const defaultBatch = 32;
const mostLogits = 2 ** 26;

/** @throws MszError `not-finite`, `short-corpus`, and what `openPairs` and `translate` throw */
export async function measurePairs({ session, pairs: named, tokenizers, search, lowercase, batch, progress }: PairsToMeasure): Promise<PairMeasurement> {
  const { plan } = session;
  const { files, share } = named;
  const pairs = await openPairs(files, plan, tokenizers, (done, all) => progress.show(`reading ${files.source} and ${files.target}: ${grouped(done)} of ${grouped(all)} pairs`));
  const part = { from: share === undefined ? 0 : beginOfShare({ length: pairs.count }, share), to: pairs.count };
  if (part.from >= part.to) throw new MszError("short-corpus", `the last ${share} of ${pairs.name} are no pairs`, { hint: "use more pairs, or a larger share of them" });
  const losses = await lossOf(session, pairs, part, batch, progress);
  const references = await linesFrom(files.target, part);
  const sources = Array.from({ length: part.to - part.from }, (_, i) => Int32Array.from(pairs.source(part.from + i)));
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const found = await session.translate(sources, {
    ...searchOf(search),
    onProgress: ({ done, total, tokens }) => progress.show(`translating: ${grouped(done)} of ${grouped(total)} sentences  ${grouped(tokens / seconds())} tokens/s  ${duration((seconds() / done) * (total - done))} left`),
  });
  const took = seconds();
  progress.clear();
  const translations = found.map(({ text }) => oneLine(text));
  const tokens = found.reduce((sum, t) => sum + t.tokens, 0);
  return {
    losses, translations, tokens, seconds: took,
    bytes: references.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0),
    bleu: bleu(translations, [references], { lowercase }), chrf: chrf(translations, [references], { lowercase }),
    state: stateSize(plan, sources.reduce((sum, ids) => sum + ids.length, 0) / sources.length, tokens / sources.length),
  };
}

async function lossOf(session: Session, pairs: Pairs, part: PairPart, asked: number | undefined, progress: Progress): Promise<Losses> {
  const { plan } = session;
  let longest = 1;
  for (let i = part.from; i < part.to; i++) longest = Math.max(longest, pairs.target(i).length + 1);
  const rows = asked ?? Math.max(1, Math.min(defaultBatch, Math.floor(mostLogits / (longest * plan.model.vocabularySize))));
  const batches = new PairBatches(pairs, plan, part, { pairs: rows });
  let [sum, count, done] = [0, 0, 0];
  for (const batch of batches.inOrder()) {
    const found = await session.evaluate(batch);
    if (!Number.isFinite(found.sum)) throw new MszError("not-finite", `the loss of some pairs of ${pairs.name} is not a finite number`, { hint: "the weights may hold NaN" });
    sum += found.sum;
    count += found.count;
    progress.show(`measuring the loss: ${grouped(++done)} of ${grouped(batches.count)} batches  ${(sum / count).toFixed(3)}`);
    await nextTurn();
  }
  return { sum, count };
}

async function linesFrom(file: string, { from, to }: PairPart): Promise<string[]> {
  const lines: string[] = [];
  for await (const some of linesOf(file)) for (const line of some) lines.push(line);
  return lines.slice(from, to);
}

/** What is kept of one sequence for a source and a translation of so many tokens. The next token's logits, which every model has, are left out. */
function stateSize({ states }: Plan, source: number, translation: number): StateSize {
  const kept = sequenceStates(states).filter(({ name }) => name !== "next_logits");
  const values = kept.reduce((sum, state) => sum + shapeOfState(state, 1, translation, source).reduce((product, n) => product * n, 1), 0);
  return { bytes: 4 * values, source, translation };
}
