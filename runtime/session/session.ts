/**
 * A plan with its weights on a device: `load` makes it. Entries on given tensors (`call`), sequences (`start`), text (`generate`).
 */
import { MszError } from "../../src/base/error.js";
import { didYouMean } from "../../src/base/suggest.js";
import type { Plan } from "../../src/plan/plan.js";
import type { Device, HostTensor, HostTensors, Program, Sampling, Weights } from "../device.js";
import { sequenceStates } from "../state-tensors.js";
import type { Vocabulary } from "../text/vocabulary.js";
import type { TrainingBatch } from "../training/training.js";
import { addLosses, expectEvaluate, type Losses } from "./losses.js";
import { checkIds, checkSampling, checkSteps, columnsOf, joinTokens, restoreSequence, Sequence } from "./sequence.js";
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
  constructor(
    readonly plan: Plan,
    readonly device: Device,
    readonly vocabulary: Vocabulary,
    private readonly program: Program,
    private readonly weights: Weights,
  ) {}

  /** Names of what `call` takes. */
  get entries(): readonly string[] {
    const encode = this.has("encode") ? ["encode"] : [];
    return [...encode, ...(this.has("forward") ? ["forward", "recurrent", "decode"] : []), ...(this.has("gradients") ? ["gradients"] : []), "parameters"];
  }

  /**
   * Runs one entry on given tensors and returns all its outputs.
   * @param options.prefill for `recurrent`: how many tokens are prefilled before decoding goes token by token
   * @throws MszError `unknown-entry`, `missing-input`, `wrong-shape`, `bad-token`, `past-context`, `past-length`
   */
  async call(entry: string, inputs: HostTensors, options: { prefill?: number } = {}): Promise<HostTensors> {
    // What a plan with another purpose lacks is told with a way to have it.
    if (!this.entries.includes(entry) && !(entry === "gradients" && this.has("forward"))) throw this.unknownEntry(entry);
    switch (entry) {
      case "encode": return this.encode(this.tokensOf(inputs));
      case "forward": {
        const tokens = this.tokensOf(inputs);
        this.checkLength(tokens.shape[1]!);
        return this.program.call("forward", { tokens });
      }
      case "recurrent": return this.recurrent(this.tokensOf(inputs), options.prefill ?? 1);
      case "decode": return this.decodeOnce(inputs);
      case "parameters": return Object.fromEntries(this.weights);
      case "gradients": return this.gradients(this.tokensOf(inputs), this.tokensOf(inputs, "targets"));
      default: throw this.unknownEntry(entry);
    }
  }

  /** @throws MszError `encoder-alone` for a model that writes nothing */
  async start(batch = 1): Promise<Sequence> {
    const { name } = this.plan.model;
    if (!this.has("decode")) throw new MszError("encoder-alone", `the model ${name} is an encoder alone: it reads whole texts and writes none`, { hint: "its entry `encode` gives what it makes of them" });
    return new Sequence(this.plan, this.program, await this.program.createState(batch));
  }

  /**
   * What the model makes of a batch's targets, each row from an empty state; `Sequence.evaluate` carries a state on.
   * @throws MszError `not-for-training` for a plan without the entry `evaluate`
   */
  async evaluate(batch: TrainingBatch): Promise<Losses> {
    expectEvaluate(this.plan);
    const tokens = this.tokensOf({ tokens: batch.tokens });
    const targets = this.tokensOf({ targets: batch.targets }, "targets");
    this.checkLength(tokens.shape[1]!);
    const { nll } = await this.program.call("evaluate", { tokens, targets });
    return addLosses(this.plan, targets, nll!);
  }

  restore(bytes: Uint8Array): Promise<Sequence> {
    return restoreSequence(this.plan, this.program, bytes);
  }

  /**
   * Text that follows a prompt, piece by piece; ends at the model's `end` id, at `tokens`, or where learned positions end.
   * @throws MszError `bad-steps`, `bad-sampling`, and what `prefill` throws
   */
  async *generate(options: GenerateOptions = {}): AsyncGenerator<GeneratedPiece, void, void> {
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

  /** `loss` [1], and `grad.<parameter>` with the shape that the parameter has in a weights file. */
  private async gradients(tokens: HostTensor, targets: HostTensor): Promise<HostTensors> {
    if (!this.has("gradients")) {
      throw new MszError("unknown-entry", `the plan of ${this.plan.model.name} has no entry \`gradients\``, { hint: "compile it with `msz compile --training`, or name the spec instead of the plan" });
    }
    this.checkLength(tokens.shape[1]!);
    const outputs = await this.program.call("gradients", { tokens, targets });
    const shapes = new Map(this.plan.parameters.map((p) => [`grad.${p.name}`, p.shape]));
    return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, { ...tensor, shape: shapes.get(name) ?? tensor.shape }]));
  }

  /** `encoder_out` [B, T, width]; what stands at padding means nothing. */
  private async encode(tokens: HostTensor): Promise<HostTensors> {
    const { name, positionLimit, encoderLimit, padding } = this.plan.model;
    const limit = Math.min(positionLimit ?? Infinity, encoderLimit ?? Infinity);
    const length = tokens.shape[1]!;
    for (let row = 0; row < tokens.shape[0]!; row++) {
      const real = tokens.data.subarray(row * length, (row + 1) * length).filter((id) => id !== padding).length;
      if (real > limit) throw new MszError("past-length", `the encoder of ${name} is sized for ${limit} positions, but row ${row} of \`tokens\` has ${real} tokens`, { hint: "give a shorter text, or size the model for longer ones and train it anew" });
    }
    return this.program.call("encode", { tokens });
  }

  private unknownEntry(entry: string): MszError {
    const hint = didYouMean(entry, this.entries) ?? `entries are ${this.entries.join(", ")}`;
    return new MszError("unknown-entry", `the plan has no entry \`${entry}\``, { hint });
  }

  private has(entry: string): boolean {
    return this.plan.entries.some((e) => e.name === entry);
  }

  private async recurrent(tokens: HostTensor, prefill: number): Promise<HostTensors> {
    const [rows, columns] = tokens.shape as [number, number];
    if (!Number.isInteger(prefill) || prefill < 1) throw new MszError("bad-prefill", `prefill must be a whole number from 1, not ${prefill}`);
    const sequence = await this.start(rows);
    try {
      const first = Math.min(prefill, columns);
      const pieces = [(await sequence.prefill(columnsOf(tokens, 0, first), { logits: true }))!];
      for (let t = first; t < columns; t++) pieces.push(await sequence.decode(columnsOf(tokens, t, t + 1)));
      return { logits: joinTokens(pieces, rows) };
    } finally {
      sequence.dispose();
    }
  }

  private async decodeOnce(inputs: HostTensors): Promise<HostTensors> {
    const tokens = this.tokensOf(inputs);
    const states: Record<string, HostTensor> = {};
    const wanted = sequenceStates(this.plan.states);
    for (const state of wanted) {
      const given = inputs[`state.${state.name}`];
      if (given) states[state.name] = given;
    }
    const [batch, columns] = tokens.shape as [number, number];
    if (columns !== 1) throw new MszError("wrong-shape", `\`tokens\` of \`decode\` must be [B, 1], not [${tokens.shape.join(", ")}]`, { hint: "the entry `recurrent` takes [B, T]" });
    const missing = wanted.filter((s) => !(s.name in states)).map((s) => `state.${s.name}`);
    if (missing.length > 0 && missing.length < wanted.length) {
      throw new MszError("missing-input", `decode lacks ${missing.map((m) => `\`${m}\``).join(", ")}`, { hint: "give every state, or none to start from the empty one" });
    }
    const state = missing.length > 0 ? await this.program.createState(batch) : await this.program.writeState(batch, states);
    try {
      const { logits } = await this.program.advance(state, "decode", { tokens });
      const after = await this.program.readState(state);
      return { logits: logits!, ...Object.fromEntries(Object.entries(after).map(([n, t]) => [`state.${n}`, t])) };
    } finally {
      state.dispose();
    }
  }

  private tokensOf(inputs: HostTensors, name: "tokens" | "targets" = "tokens"): HostTensor {
    const tokens = inputs[name];
    if (!tokens) throw new MszError("missing-input", `the entry needs an input \`${name}\`, int32 [B, T]`);
    if (tokens.shape.length !== 2 || tokens.shape.some((n) => n < 1)) {
      throw new MszError("wrong-shape", `\`${name}\` must be [B, T], not [${tokens.shape.join(", ")}]`);
    }
    if (!(tokens.data instanceof Int32Array)) throw new MszError("wrong-dtype", `\`${name}\` must be an integer tensor`);
    checkIds(this.plan, tokens.data);
    return tokens;
  }

  private checkLength(length: number): void {
    const limit = this.plan.model.positionLimit;
    if (limit !== null && length > limit) {
      throw new MszError("past-context", `${this.plan.model.name} has learned positions for ${limit} tokens, not ${length}`);
    }
  }
}
