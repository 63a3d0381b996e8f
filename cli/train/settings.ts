/** What a run is made of: the spec's `train` block, with what the command line says instead. */
import { dirname, isAbsolute, join } from "node:path";
import { MszError } from "../../src/base/error.js";
import type { Corpus as CorpusSpec, Model } from "../../src/model/model.js";
import type { PairFiles } from "../corpus/pairs.js";

export interface TrainOverrides {
  readonly corpus?: readonly string[];
  /** A share, or files. */
  readonly heldOut?: readonly string[];
  readonly batchTokens?: number;
}

export type Settings =
  | {
      readonly kind: "text"; readonly files: readonly string[];
      /** A share of the corpus's end, or files. */
      readonly heldOut: number | readonly string[];
      /** Tokens of a window. */
      readonly window: number;
    }
  | {
      readonly kind: "pairs"; readonly files: PairFiles; readonly heldOut: number | PairFiles;
      /** What says how many tokens a batch may have, as its user wrote it. */
      readonly sizedBy: "--batch-tokens" | "batch_tokens";
    };

/**
 * Files that the spec names are found beside it, those of the command line from where it was called.
 * @throws MszError `no-corpus`, `no-context`, `needs-pairs`, `needs-text`, `bad-option`
 */
export function settingsOf(spec: string, model: Model, options: TrainOverrides): Settings {
  const { corpus, heldOut: own } = model.train;
  const pairs = translates(model);
  if (options.corpus === undefined && corpus === undefined) {
    throw new MszError("no-corpus", `\`${spec}\` names no corpus to train on`, {
      hint: pairs ? 'write `train { corpus = pairs("train.es", "train.en") }` in the spec, or give `--corpus train.es train.en`' : 'write `train { corpus = "text.txt" }` in the spec, or give `--corpus text.txt`',
    });
  }
  const share = shareOf(options.heldOut);
  if (pairs) {
    const files = options.corpus ? pairFiles("--corpus", options.corpus) : pairsOf(spec, model, corpus!);
    const heldOut = typeof own === "number" ? own : pairsOf(spec, model, own);
    return { kind: "pairs", files, heldOut: options.heldOut === undefined ? heldOut : (share ?? pairFiles("--held-out", options.heldOut)), sizedBy: options.batchTokens === undefined ? "batch_tokens" : "--batch-tokens" };
  }
  const files = options.corpus ?? filesOf(spec, model, corpus!);
  if (model.context === undefined) {
    throw new MszError("no-context", `the model ${model.name} has no \`context\``, { reason: "it is the length of the windows that a model is trained on", hint: "add `context = 256` to the model" });
  }
  const heldOut = typeof own === "number" ? own : filesOf(spec, model, own);
  return { kind: "text", files, heldOut: options.heldOut === undefined ? heldOut : (share ?? options.heldOut), window: model.context };
}

/** Whether a model goes from a source to a text. */
export function translates({ encoder, layers }: Model): boolean {
  return encoder !== undefined && layers.length > 0;
}

/** Undefined for files. */
function shareOf(given: readonly string[] | undefined): number | undefined {
  if (given === undefined) return undefined;
  // `Number` takes it for 0.
  if (given.some((text) => text.trim() === "")) throw new MszError("bad-option", "`--held-out` is empty", { hint: "give a share or a file; `--held-out 0` holds out nothing" });
  const share = given.length === 1 ? Number(given[0]) : NaN;
  if (!Number.isFinite(share)) return undefined;
  if (!(share >= 0 && share < 1)) throw new MszError("bad-option", `\`--held-out\` takes a share from 0 to below 1, or a file, not \`${given[0]}\``);
  return share;
}

/** @throws MszError `bad-option` unless they are two */
export function pairFiles(option: string, files: readonly string[]): PairFiles {
  const [source, target] = files;
  if (source !== undefined && target !== undefined && files.length === 2) return { source, target };
  throw new MszError("bad-option", `\`${option}\` takes two files for a model that translates, not ${files.length === 1 ? "one" : files.length}`, {
    reason: "line i of the first is translated by line i of the second", hint: `first the sources, then the translations: \`${option} train.es train.en\``,
  });
}

/** @throws MszError `needs-pairs` */
export function pairsOf(spec: string, { name }: Model, corpus: CorpusSpec): PairFiles {
  if (corpus.kind === "pairs") return { source: beside(spec, corpus.source), target: beside(spec, corpus.target) };
  throw new MszError("needs-pairs", `\`${spec}\` names a text, and ${name} translates`, { reason: "it learns from pairs: sources, and a translation of each", hint: 'name two files, `pairs("train.es", "train.en")`' });
}

/** @throws MszError `needs-text` */
export function filesOf(spec: string, { name }: Pick<Model, "name">, corpus: CorpusSpec): string[] {
  if (corpus.kind === "text") return corpus.files.map((file) => beside(spec, file));
  throw new MszError("needs-text", `\`${spec}\` names pairs, and ${name} has no source to read`, { hint: "name one text, or a list of texts; pairs are for a model with an `encoder` and a `decoder`" });
}

function beside(spec: string, file: string): string {
  return isAbsolute(file) ? file : join(dirname(spec), file);
}
