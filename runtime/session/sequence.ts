/**
 * One batch of sequences being written: their state on the device, how far they are, what may follow.
 * A state can be saved to bytes, restored and forked; a restored or forked one goes on exactly as the first would.
 */
import { MszError } from "../../src/base/error.js";
import type { Plan } from "../../src/plan/plan.js";
import type { DeviceState, HostTensor, Program, Sampling, TrainingBatch } from "../device.js";
import { sequenceStates } from "../state-tensors.js";
import { printable } from "../weights/printable.js";
import { bytesSource, openSafetensors, readTensor, writeSafetensors } from "../weights/safetensors.js";
import { addLosses, expectEvaluate, type Losses } from "./losses.js";

/** Tokens of one prefill call: a long prompt goes in by windows, so memory does not grow with it. */
const prefillWindow = 1024;

export class Sequence {
  constructor(
    private readonly plan: Plan,
    private readonly program: Program,
    private readonly state: DeviceState,
  ) {}

  get batch(): number {
    return this.state.batch;
  }

  /** Tokens read so far, padding included. */
  get length(): number {
    return this.state.length;
  }

  /**
   * Reads tokens [B, T] into the state.
   * @param options.logits also return the logits after every token, [B, T, vocab]; log-probabilities where the softmax is adaptive
   */
  async prefill(tokens: HostTensor, options: { logits?: boolean } = {}): Promise<HostTensor | undefined> {
    const [rows, columns] = this.checkTokens(tokens);
    this.checkRoom(columns);
    const pieces: HostTensor[] = [];
    for (let from = 0; from < columns; from += prefillWindow) {
      const piece = columnsOf(tokens, from, Math.min(columns, from + prefillWindow));
      const result = await this.program.advance(this.state, options.logits ? "prefill_all" : "prefill", { tokens: piece });
      const values = result[this.plan.model.output];
      if (values) pieces.push(values);
    }
    return options.logits ? joinTokens(pieces, rows) : undefined;
  }

  /** Reads one token a row [B, 1]; the logits (or log-probabilities) after it, [B, 1, vocab]. */
  async decode(tokens: HostTensor): Promise<HostTensor> {
    const [, columns] = this.checkTokens(tokens);
    if (columns !== 1) throw new MszError("wrong-shape", `decode takes one token a row, not ${columns}`);
    this.checkRoom(1);
    const outputs = await this.program.advance(this.state, "decode", { tokens });
    return outputs[this.plan.model.output]!;
  }

  /**
   * Reads tokens [B, T] into the state as `prefill` does, and says what the model makes of their targets. It is one call, so memory
   * grows with T: a long text goes in by windows.
   * @throws MszError `not-for-training` for a plan without the entry `evaluate`, `needs-source` for a model that translates
   */
  async evaluate({ tokens, targets }: TrainingBatch): Promise<Losses> {
    expectEvaluate(this.plan);
    if (this.plan.model.source) throw new MszError("needs-source", "pairs are evaluated whole, not from a state on", { hint: "give them to the session's `evaluate`" });
    const [, columns] = this.checkTokens(tokens);
    checkIds(this.plan.model.vocabularySize, targets.data);
    this.checkRoom(columns);
    const { nll } = await this.program.advance(this.state, "evaluate", { tokens, targets });
    return addLosses(this.plan, targets, nll!);
  }

  /**
   * Draws and reads `steps` tokens in one submission; ids [B, steps], row-major. Something must have been read before.
   * @throws MszError `bad-steps`, `bad-sampling`, `empty-prompt`, `past-context`
   */
  async generate(steps: number, sampling: Sampling): Promise<Int32Array> {
    checkSteps("steps", steps);
    checkSampling(sampling);
    if (this.length === 0) throw new MszError("empty-prompt", "nothing has been read yet, so there is nothing to go on from", { hint: "prefill at least one token first" });
    this.checkRoom(steps);
    return this.program.generate(this.state, steps, sampling);
  }

  /** How many tokens may still be read: only learned positions set an end. */
  get room(): number {
    const limit = this.plan.model.positionLimit;
    return limit === null ? Infinity : limit - this.length;
  }

  async save(): Promise<Uint8Array> {
    const tensors = await this.program.readState(this.state);
    return writeSafetensors(tensors, { format: "msz-state", model: this.plan.model.name, batch: String(this.batch) });
  }

  async fork(): Promise<Sequence> {
    return new Sequence(this.plan, this.program, await this.program.forkState(this.state));
  }

  dispose(): void {
    this.state.dispose();
  }

  private checkTokens(tokens: HostTensor): [number, number] {
    const [rows, columns] = tokens.shape;
    if (tokens.shape.length !== 2 || rows !== this.batch || columns === undefined || columns < 1) {
      throw new MszError("wrong-shape", `tokens must be [${this.batch}, T], not [${tokens.shape.join(", ")}]`);
    }
    checkIds(this.plan.model.vocabularySize, tokens.data);
    return [rows, columns];
  }

  private checkRoom(more: number): void {
    if (more > this.room) {
      throw new MszError("past-context", `${this.plan.model.name} has learned positions for ${this.plan.model.positionLimit} tokens; ${this.length} are read and ${more} more do not fit`, {
        hint: "use `positions = sinusoidal` or `none` for a model without an end",
      });
    }
  }
}

/** @throws MszError `bad-state` */
export async function restoreSequence(plan: Plan, program: Program, bytes: Uint8Array): Promise<Sequence> {
  const file = await openSafetensors(bytesSource(bytes, "the saved state"));
  const bad = (message: string): never => {
    throw new MszError("bad-state", message, { hint: "restore it with the plan that it was saved from" });
  };
  if (file.metadata.format !== "msz-state") bad("these bytes are no saved state of msz");
  if (file.metadata.model !== plan.model.name) bad(`the state was saved from ${printable(file.metadata.model ?? "no model")}, the plan is ${plan.model.name}`);
  const batch = Number(file.metadata.batch);
  if (!Number.isSafeInteger(batch) || batch < 1) bad("the saved state names no batch size");
  const tensors: Record<string, HostTensor> = {};
  for (const state of sequenceStates(plan.states)) {
    if (!file.tensors.has(state.name)) bad(`the saved state lacks \`${state.name}\``);
    const tensor = await readTensor(file, state.name);
    const fits = tensor.shape.length === state.shape.length && state.shape.every((n, i) => (n === "B" ? tensor.shape[i] === batch : n === "C" || n === "E" || tensor.shape[i] === n));
    if (!fits) bad(`\`${state.name}\` of the saved state is [${tensor.shape.join(", ")}], the plan has [${state.shape.join(", ")}]`);
    if ((tensor.data instanceof Int32Array) !== (state.dtype !== "f32")) bad(`\`${state.name}\` of the saved state has the wrong type`);
    tensors[state.name] = tensor;
  }
  return new Sequence(plan, program, await program.writeState(batch, tensors));
}

/** @throws MszError `bad-steps` */
export function checkSteps(what: string, count: number): void {
  if (!(Number.isSafeInteger(count) && count >= 1)) throw new MszError("bad-steps", `${what} is ${count}, but must be a whole number from 1`);
}

/** Above it all tokens are as likely as one another, and padding, which has a logit of -1e30, would be drawn at some point. */
const highestTemperature = 1e6;

/** @throws MszError `bad-sampling` */
export function checkSampling(sampling: Sampling): void {
  const refuse = (what: string, value: number, range: string): never => {
    throw new MszError("bad-sampling", `${what} is ${value}, but must be ${range}`);
  };
  const { temperature, topK, topP, seed } = sampling;
  if (!(temperature >= 0 && temperature <= highestTemperature)) refuse("temperature", temperature, `from 0 (greedy) to ${highestTemperature}`);
  if (!(Number.isInteger(topK) && topK >= 0)) refuse("top_k", topK, "a whole number, 0 for off");
  if (!(topP > 0 && topP <= 1)) refuse("top_p", topP, "above 0 and at most 1");
  if (!Number.isInteger(seed)) refuse("seed", seed, "a whole number");
}

/** @throws MszError `bad-token` */
export function checkIds(size: number, ids: Float32Array | Int32Array): void {
  const at = ids.findIndex((id) => !(id >= 0 && id < size && Number.isInteger(id)));
  if (at >= 0) throw new MszError("bad-token", `token ${at + 1} is ${ids[at]}, but ids go from 0 to ${size - 1}`);
}

/** Columns [from, to) of a [B, T] tensor. */
export function columnsOf(tensor: HostTensor, from: number, to: number): HostTensor {
  const [rows, columns] = tensor.shape as [number, number];
  if (from === 0 && to === columns) return tensor;
  const data = new Int32Array(rows * (to - from));
  for (let r = 0; r < rows; r++) data.set(tensor.data.subarray(r * columns + from, r * columns + to), r * (to - from));
  return { shape: [rows, to - from], data };
}

/** Joins [B, T_i, d] tensors along T. */
export function joinTokens(pieces: readonly HostTensor[], rows: number): HostTensor {
  if (pieces.length === 1) return pieces[0]!;
  const depth = pieces[0]?.shape[2] ?? 0;
  const columns = pieces.reduce((n, p) => n + p.shape[1]!, 0);
  const data = new Float32Array(rows * columns * depth);
  let at = 0;
  for (const piece of pieces) {
    const size = piece.shape[1]! * depth;
    for (let r = 0; r < rows; r++) data.set(piece.data.subarray(r * size, (r + 1) * size), r * columns * depth + at);
    at += size;
  }
  return { shape: [rows, columns, depth], data };
}
