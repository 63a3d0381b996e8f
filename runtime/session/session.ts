/**
 * A plan with its weights on a device: `load` makes it. Entries on given tensors (`call`), sequences (`start`, `startFrom`), text (`generate`), translations (`translate`).
 */
import { MszError } from "../../src/base/error.js";
import type { Plan } from "../../src/plan/plan.js";
import type { Device, HostTensor, HostTensors, Program, Sampling, TrainingBatch, Weights } from "../device.js";
import type { Vocabulary } from "../text/vocabulary.js";
import { Entries } from "./entries.js";
import { addLosses, expectEvaluate, type Losses } from "./losses.js";
import { checkSampling, checkSteps, restoreSequence, Sequence } from "./sequence.js";
import { expectNoSource, expectSource, type Source } from "./source.js";
import type { TranslateOptions } from "./translate-options.js";
import { Translator, type Translation } from "./translate.js";
import { nextTurn } from "./turn.js";

export interface GenerateOptions {
  /** Empty: the model's `begin` id starts it off; without one a newline, or of plain ids the lowest that is not padding. */
  readonly prompt?: string;
  /** How many tokens at most, from 1; 200 unless said. */
  readonly tokens?: number;
  /** What is not given comes from the spec's `generate` block. */
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

export interface GeneratedPiece {
  /** Text that is certain now; may be empty while a character is unfinished. */
  readonly text: string;
  readonly ids: Int32Array;
}

/** Tokens drawn in one submission, while streaming: the first few come alone so that text shows at once. */
const firstSteps = 1;
const mostSteps = 16;

export class Session {
  private readonly runner: Entries;

  constructor(
    readonly plan: Plan,
    readonly device: Device,
    readonly vocabulary: Vocabulary,
    private readonly program: Program,
    weights: Weights,
    /** Of the source texts, in a model that translates. */
    readonly sourceVocabulary: Vocabulary | undefined = undefined,
  ) {
    this.runner = new Entries(plan, program, weights);
  }

  /** Names of what `call` takes. */
  get entries(): readonly string[] {
    return this.runner.names;
  }

  /**
   * Runs one entry on given tensors and returns all its outputs.
   * @param options.prefill for `recurrent`: how many tokens are prefilled before decoding goes token by token
   * @throws MszError `unknown-entry`, `missing-input`, `wrong-shape`, `bad-token`, `bad-lengths`, `past-context`, `past-length`
   */
  call(entry: string, inputs: HostTensors, options: { prefill?: number } = {}): Promise<HostTensors> {
    return this.runner.call(entry, inputs, options.prefill ?? 1);
  }

  /** @throws MszError `encoder-alone` for a model that writes nothing, `needs-source` for one that translates */
  async start(batch = 1): Promise<Sequence> {
    const { name } = this.plan.model;
    if (!this.runner.has("decode")) throw new MszError("encoder-alone", `the model ${name} is an encoder alone: it reads whole texts and writes none`, { hint: "its entry `encode` gives what it makes of them" });
    expectNoSource(this.plan);
    return new Sequence(this.plan, this.program, await this.program.createState(batch));
  }

  /**
   * Sequences that write what sources say; their first token is `end`.
   * @param sourceTokens i32 [B, E], padded on either side, each with `end` behind it
   * @throws MszError `no-source`, `wrong-shape`, `bad-token`, `past-length`
   */
  async startFrom(sourceTokens: HostTensor): Promise<Sequence> {
    expectSource(this.plan);
    const { sequence } = await this.runner.startFrom(this.runner.sourceOf({ source_tokens: sourceTokens }), ["encoder_out"]);
    return sequence;
  }

  /**
   * What the model makes of a batch's targets, each row from an empty state; `Sequence.evaluate` carries a state on.
   * @throws MszError `not-for-training` for a plan without the entry `evaluate`
   */
  async evaluate({ tokens, targets, source_tokens }: TrainingBatch): Promise<Losses> {
    expectEvaluate(this.plan);
    const texts = this.runner.textsOf(source_tokens ? { tokens, source_tokens } : { tokens });
    const wanted = this.runner.tokensOf({ targets }, "targets");
    const { nll } = await this.program.call("evaluate", { ...texts, targets: wanted });
    return addLosses(this.plan, wanted, nll!);
  }

  /**
   * Translations of texts, or of ids, in their order; any number of them, batched by length.
   * @throws MszError `no-source`, `empty-source`, `cannot-encode`, `bad-token`, `past-length`, `bad-beam`, `bad-length`, `bad-batch`, `bad-sampling`, `bad-sources`
   */
  async translate(sources: readonly Source[], options: TranslateOptions = {}): Promise<Translation[]> {
    return this.translator().all(sources, options);
  }

  /** The translation of one source, piece by piece: greedy, or drawn at random. */
  async *translateStream(source: Source, options: TranslateOptions = {}): AsyncGenerator<GeneratedPiece, void, void> {
    yield* this.translator().stream(source, options);
  }

  restore(bytes: Uint8Array): Promise<Sequence> {
    return restoreSequence(this.plan, this.program, bytes);
  }

  /**
   * Text that follows a prompt, piece by piece; ends at the model's `end` id, at `tokens`, or where learned positions end.
   * @throws MszError `needs-source`, `bad-steps`, `bad-sampling`, and what `prefill` throws
   */
  async *generate(options: GenerateOptions = {}): AsyncGenerator<GeneratedPiece, void, void> {
    expectNoSource(this.plan);
    const { generate, end } = this.plan.model;
    const sampling: Sampling = {
      temperature: options.temperature ?? generate.temperature,
      topK: options.topK ?? generate.topK,
      topP: options.topP ?? generate.topP,
      seed: options.seed ?? 0,
    };
    const tokens = options.tokens ?? 200;
    // Before a long prompt is read.
    checkSteps("tokens", tokens);
    checkSampling(sampling);
    const prompt = this.promptIds(options.prompt ?? "");
    const sequence = await this.start();
    try {
      await sequence.prefill({ shape: [1, prompt.length], data: prompt });
      const stream = this.vocabulary.stream();
      let left = tokens;
      for (let steps = firstSteps; left > 0 && sequence.room > 0 && !options.signal?.aborted; steps = Math.min(mostSteps, steps * 2)) {
        const drawn = await sequence.generate(Math.min(steps, left, sequence.room), sampling);
        const stop = end === null ? -1 : drawn.indexOf(end);
        const ids = stop < 0 ? drawn : drawn.subarray(0, stop);
        yield { ids, text: stream.push(ids) };
        await nextTurn();
        if (stop >= 0) break;
        left -= drawn.length;
      }
      const rest = stream.end();
      if (rest !== "") yield { ids: new Int32Array(), text: rest };
    } finally {
      sequence.dispose();
    }
  }

  /** Counts since loading, for tests and benchmarks. */
  statistics(): ReturnType<Program["statistics"]> {
    return this.program.statistics();
  }

  dispose(): void {
    this.program.dispose();
    this.device.dispose();
  }

  /** Prompt text as ids; when it is empty, the id that a text starts with. */
  private promptIds(prompt: string): Int32Array {
    const ids = this.vocabulary.encode(prompt);
    const { begin, padding } = this.plan.model;
    if (begin !== null && this.plan.model.vocabulary.kind !== "ids") return Int32Array.from([begin, ...ids]);
    if (ids.length > 0) return ids;
    if (begin !== null) return Int32Array.of(begin);
    if (this.plan.model.vocabulary.kind === "ids") return Int32Array.of(padding === 0 ? 1 : 0);
    return this.vocabulary.encode("\n");
  }

  private translator(): Translator {
    expectSource(this.plan);
    return new Translator(this.plan, this.program, this.vocabulary, this.sourceVocabulary ?? this.vocabulary, this.device.backend === "webgpu");
  }
}
