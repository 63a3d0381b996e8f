/** The text of a run: its corpora opened, cut into windows to train on and windows that are held out. */
import { MszError, openVocabulary } from "../../runtime/index.js";
import type { Model } from "../../src/model/model.js";
import type { Plan } from "../../src/plan/plan.js";
import { openCorpus, type Corpus } from "../corpus/corpus.js";
import { grouped, type Progress } from "../progress.js";
import type { RunPlace } from "./place.js";
import type { Settings } from "./settings.js";
import { beginOfShare, Windows } from "../corpus/windows.js";

export interface Data {
  readonly windows: Windows;
  /** Absent: nothing is held out. */
  readonly heldOut: Windows | undefined;
  readonly corpora: readonly Corpus[];
}

/**
 * @param folder where files of token ids may be written; `resumed`: it must be this one
 * @throws MszError `short-corpus`, and what `openCorpus` throws; everything is closed then
 */
export async function openData(settings: Settings, plan: Plan, model: Model, { folder, resumed }: RunPlace, progress: Progress): Promise<Data> {
  const roomHint = `the token ids of a text need room there too: ${resumed ? "make room" : "name a folder with room by `--out`"}`;
  const tokenizer = model.vocabulary.kind === "tokenizer" ? model.vocabulary.json : undefined;
  const vocabulary = await openVocabulary(plan, tokenizer);
  const onProgress = (bytes: number): void => progress.show(`reading the corpus: ${grouped(bytes / 1e6)} MB of token ids`);
  const corpora: Corpus[] = [];
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
    return { windows, heldOut: held.targets > 0 ? held : undefined, corpora };
  } catch (error) {
    for (const corpus of corpora) corpus.close();
    throw error;
  }
}

function tokens(count: number): string {
  return count === 1 ? "1 token" : `${grouped(count)} tokens`;
}
