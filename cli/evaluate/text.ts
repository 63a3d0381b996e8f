/** Which text a model is measured on: the one that the command line names, else the held-out part of the spec's own. */
import { MszError } from "../../src/base/error.js";
import type { Model } from "../../src/model/model.js";
import type { Corpus } from "../corpus/corpus.js";
import { beginOfShare } from "../corpus/windows.js";
import { filesOf } from "../train/settings.js";

export interface Text {
  readonly files: readonly string[];
  /** Only this share of it, from its end. */
  readonly share?: number;
  /** What should be said about the choice. */
  readonly remark?: string;
}

/**
 * @param model of a spec; a plan names no corpus
 * @throws MszError `no-corpus`
 */
export function textOf(file: string, model: Model | undefined, options: { readonly corpus?: readonly string[]; readonly heldOut?: number }): Text {
  const share = options.heldOut === undefined ? {} : { share: options.heldOut };
  if (options.corpus) return { files: options.corpus, ...share };
  const { corpus, heldOut = 0 } = model?.train ?? {};
  if (!corpus) {
    throw new MszError("no-corpus", `\`${file}\` names no text to evaluate on`, {
      ...(model ? {} : { reason: "a plan names no corpus; the spec that it was compiled from may" }),
      hint: "name one with `--corpus text.txt`",
    });
  }
  if (options.heldOut !== undefined) return { files: filesOf(file, model!, corpus), ...share };
  if (typeof heldOut !== "number") return { files: filesOf(file, model!, heldOut) };
  if (heldOut > 0) return { files: filesOf(file, model!, corpus), share: heldOut };
  return { files: filesOf(file, model!, corpus), remark: "the spec holds nothing out: this is the text that the model trains on" };
}

/** Where the part begins: what training holds out, to the token. @throws MszError `short-corpus` */
export function beginOf(corpus: Corpus, share: number | undefined): number {
  const from = share === undefined ? 0 : beginOfShare(corpus, share);
  const tokens = corpus.length - from;
  if (tokens >= 2) return from;
  const what = share === undefined ? `\`${corpus.name}\`` : `the last ${share} of \`${corpus.name}\``;
  const reason = "the first token of a text is given, and every other one is predicted";
  throw new MszError("short-corpus", `${what} has ${tokens === 1 ? "one token only" : "no tokens"}`, { reason, hint: share === undefined ? "use a longer text" : "use a longer text, or a larger share of it" });
}
