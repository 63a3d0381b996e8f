/** What a run is made of: the spec's `train` block, with what the command line says instead. */
import { dirname, isAbsolute, join } from "node:path";
import { MszError } from "../../src/base/error.js";
import type { Corpus as CorpusSpec, Model } from "../../src/model/model.js";

export interface TrainOverrides {
  readonly corpus?: readonly string[];
  readonly heldOut?: string;
}

export interface Settings {
  readonly files: readonly string[];
  /** A share of the corpus's end, or files. */
  readonly heldOut: number | readonly string[];
  /** Tokens of a window. */
  readonly window: number;
}

/** Files that the spec names are found beside it, those of the command line from where it was called. */
export function settingsOf(spec: string, model: Model, options: TrainOverrides): Settings {
  const { corpus, heldOut } = model.train;
  const files = options.corpus ?? (corpus && filesOf(spec, corpus));
  if (files === undefined || files.length === 0) {
    throw new MszError("no-corpus", `\`${spec}\` names no corpus to train on`, { hint: "write `train { corpus = \"text.txt\" }` in the spec, or give `--corpus text.txt`" });
  }
  if (model.context === undefined) {
    throw new MszError("no-context", `the model ${model.name} has no \`context\``, { reason: "it is the length of the windows that a model is trained on", hint: "add `context = 256` to the model" });
  }
  // `Number` takes it for 0.
  if (options.heldOut?.trim() === "") throw new MszError("bad-option", "`--held-out` is empty", { hint: "give a share or a file; `--held-out 0` holds out nothing" });
  const share = options.heldOut === undefined ? undefined : Number(options.heldOut);
  if (share !== undefined && Number.isFinite(share) && !(share >= 0 && share < 1)) {
    throw new MszError("bad-option", `\`--held-out\` takes a share from 0 to below 1, or a file, not \`${options.heldOut}\``);
  }
  const own = typeof heldOut === "number" ? heldOut : filesOf(spec, heldOut);
  return { files, heldOut: options.heldOut === undefined ? own : Number.isFinite(share) ? share! : [options.heldOut], window: model.context };
}

/** @throws MszError `not-supported-yet` for pairs */
export function filesOf(spec: string, corpus: CorpusSpec): string[] {
  if (corpus.kind === "pairs") {
    throw new MszError("not-supported-yet", `\`${spec}\` trains on pairs, which is not supported yet`, { hint: "name one text, or a list of texts" });
  }
  return corpus.files.map((file) => (isAbsolute(file) ? file : join(dirname(spec), file)));
}
