/**
 * A session over a translation model that is a function: what follows is random, by the source and the ids so far. Its program keeps states as a device does, refuses
 * those that are spent, leaves a source where it is when it is told to, and counts what it is asked.
 */
import { Session } from "../../runtime/session/session.js";
import type { BackendName, Device, DeviceState, HostTensor, HostTensors, Program, Sampling } from "../../runtime/device.js";
import { openVocabulary, type Vocabulary } from "../../runtime/text/vocabulary.js";
import { candidatesOf } from "../../src/plan/check-contract.js";
import type { Plan, PlanModel, PlanState } from "../../src/plan/plan.js";
import { randomModel, type Model } from "./rules.js";

export const ids = { begin: 0, padding: 1, end: 2, unknown: 3 };
export const size = 12;
const defaults = { beam: 4, beams: 4, lengthPenalty: 0.6, maxLength: { perSource: 1.2, more: 4 }, temperature: 1, topK: 0, topP: 1 };

export function fakePlan(model: Partial<PlanModel> = {}, entries: readonly string[] = ["encode", "forward", "prefill", "prefill_all", "decode", "generate", "beam", "evaluate", "gradients"]): Plan {
  const side = { vocabulary: { kind: "ids" }, vocabularySize: size, positionLimit: null } as const;
  const states: PlanState[] = [{ name: "written", dtype: "i32", shape: ["B", "C"], class: "growing" }, { name: "source", dtype: "i32", shape: ["B", "E"], class: "constant" }];
  return {
    model: { name: "Fake", ...side, ...ids, width: 1, output: "logits", context: null, source: { ...side, padding: ids.padding, end: ids.end, unknown: null }, generate: defaults, ...model },
    parameters: [], states, entries: entries.map((name) => ({ name })), targets: {},
  } as unknown as Plan;
}

/** log p after a text, of a source without padding. */
export type Follows = (source: readonly number[], ids: readonly number[]) => readonly number[];

export const follows: Follows = (source, written) => randomModel(source.reduce((h, id) => Math.imul(h, 31) + id, 7), size, 2)(written);
export const after = (source: readonly number[]): Model => (written) => follows(source, written);

interface Row {
  readonly written: readonly number[];
  source: readonly number[];
}

class FakeState implements DeviceState {
  spent = false;
  constructor(public rows: Row[], readonly source: number) {}
  get batch(): number {
    return this.rows.length;
  }
  get length(): number {
    return this.rows[0]!.written.length;
  }
  dispose(): void {
    this.spent = true;
  }
}

export class FakeProgram implements Program {
  readonly calls: string[] = [];
  /** States that nobody has disposed of. */
  open = new Set<FakeState>();

  constructor(private readonly plan: Plan, private readonly follow: Follows = follows) {}

  async call(entry: string, inputs: HostTensors): Promise<HostTensors> {
    this.calls.push(`${entry}(${Object.keys(inputs).join()})`);
    const { tokens, source_tokens } = inputs;
    const encoded: HostTensors = source_tokens ? { encoder_out: encoderOut(source_tokens) } : {};
    if (entry === "encode") return encoded;
    const state = await this.createState(tokens!.shape[0]!, source_tokens!.shape[1]!);
    await this.advance(state, "encode", { source_tokens: source_tokens! });
    const outputs = await this.advance(state, "prefill_all", { tokens: tokens! });
    this.drop(state);
    const nll = { shape: tokens!.shape, data: Float32Array.from(inputs.targets?.data ?? [], (id) => (id === ids.padding ? 0 : id)) };
    return entry === "evaluate" ? { nll } : { ...outputs, ...encoded };
  }

  async createState(batch: number, source = 0): Promise<FakeState> {
    return this.keep(new FakeState(Array.from({ length: batch }, () => ({ written: [], source: [] })), source));
  }

  async advance(state: DeviceState, entry: string, inputs: HostTensors, leave: readonly string[] = []): Promise<HostTensors> {
    const { rows, source } = this.use(state);
    this.calls.push(entry);
    if (entry === "encode") {
      const { shape, data } = inputs.source_tokens!;
      if (shape.join() !== `${rows.length},${source}`) throw new Error(`source_tokens [${shape.join()}] for a state of ${rows.length} and ${source}`);
      rows.forEach((row, r) => (row.source = [...data.subarray(r * source, (r + 1) * source)].filter((id) => id !== ids.padding)));
      return leave.includes("encoder_out") ? {} : { encoder_out: encoderOut(inputs.source_tokens!) };
    }
    const { shape, data } = inputs.tokens!;
    if (shape[0] !== rows.length) throw new Error(`tokens [${shape.join()}] for ${rows.length} rows`);
    const columns = shape[1]!;
    const texts = rows.map((row, r) => ({ ...row, written: [...row.written, ...data.subarray(r * columns, (r + 1) * columns)] }));
    (state as FakeState).rows = texts;
    if (entry === "prefill") return {};
    const name = this.plan.model.output;
    const logits = (count: number): HostTensor => ({
      shape: [rows.length, count, this.plan.model.vocabularySize],
      data: Float32Array.from(texts.flatMap((row) => Array.from({ length: count }, (_, t) => this.after(row, count - 1 - t)).flat())),
    });
    if (entry === "prefill_all" || entry === "decode") return { [name]: logits(columns) };
    if (entry !== "beam") throw new Error(entry);
    const each = candidatesOf(this.plan.model.generate.beams);
    const best = texts.flatMap((row) => {
      const order = this.after(row).map((logProb, id) => [logProb, id] as const).filter(([, id]) => id !== ids.padding).sort((a, b) => b[0] - a[0]);
      return Array.from({ length: each }, (_, i) => order[i] ?? [-Infinity, 0]).flat();
    });
    return {
      candidates: { shape: [rows.length, each, 2], data: Float32Array.from(best) },
      end_log_prob: { shape: [rows.length, 1], data: Float32Array.from(texts, (row) => this.after(row)[ids.end]!) },
    };
  }

  async generate(state: DeviceState, steps: number, sampling: Sampling): Promise<Int32Array> {
    this.calls.push(`generate(${steps})`);
    const rows = this.use(state).rows;
    const drawn = rows.map((row, r) => {
      const fresh: number[] = [];
      for (let i = 0; i < steps; i++) fresh.push(draw(this.after({ ...row, written: [...row.written, ...fresh] }), sampling, row.written.length + i, r));
      return fresh;
    });
    (state as FakeState).rows = rows.map((row, r) => ({ ...row, written: [...row.written, ...drawn[r]!] }));
    return Int32Array.from(drawn.flat());
  }

  async readState(state: DeviceState): Promise<HostTensors> {
    const { rows, source } = this.use(state);
    const padded = rows.flatMap((row) => [...row.source, ...new Array<number>(source - row.source.length).fill(ids.padding)]);
    return { written: tensor(rows.map((r) => r.written)), source: { shape: [rows.length, source], data: Int32Array.from(padded) } };
  }

  async writeState(batch: number, { written, source }: HostTensors): Promise<FakeState> {
    const part = ({ shape, data }: HostTensor, r: number): number[] => [...data.subarray(r * shape[1]!, (r + 1) * shape[1]!)];
    return this.keep(new FakeState(Array.from({ length: batch }, (_, r) => ({ written: part(written!, r), source: part(source!, r).filter((id) => id !== ids.padding) })), source!.shape[1]!));
  }

  async forkState(state: DeviceState): Promise<FakeState> {
    const { rows, source } = this.use(state);
    return this.keep(new FakeState([...rows], source));
  }

  async reorderState(state: DeviceState, order: Int32Array, sameSource = false): Promise<FakeState> {
    const { rows, source } = this.use(state);
    this.calls.push(`reorder(${order.length}${sameSource ? ", same" : ""})`);
    if (sameSource && order.length !== rows.length) throw new Error("another number of rows cannot leave their sources where they are");
    const next = [...order].map((from, row) => ({ written: rows[from]!.written, source: rows[sameSource ? row : from]!.source }));
    this.drop(state as FakeState);
    return this.keep(new FakeState(next, source));
  }

  createTrainer = (): never => unused();
  readParameters = (): never => unused();
  writeParameters = (): never => unused();
  statistics = (): never => unused();
  dispose(): void {}

  get left(): number {
    return [...this.open].filter((state) => !state.spent).length;
  }

  private after({ source, written }: Row, back = 0): readonly number[] {
    // The texts start from `end`, which is none of their tokens.
    return this.follow(source, written.slice(1, written.length - back));
  }

  private use(state: DeviceState): FakeState {
    if (!(state instanceof FakeState) || state.spent) throw new Error("a state that is spent");
    return state;
  }

  private keep(state: FakeState): FakeState {
    this.open.add(state);
    return state;
  }

  private drop(state: FakeState): void {
    state.spent = true;
  }
}

function unused(): never {
  throw new Error("not for tests of translation");
}

function draw(logProbs: readonly number[], { temperature, seed }: Sampling, step: number, row: number): number {
  const shown = logProbs.map((p, id) => (id === ids.padding ? -Infinity : p));
  if (temperature === 0) return shown.indexOf(Math.max(...shown));
  const noise = randomModel(seed * 1000 + step * 31 + row, size, 3)([]);
  const noisy = shown.map((p, id) => p / temperature + noise[id]!);
  return noisy.indexOf(Math.max(...noisy));
}

function tensor(rows: readonly (readonly number[])[]): HostTensor {
  return { shape: [rows.length, rows[0]!.length], data: Int32Array.from(rows.flat()) };
}

function encoderOut({ shape, data }: HostTensor): HostTensor {
  return { shape: [...shape, 1], data: Float32Array.from(data) };
}

export async function fakeSession(plan: Plan = fakePlan(), options: { vocabulary?: Vocabulary; source?: Vocabulary; follow?: Follows; backend?: BackendName } = {}): Promise<{ session: Session; program: FakeProgram }> {
  const program = new FakeProgram(plan, options.follow);
  const session = new Session(plan, { backend: options.backend ?? "tfjs", dispose: () => undefined } as Device, options.vocabulary ?? (await openVocabulary(plan)), program, new Map(), options.source);
  return { session, program };
}
