/**
 * What `Session.call` runs. In: an entry's name and tensors as a user has them. Out: all the entry's outputs; what does not fit is told before anything runs.
 */
import { MszError } from "../../src/base/error.js";
import { didYouMean } from "../../src/base/suggest.js";
import type { Plan } from "../../src/plan/plan.js";
import type { HostTensor, HostTensors, Program, Weights } from "../device.js";
import { sequenceStates } from "../state-tensors.js";
import { checkIds, columnsOf, joinTokens, Sequence } from "./sequence.js";
import { sourceLimit, stateFrom, tooLong } from "./source.js";

type TokensName = "tokens" | "targets" | "source_tokens";

export class Entries {
  constructor(
    private readonly plan: Plan,
    private readonly program: Program,
    private readonly weights: Weights,
  ) {}

  get names(): readonly string[] {
    const encode = this.has("encode") ? ["encode"] : [];
    return [...encode, ...(this.has("forward") ? ["forward", "recurrent", "decode"] : []), ...(this.has("gradients") ? ["gradients"] : []), "parameters"];
  }

  has(entry: string): boolean {
    return this.plan.entries.some((e) => e.name === entry);
  }

  async call(entry: string, inputs: HostTensors, prefill: number): Promise<HostTensors> {
    // What a plan with another purpose lacks is told with a way to have it.
    if (!this.names.includes(entry) && !(entry === "gradients" && this.has("forward"))) throw this.unknownEntry(entry);
    switch (entry) {
      case "encode": return this.encode(inputs);
      case "forward": return this.program.call("forward", this.textsOf(inputs));
      case "recurrent": return this.recurrent(inputs, prefill);
      case "decode": return this.decodeOnce(inputs);
      case "parameters": return Object.fromEntries(this.weights);
      case "gradients": return this.gradients(inputs);
      default: throw this.unknownEntry(entry);
    }
  }

  /** `tokens`, and of a model with a source `source_tokens`, as a program takes them. */
  textsOf(inputs: HostTensors): HostTensors {
    const tokens = this.tokensOf(inputs);
    this.checkLength(tokens.shape[1]!);
    if (!this.plan.model.source) return { tokens };
    const source_tokens = this.sourceOf(inputs);
    if (source_tokens.shape[0] !== tokens.shape[0]) {
      throw new MszError("wrong-shape", `\`source_tokens\` has ${source_tokens.shape[0]} rows, but \`tokens\` has ${tokens.shape[0]}`);
    }
    return { tokens, source_tokens };
  }

  tokensOf(inputs: HostTensors, name: TokensName = "tokens"): HostTensor {
    const tokens = inputs[name];
    const columns = name === "source_tokens" ? "E" : "T";
    if (!tokens) throw new MszError("missing-input", `the entry needs an input \`${name}\`, int32 [B, ${columns}]`);
    if (tokens.shape.length !== 2 || tokens.shape.some((n) => n < 1)) {
      throw new MszError("wrong-shape", `\`${name}\` must be [B, ${columns}], not [${tokens.shape.join(", ")}]`);
    }
    if (!(tokens.data instanceof Int32Array)) throw new MszError("wrong-dtype", `\`${name}\` must be an integer tensor`);
    const { source, vocabularySize } = this.plan.model;
    checkIds(name === "source_tokens" && source ? source.vocabularySize : vocabularySize, tokens.data);
    return tokens;
  }

  /** `source_tokens`, or the `tokens` of an encoder alone, with as many real tokens in each row as the encoder has positions for and as `source_lengths`, where given, says. */
  sourceOf(inputs: HostTensors): HostTensor {
    const { source, padding } = this.plan.model;
    const name = source ? "source_tokens" : "tokens";
    const tokens = this.tokensOf(inputs, name);
    const [rows, columns] = tokens.shape as [number, number];
    const lengths = inputs.source_lengths;
    if (lengths && (lengths.shape.join() !== String(rows) || !(lengths.data instanceof Int32Array))) {
      throw new MszError("wrong-shape", `\`source_lengths\` must be int32 [${rows}], a length for each row of \`${name}\``);
    }
    const limit = sourceLimit(this.plan);
    for (let row = 0; row < rows; row++) {
      const real = tokens.data.subarray(row * columns, (row + 1) * columns).filter((id) => id !== (source ?? { padding }).padding).length;
      if (real > limit) throw tooLong(this.plan, `row ${row} of \`${name}\``, real, limit);
      if (lengths && lengths.data[row] !== real) {
        throw new MszError("bad-lengths", `row ${row} of \`${name}\` has ${real} tokens that are not padding, but \`source_lengths\` says ${lengths.data[row]}`, { hint: "leave `source_lengths` out: padding says it" });
      }
    }
    return tokens;
  }

  /** A sequence that has read the sources, and what the encoder made of them if that is wanted. */
  async startFrom(source_tokens: HostTensor, leave: readonly string[]): Promise<{ sequence: Sequence; encoded: HostTensors }> {
    const { state, encoded } = await stateFrom(this.program, source_tokens, leave);
    return { sequence: new Sequence(this.plan, this.program, state), encoded };
  }

  /** `loss` [1], and `grad.<parameter>` with the shape that the parameter has in a weights file. */
  private async gradients(inputs: HostTensors): Promise<HostTensors> {
    const texts = this.textsOf(inputs);
    const targets = this.tokensOf(inputs, "targets");
    if (!this.has("gradients")) {
      throw new MszError("unknown-entry", `the plan of ${this.plan.model.name} has no entry \`gradients\``, { hint: "compile it with `msz compile --training`, or name the spec instead of the plan" });
    }
    const outputs = await this.program.call("gradients", { ...texts, targets });
    const shapes = new Map(this.plan.parameters.map((p) => [`grad.${p.name}`, p.shape]));
    return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, { ...tensor, shape: shapes.get(name) ?? tensor.shape }]));
  }

  /** `encoder_out` [B, T, width]; what stands at padding means nothing. */
  private encode(inputs: HostTensors): Promise<HostTensors> {
    const tokens = this.sourceOf(inputs);
    return this.program.call("encode", this.plan.model.source ? { source_tokens: tokens } : { tokens });
  }

  private async recurrent(inputs: HostTensors, prefill: number): Promise<HostTensors> {
    const { output, source } = this.plan.model;
    const tokens = this.tokensOf(inputs);
    const [rows, columns] = tokens.shape as [number, number];
    if (!Number.isInteger(prefill) || prefill < 1) throw new MszError("bad-prefill", `prefill must be a whole number from 1, not ${prefill}`);
    const { sequence, encoded } = source
      ? await this.startFrom(this.textsOf(inputs).source_tokens!, [])
      : { sequence: new Sequence(this.plan, this.program, await this.program.createState(rows)), encoded: {} };
    try {
      const first = Math.min(prefill, columns);
      const pieces = [(await sequence.prefill(columnsOf(tokens, 0, first), { logits: true }))!];
      for (let t = first; t < columns; t++) pieces.push(await sequence.decode(columnsOf(tokens, t, t + 1)));
      return { [output]: joinTokens(pieces, rows), ...encoded };
    } finally {
      sequence.dispose();
    }
  }

  private async decodeOnce(inputs: HostTensors): Promise<HostTensors> {
    const { output, source } = this.plan.model;
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
    const none = missing.length === wanted.length;
    if (missing.length > 0 && !none) {
      throw new MszError("missing-input", `decode lacks ${missing.map((m) => `\`${m}\``).join(", ")}`, { hint: `give every state, or none to start from ${source ? "what `source_tokens` say" : "the empty one"}` });
    }
    if (!none && inputs.source_tokens) throw new MszError("unknown-input", "decode is given states, which have read a source, and `source_tokens` beside them", { hint: "leave out the one or the other" });
    const state = !none ? await this.program.writeState(batch, states) : await this.program.createState(batch, source ? this.textsOf(inputs).source_tokens!.shape[1] : undefined);
    try {
      if (none && source) await this.program.advance(state, "encode", { source_tokens: inputs.source_tokens! }, ["encoder_out"]);
      // States may say that all learned positions are used.
      const values = await new Sequence(this.plan, this.program, state).decode(tokens);
      const after = await this.program.readState(state);
      return { [output]: values, ...Object.fromEntries(Object.entries(after).map(([n, t]) => [`state.${n}`, t])) };
    } finally {
      state.dispose();
    }
  }

  private unknownEntry(entry: string): MszError {
    const hint = didYouMean(entry, this.names) ?? `entries are ${this.names.join(", ")}`;
    return new MszError("unknown-entry", `the plan has no entry \`${entry}\``, { hint });
  }

  private checkLength(length: number): void {
    const limit = this.plan.model.positionLimit;
    if (limit !== null && length > limit) {
      throw new MszError("past-context", `${this.plan.model.name} has learned positions for ${limit} tokens, not ${length}`);
    }
  }
}
