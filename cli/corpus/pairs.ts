/**
 * Two files, line i of one translated by line i of the other, to token ids in memory: each line is encoded once. What cannot be a pair is
 * refused with its file and line.
 */
import { MszError } from "../../src/base/error.js";
import { sourceLimit } from "../../runtime/session/source.js";
import { openSourceVocabulary, openVocabulary, type Plan, type Vocabulary } from "../../runtime/index.js";
import { checkFile } from "./corpus.js";
import { fingerprintOf } from "./fingerprint.js";
import { countLines, linesOf } from "./lines.js";

export interface PairFiles {
  readonly source: string;
  readonly target: string;
}

/** Parsed tokenizer files, where the plan's vocabularies need them. */
export interface Tokenizers {
  readonly tokenizer?: unknown;
  readonly sourceTokenizer?: unknown;
}

/** What to do with a line that will not do. */
export const outOfBoth = "take this line out of both files";

/** Token ids of pairs, by the pair's number from 0. */
export interface Pairs {
  /** As a message names them. */
  readonly name: string;
  readonly files: PairFiles;
  readonly count: number;
  /** Source ids, the source's `end` behind them. */
  source(pair: number): Ids;
  /** Without `end`. */
  target(pair: number): Ids;
  /** The same for the same ids, in the same pairs. */
  fingerprint(): string;
}

export type Ids = Uint16Array | Int32Array;

/**
 * @param onProgress told how many pairs are read, and how many there are
 * @throws MszError `unequal-pairs`, `empty-corpus`, `empty-line`, `past-length`, `cannot-encode`, `bad-token`, `no-end`, `no-padding`, and for files that cannot be read, unpacked or decoded
 */
export async function openPairs(files: PairFiles, plan: Plan, tokenizers: Tokenizers, onProgress: (done: number, all: number) => void = () => undefined): Promise<Pairs> {
  const { source, target } = files;
  for (const file of [source, target]) checkFile(file);
  const count = await countPairs(files);
  const { model } = plan;
  const own = await openVocabulary(plan, tokenizers.tokenizer);
  const ofSource = await openSourceVocabulary(plan, own, tokenizers.sourceTokenizer);
  if (!ofSource || !model.source) throw new MszError("no-source", `the model ${model.name} has no source text, so it takes no pairs`, { hint: "give it a text; pairs are for a model with an `encoder` and a `decoder`" });
  if (model.end === null) throw new MszError("no-end", `the model ${model.name} has no \`end\` id, with which a translation begins and ends`, { hint: "give the model `end = …`" });
  if (model.padding === null || model.source.padding === null) throw new MszError("no-padding", `the model ${model.name} has no \`padding\` id, which texts of a batch are filled up with`, { hint: "give the model `padding = …`" });
  // The first position of a target is that of the `end` which it begins with.
  const limits = { source: sourceLimit(plan), target: (model.positionLimit ?? Infinity) - 1 };
  const sides = {
    source: await encodeFile(source, { vocabulary: ofSource, end: model.source.end, padding: model.source.padding, limit: limits.source, name: model.name, wayOut: outOfBoth }, (done) => onProgress(done / 2, count)),
    target: await encodeFile(target, { vocabulary: own, end: null, padding: model.padding, limit: limits.target, name: model.name, wayOut: outOfBoth }, (done) => onProgress((count + done) / 2, count)),
  };
  if (sides.source.count !== sides.target.count) throw unequal(files, sides.source.count, sides.target.count);
  return {
    name: nameOf(files),
    files,
    count,
    source: (pair) => sides.source.line(pair),
    target: (pair) => sides.target.line(pair),
    fingerprint: () => `${count}-${sides.source.fingerprint()}-${sides.target.fingerprint()}`,
  };
}

/** Before anything is encoded, which may take long. @throws MszError `unequal-pairs`, `empty-corpus` */
export async function countPairs(files: PairFiles): Promise<number> {
  const [sources, targets] = [await countLines(files.source), await countLines(files.target)];
  if (sources !== targets) throw unequal(files, sources, targets);
  if (sources === 0) throw new MszError("empty-corpus", `\`${files.source}\` and \`${files.target}\` are empty`, { hint: "name files with a sentence a line" });
  return sources;
}

export function nameOf({ source, target }: PairFiles): string {
  return `${source} and ${target}`;
}

function unequal({ source, target }: PairFiles, sources: number, targets: number): MszError {
  const lines = (n: number): string => (n === 1 ? "1 line" : `${n} lines`);
  return new MszError("unequal-pairs", `\`${source}\` has ${lines(sources)} and \`${target}\` has ${lines(targets)}`, {
    reason: "line i of one is the translation of line i of the other",
    hint: "see to it that both have a line for each pair; a sentence must not hold a line break",
  });
}

/** Lines of ids, one behind the other. */
interface EncodedLines {
  readonly count: number;
  line(i: number): Ids;
  fingerprint(): string;
}

/** What lines are encoded for. */
export interface Side {
  readonly vocabulary: Vocabulary;
  /** Goes behind each line; null: nothing does. */
  readonly end: number | null;
  /** Stands in no line. */
  readonly padding?: number | null;
  /** Tokens that a line may have. */
  readonly limit: number;
  /** The model's. */
  readonly name: string;
  /** What to do with a line that will not do. */
  readonly wayOut: string;
}

async function encodeFile(file: string, side: Side, onProgress: (done: number) => void): Promise<EncodedLines> {
  const ids = new Growing(side.vocabulary.size <= 0x10000 ? new Uint16Array(2 ** 16) : new Int32Array(2 ** 16));
  const starts = new Growing(new Float64Array(2 ** 12));
  for await (const lines of linesOf(file)) {
    for (const text of lines) {
      starts.add(ids.length);
      ids.addAll(encodeLine(`\`${file}\`, line ${starts.length}`, text, side));
      if (starts.length % 256 === 0) onProgress(starts.length);
    }
  }
  const count = starts.length;
  starts.add(ids.length);
  const [all, from] = [ids.taken(), starts.taken()];
  const bytes = (of: Ids | Float64Array): string => {
    const view = new Uint8Array(of.buffer, of.byteOffset, of.byteLength);
    return fingerprintOf(view.length, (at, length) => view.subarray(at, at + length));
  };
  return { count, line: (i) => all.subarray(from[i]!, from[i + 1]!), fingerprint: () => `${bytes(all)}${bytes(from).slice(0, 8)}` };
}

/**
 * @param place of the line, as a message names it
 * @throws MszError `empty-line`, `cannot-encode`, `bad-token`, `past-length`
 */
export function encodeLine(place: string, text: string, { vocabulary, end, padding = null, limit, name, wayOut }: Side): readonly number[] | Int32Array {
  const empty = (): MszError => new MszError("empty-line", `${place}: it is empty`, { hint: wayOut });
  if (text.trim() === "") throw empty();
  let ids: Int32Array;
  try {
    ids = vocabulary.encode(text);
  } catch (error) {
    if (!(error instanceof MszError)) throw error;
    throw new MszError(error.code, `${place}: ${error.message.replace("(line 1, column", "(column").replace(" of the text)", ")")}`, {
      reason: error.reason, hint: vocabulary.kind === "ids" ? error.hint : `${wayOut}, or name an \`unknown\` id in the model`, cause: error,
    });
  }
  if (ids.length === 0) throw empty();
  const filler = padding === null ? -1 : ids.indexOf(padding);
  if (filler >= 0) throw new MszError("bad-token", `${place}: its token ${filler + 1} is ${padding}, the padding of ${name}`, { reason: "padding fills up what is shorter, and is left out of everything", hint: wayOut });
  const tokens = ids.length + (end === null ? 0 : 1);
  if (tokens > limit) {
    throw new MszError("past-length", `${place}: it has ${tokens} tokens, and ${name} is sized for ${limit} a text`, { hint: `${wayOut}, or size the model for longer texts` });
  }
  return end === null ? ids : [...ids, end];
}

/** An array that doubles. */
class Growing<A extends Uint16Array | Int32Array | Float64Array> {
  length = 0;

  constructor(private array: A) {}

  add(value: number): void {
    this.reserve(1);
    this.array[this.length++] = value;
  }

  addAll(values: ArrayLike<number>): void {
    this.reserve(values.length);
    this.array.set(values, this.length);
    this.length += values.length;
  }

  /** Without the room behind what was added. */
  taken(): A {
    return this.array.slice(0, this.length) as A;
  }

  private reserve(count: number): void {
    if (this.length + count <= this.array.length) return;
    const larger = new (this.array.constructor as new (length: number) => A)(Math.max(2 * this.array.length, this.length + count));
    larger.set(this.array);
    this.array = larger;
  }
}
