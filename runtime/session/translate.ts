/**
 * Translations. In: sources and how to choose among what a model may write. Out: the translations in the order of the sources; of one source also piece by piece.
 * Beam search goes a step a call, its states reordered on the device; greedy and sampled texts are drawn there, many tokens a submission.
 */
import { MszError } from "../../src/base/error.js";
import type { Plan } from "../../src/plan/plan.js";
import { candidatesOf } from "../../src/plan/check-contract.js";
import type { DeviceState, HostTensor, Program } from "../device.js";
import type { TextStream, Vocabulary } from "../text/vocabulary.js";
import { BeamSearch, type Hypothesis } from "./beam.js";
import { drawGreedily, drawTokens, noToken, type Draw } from "./draw.js";
import { batchesOf, expectSource, placeAmong, readSources, sizeAbove, sourceTensor, stateFrom, type Source } from "./source.js";
import { drawOf, longestOf, wayOf, type Search, type TranslateOptions, type Way } from "./translate-options.js";
import { nextTurn } from "./turn.js";

export interface TranslatedText {
  /** Without `begin`, `end` and padding, and without space around it. */
  readonly text: string;
  /** Without `end`. */
  readonly ids: Int32Array;
  /** How many tokens were written, `end` included. */
  readonly tokens: number;
  /** Of beam search: Σ log p over the tokens, and that / tokens ^ lengthPenalty. */
  readonly logProb?: number;
  readonly score?: number;
}

export interface Translation extends TranslatedText {
  /** As many as were asked for, best first; the first is the translation itself. */
  readonly hypotheses: readonly TranslatedText[];
}

/** The logits of one step take so many numbers at most: 64 MiB. */
const mostLogits = 2 ** 24;

interface BatchOptions {
  readonly signal?: AbortSignal;
  /** As messages name the source of a row. */
  readonly nameOf: (row: number) => string;
}

/** Tokens drawn in one submission. */
const batchSteps = 8;
const streamSteps = { first: 1, most: 16 };

export class Translator {
  constructor(
    private readonly plan: Plan,
    private readonly program: Program,
    private readonly vocabulary: Vocabulary,
    private readonly sourceVocabulary: Vocabulary,
    /** A device on which each new size of a call costs buffers and bindings: batches are of few sizes there. */
    private readonly fewSizes: boolean,
  ) {}

  async all(sources: readonly Source[], options: TranslateOptions): Promise<Translation[]> {
    const { padding } = expectSource(this.plan);
    const way = wayOf(this.plan, options);
    // From JavaScript a text may come alone.
    if (!Array.isArray(sources)) throw new MszError("bad-sources", `the sources of a translation are a list, not ${typeof sources}`, { hint: "put a single one in a list: `translate([text])`" });
    const { batchTokens = 2048 } = options;
    if (!(batchTokens >= 1)) throw new MszError("bad-batch", `a batch has ${batchTokens} tokens, but must have one at least`);
    const { nameOf = placeAmong(sources.length) } = options;
    const read = readSources(this.plan, this.sourceVocabulary, sources, nameOf);
    const longest = read.map((ids) => longestOf(this.plan, options, ids.length));
    const results = new Array<Translation>(sources.length);
    const sentences = Math.max(1, Math.floor(mostLogits / (this.plan.model.vocabularySize * (way.kind === "search" ? way.beam : 1))));
    let [done, tokens] = [0, 0];
    for (const [number, batch] of batchesOf(read, { tokens: batchTokens, sentences, fewSizes: this.fewSizes }, padding).entries()) {
      options.signal?.throwIfAborted();
      const translations = await this.batch(batch.map((i) => read[i]!), batch.map((i) => longest[i]!), way, number, { signal: options.signal, nameOf: (row) => nameOf(batch[row]!) });
      batch.forEach((i, row) => (results[i] = translations[row]!));
      done += batch.length;
      tokens += translations.reduce((n, t) => n + t.tokens, 0);
      options.onProgress?.({ done, total: sources.length, tokens });
    }
    return results;
  }

  /** Greedy unless it is to be drawn at random: a search knows its text at the end only. */
  async *stream(source: Source, options: TranslateOptions): AsyncGenerator<{ text: string; ids: Int32Array }, void, void> {
    const way = drawOf(this.plan, options);
    const { nameOf = placeAmong(1), signal } = options;
    const [ids] = readSources(this.plan, this.sourceVocabulary, [source], nameOf);
    const longest = longestOf(this.plan, options, ids!.length);
    const state = await this.read([ids!]);
    try {
      const text = withoutSpaceAround(this.vocabulary.stream());
      for await (const { ids: drawn } of this.draw(state, longest, way, 0, streamSteps, { nameOf, signal })) {
        const end = drawn.indexOf(this.end());
        const written = end < 0 ? drawn : drawn.subarray(0, end);
        yield { ids: written, text: text.push(this.shown(written)) };
        await nextTurn();
        if (end >= 0) break;
      }
      const rest = text.end();
      if (rest !== "") yield { ids: new Int32Array(), text: rest };
    } finally {
      state.dispose();
    }
  }

  private async batch(sources: readonly Int32Array[], longest: readonly number[], way: Way, number: number, given: BatchOptions): Promise<Translation[]> {
    if (way.kind !== "search") return this.drawn(sources, longest, way, number, given);
    const found = await this.search(sources, longest, way, given.signal);
    return found.map((hypotheses, row) => {
      const best = hypotheses.slice(0, way.hypotheses).map(({ ids, logProb, score }) => ({ ...this.textOf(ids, ids.length + 1), logProb, score }));
      if (best.length === 0) throw noToken(this.plan.model.name, given.nameOf(row));
      return { ...best[0]!, hypotheses: best };
    });
  }

  private async search(sources: readonly Int32Array[], longest: readonly number[], way: Search, signal?: AbortSignal): Promise<readonly (readonly Hypothesis[])[]> {
    const end = this.end();
    const search = new BeamSearch({ ...way, end, padding: this.plan.model.padding }, longest, this.fewSizes ? sizeAbove : undefined);
    const each = candidatesOf(this.plan.model.generate.beams);
    let state = await this.read(sources);
    try {
      let tokens = new Int32Array(sources.length).fill(end);
      for (;;) {
        signal?.throwIfAborted();
        const { candidates, end_log_prob } = await this.program.advance(state, "beam", { tokens: column(tokens) });
        const step = search.advance({ candidates: candidates!.data as Float32Array, each, endLogProb: end_log_prob!.data as Float32Array });
        if (!step) return search.hypotheses();
        const moved = step.rows.length !== state.batch || step.rows.some((from, row) => from !== row);
        if (moved) state = await this.program.reorderState(state, step.rows, step.sameSource);
        tokens = step.tokens as Int32Array<ArrayBuffer>;
        await nextTurn();
      }
    } finally {
      state.dispose();
    }
  }

  private async drawn(sources: readonly Int32Array[], longest: readonly number[], way: Draw, number: number, given: BatchOptions): Promise<Translation[]> {
    const state = await this.read(sources);
    const end = this.end();
    try {
      const written: number[][] = sources.map(() => []);
      const ended = sources.map(() => false);
      for await (const { ids, steps } of this.draw(state, Math.max(...longest), way, number, { first: batchSteps, most: batchSteps }, given)) {
        written.forEach((row, r) => {
          for (const id of ids.subarray(r * steps, (r + 1) * steps)) {
            if (ended[r] || row.length === longest[r]) return;
            if (id === end) ended[r] = true;
            else row.push(id);
          }
        });
        if (written.every((row, r) => ended[r] || row.length === longest[r])) break;
        await nextTurn();
      }
      return written.map((row, r) => {
        const text = this.textOf(Int32Array.from(row), row.length + (ended[r] ? 1 : 0));
        return { ...text, hypotheses: [text] };
      });
    } finally {
      state.dispose();
    }
  }

  private draw(state: DeviceState, longest: number, way: Draw, number: number, steps: { first: number; most: number }, given: BatchOptions) {
    const start = { plan: this.plan, program: this.program, state, first: column(new Int32Array(state.batch).fill(this.end())), longest, steps, ...given };
    return way.kind === "greedy" ? drawGreedily(start) : drawTokens(start, { ...way.sampling, seed: way.sampling.seed + number });
  }

  /** A state that has read the sources, and nothing of their translations. */
  private async read(sources: readonly Int32Array[]): Promise<DeviceState> {
    const { state } = await stateFrom(this.program, sourceTensor(sources, expectSource(this.plan).padding, this.fewSizes), ["encoder_out"]);
    return state;
  }

  private textOf(ids: Int32Array, tokens: number): TranslatedText {
    return { text: this.vocabulary.decode(this.shown(ids)).trim(), ids, tokens };
  }

  private shown(ids: Int32Array): Int32Array {
    const { begin, end, padding } = this.plan.model;
    return ids.filter((id) => id !== begin && id !== end && id !== padding);
  }

  /** A translation starts from `end`, as fairseq's do, and ends with it. */
  private end(): number {
    const { end, name } = this.plan.model;
    if (end === null) throw new MszError("no-end", `the model ${name} has no \`end\` id, so no translation would end`, { hint: "give the model `end = …`" });
    return end;
  }
}

function column(tokens: Int32Array): HostTensor {
  return { shape: [tokens.length, 1], data: tokens };
}

/** Space before the first character is left out, and space behind the last: it waits for what follows. */
function withoutSpaceAround(stream: TextStream): TextStream {
  let [begun, space] = [false, ""];
  const trim = (piece: string): string => {
    const text = begun ? space + piece : piece.trimStart();
    begun ||= text !== "";
    const end = text.trimEnd();
    space = text.slice(end.length);
    return end;
  };
  return { push: (ids) => trim(stream.push(ids)), end: () => trim(stream.end()) };
}
