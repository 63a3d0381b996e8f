/** What a run sees: its text opened and cut into windows, or its pairs read and cut into batches; a part to train on and a part that is held out. */
import { MszError, openVocabulary } from "../../runtime/index.js";
import type { Model } from "../../src/model/model.js";
import type { Plan } from "../../src/plan/plan.js";
import { windowBatches, type Batches } from "../corpus/batches.js";
import { openCorpus, type Corpus } from "../corpus/corpus.js";
import { PairBatches, type PairBatchSize } from "../corpus/pair-batches.js";
import { openPairs, type Pairs } from "../corpus/pairs.js";
import { beginOfShare, Windows } from "../corpus/windows.js";
import { grouped, type Progress } from "../progress.js";
import { tokenizersOf } from "../session.js";
import type { RunPlace } from "./place.js";
import type { Settings } from "./settings.js";

export interface Data {
  readonly batches: Batches;
  /** Absent: nothing is held out. */
  readonly heldOut: Batches | undefined;
  /** Tells what is trained on from anything else. */
  fingerprint(onProgress: (share: number) => void): string;
  /** How much there is, for people. */
  readonly summary: string;
  close(): void;
}

/**
 * @param place where files of token ids may be written; `resumed`: it must be this one
 * @throws MszError `short-corpus`, and what `openCorpus` and `openPairs` throw; everything is closed then
 */
export function openData(settings: Settings, plan: Plan, model: Model, place: RunPlace, progress: Progress): Promise<Data> {
  return settings.kind === "pairs" ? openPairData(settings, plan, model, progress) : openTextData(settings, plan, model, place, progress);
}

async function openTextData(settings: Extract<Settings, { kind: "text" }>, plan: Plan, model: Model, { folder, resumed }: RunPlace, progress: Progress): Promise<Data> {
  const roomHint = `the token ids of a text need room there too: ${resumed ? "make room" : "name a folder with room by `--out`"}`;
  const vocabulary = await openVocabulary(plan, tokenizersOf(model).tokenizer);
  const onProgress = (bytes: number): void => progress.show(`reading the corpus: ${grouped(bytes / 1e6)} MB of token ids`);
  const corpora: Corpus[] = [];
  const close = (): void => corpora.forEach((corpus) => corpus.close());
  try {
    const { files, heldOut, window } = settings;
    for (const list of typeof heldOut === "number" ? [files] : [files, heldOut]) {
      corpora.push(await openCorpus(list, { kind: model.vocabulary.kind, vocabulary, folder, onProgress, roomHint }));
    }
    progress.clear();
    const [corpus, other] = corpora as [Corpus, Corpus?];
    const cut = typeof heldOut === "number" ? beginOfShare(corpus, heldOut) : corpus.length;
    const windows = new Windows(corpus, 0, cut, window);
    if (windows.count === 0) {
      throw new MszError("short-corpus", `\`${corpus.name}\` has ${tokens(cut)} to train on, and a window takes ${window} and the one behind it`, { hint: "use a longer text, a shorter `context`, or a smaller `held_out`" });
    }
    const held = other ? new Windows(other, 0, other.length, window) : new Windows(corpus, cut, corpus.length, window);
    if (other && held.targets === 0) throw new MszError("short-corpus", `\`${other.name}\` has ${tokens(other.length)}, and a loss takes two at least`, { hint: "hold out a longer text, or nothing: `held_out = 0`" });
    const { batch } = plan.training!;
    const heldTokens = held.targets > 0 ? held.to - held.from : 0;
    return {
      batches: windowBatches(windows, batch), heldOut: held.targets > 0 ? windowBatches(held, batch) : undefined, close,
      fingerprint: (onShare) => corpora.map((c) => c.fingerprint(onShare)).join(" "),
      summary: `${grouped(windows.to)} tokens to train on, ${grouped(windows.count)} ${windows.count === 1 ? "window" : "windows"} of ${window}; ${grouped(heldTokens)} held out`,
    };
  } catch (error) {
    close();
    throw error;
  }
}

async function openPairData({ files, heldOut, sizedBy }: Extract<Settings, { kind: "pairs" }>, plan: Plan, model: Model, progress: Progress): Promise<Data> {
  const open = (named: typeof files): Promise<Pairs> =>
    openPairs(named, plan, tokenizersOf(model), (done, all) => progress.show(`reading ${named.source} and ${named.target}: ${grouped(done)} of ${grouped(all)} pairs`));
  const pairs = await open(files);
  const other = typeof heldOut === "number" ? undefined : await open(heldOut);
  progress.clear();
  const cut = typeof heldOut === "number" ? beginOfShare({ length: pairs.count }, heldOut) : pairs.count;
  if (cut === 0) throw new MszError("short-corpus", `${pairs.name} have no pair to train on`, { hint: "use more pairs, or a smaller `held_out`" });
  const size = pairBatchSize(plan, sizedBy);
  const batches = new PairBatches(pairs, plan, { from: 0, to: cut }, size);
  const part = other ? { from: 0, to: other.count } : { from: cut, to: pairs.count };
  const held = part.to > part.from ? new PairBatches(other ?? pairs, plan, part, size) : undefined;
  const all = other ? [pairs, other] : [pairs];
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return {
    batches, heldOut: held, close: () => undefined,
    fingerprint: () => all.map((p) => p.fingerprint()).join(" "),
    summary: `${grouped(cut)} pairs to train on, ${grouped(batches.count)} ${batches.count === 1 ? "batch" : "batches"} an epoch, in which padding is ${percent(batches.padding.source)} of the sources and ${percent(batches.padding.target)} of the targets; ${grouped(part.to - part.from)} held out`,
  };
}

function pairBatchSize({ training }: Plan, option: string): PairBatchSize {
  const { batchTokens, batch } = training!;
  return batchTokens === undefined ? { pairs: batch } : { tokens: batchTokens, option };
}

function tokens(count: number): string {
  return count === 1 ? "1 token" : `${grouped(count)} tokens`;
}
