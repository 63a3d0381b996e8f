/**
 * A plan with its weights on a tfjs backend: `Program` of `../device.ts`. tfjs computes at once and in this thread, so calls
 * cannot overlap.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { MszError } from "../../src/base/error.js";
import type { Plan, TfjsProgram } from "../../src/plan/plan.js";
import { extentsOf, type Extents } from "../../src/plan/size.js";
import type { DeviceState, HostTensor, HostTensors, Program, Sampling, Trainer, Weights } from "../device.js";
import { oneNumber, sizeOfCall } from "../call-size.js";
import { checkParameters } from "../parameter-tensors.js";
import { checkRows, lengthOf, sourceOf } from "../state-tensors.js";
import type { Backend } from "./backend.js";
import { Cache } from "./cache.js";
import { Constants } from "./constants.js";
import { ReadyEntry, type EntryResult } from "./entry.js";
import { expectRoom, explainFailure, giveBack } from "./failure.js";
import { emptyValue, TfjsState, valueFromHost, valueToHost } from "./state.js";
import { TfjsTrainer } from "./trainer.js";
import type { Value } from "./value.js";

export class TfjsProgramOnDevice implements Program {
  private readonly constants: Constants;
  private readonly entries = new Map<string, ReadyEntry>();
  private readonly states = new Set<TfjsState>();
  private statesMade = 0;
  private disposed = false;
  private trainer: TfjsTrainer | undefined;
  /** By index into the plan's states: what `encode` leaves. */
  private readonly sourceStates: readonly number[];

  constructor(
    private readonly backend: Backend,
    private readonly plan: Plan,
    program: TfjsProgram,
    weights: Weights,
    private readonly onDispose: (program: TfjsProgramOnDevice) => void,
  ) {
    this.constants = new Constants(plan, weights);
    this.sourceStates = program.entries.encode?.stateUpdates.map(({ state }) => state) ?? [];
    try {
      // Each is uploaded and, on wasm, packed once more for its products.
      expectRoom(2 * weightBytes(plan), () => "uploading the weights");
      for (const listed of plan.entries) {
        const entry = program.entries[listed.name];
        if (entry) this.entries.set(listed.name, new ReadyEntry(listed, entry, this.constants));
      }
    } catch (error) {
      this.constants.dispose();
      throw explainFailure(error, "opening the plan");
    }
  }

  async call(entryName: string, inputs: HostTensors): Promise<HostTensors> {
    const entry = this.entryNamed(entryName);
    if (this.plan.states.some((spec) => spec.class === "training" && entry.listed.states.includes(spec.name))) {
      throw new MszError("training-entry", `the entry \`${entryName}\` changes what a trainer keeps`, { hint: "make a trainer of the program; its `step` runs this entry" });
    }
    const { batch, tokens, source } = sizeOfCall(entry.listed, inputs, undefined);
    const extents = extentsOf({ batch, tokens, chunk: entry.listed.chunk, source });
    // States start at zero; those that the entry does not name need not be there.
    const zero = this.plan.states.map((spec) => (entry.listed.states.includes(spec.name) ? emptyValue(spec, batch, source) : absent));
    const state = new TfjsState(batch, source, 0, zero, () => undefined);
    try {
      const result = this.run(entry, inputs, state.values, extents);
      state.replace(result.states);
      return this.readOutputs(result);
    } finally {
      state.dispose();
    }
  }

  async createState(batch: number, source = 0): Promise<DeviceState> {
    this.expectOpen();
    return this.track(new TfjsState(batch, source, 0, this.plan.states.map((spec) => (spec.class === "training" ? absent : emptyValue(spec, batch, source))), this.forget));
  }

  async advance(state: DeviceState, entryName: string, inputs: HostTensors, leave: readonly string[] = []): Promise<HostTensors> {
    const own = this.ownState(state);
    const entry = this.entryNamed(entryName);
    const { tokens } = sizeOfCall(entry.listed, inputs, own.batch, own.source);
    // What reads the source texts writes nothing of the sequences.
    return this.readOutputs(this.step(entry, inputs, own, entryName === "encode" ? 0 : tokens), leave);
  }

  async generate(state: DeviceState, steps: number, sampling: Sampling): Promise<Int32Array> {
    const own = this.ownState(state);
    const entry = this.entryNamed("generate");
    const ids = new Int32Array(own.batch * steps);
    const inputs: HostTensors = {
      sampling: { shape: [3], data: Float32Array.of(sampling.temperature, sampling.topK, sampling.topP) },
      seed: oneNumber(sampling.seed),
    };
    for (let step = 0; step < steps; step++) {
      const { token } = this.readOutputs(this.step(entry, inputs, own, 1));
      token!.data.forEach((id, row) => (ids[row * steps + step] = id));
    }
    return ids;
  }

  async readState(state: DeviceState): Promise<HostTensors> {
    const own = this.ownState(state);
    try {
      return Object.fromEntries(
        this.plan.states.flatMap((spec, i) => (spec.class === "training" ? [] : [[spec.name, valueToHost(spec, own.values[i]!, own.batch)]])),
      );
    } catch (error) {
      throw explainFailure(error, "reading the state");
    }
  }

  async writeState(batch: number, tensors: HostTensors): Promise<DeviceState> {
    this.expectOpen();
    const [length, source] = [lengthOf(this.plan.states, tensors), sourceOf(this.plan.states, tensors)];
    const partial = this.track(new TfjsState(batch, source, length, [], this.forget));
    try {
      for (const spec of this.plan.states) {
        partial.values.push(spec.class === "training" ? absent : valueFromHost(spec, batch, length, tensors[spec.name], source));
      }
    } catch (error) {
      partial.dispose();
      throw error;
    }
    return partial;
  }

  async forkState(state: DeviceState): Promise<DeviceState> {
    return this.track(this.ownState(state).fork(this.forget));
  }

  async reorderState(state: DeviceState, rows: Int32Array, sameSource = false): Promise<DeviceState> {
    const own = this.ownState(state);
    checkRows(own.batch, rows, sameSource);
    const kept = new Set(sameSource ? this.sourceStates : []);
    try {
      const made = this.track(own.reordered(this.plan.states, rows, kept, this.forget));
      own.dispose();
      return made;
    } catch (error) {
      throw explainFailure(error, "reordering a state");
    }
  }

  async createTrainer(): Promise<Trainer> {
    this.expectOpen();
    if (this.trainer) throw new MszError("second-trainer", "this program has a trainer already", { hint: "dispose of it first" });
    this.entryNamed("train");
    const run = (entry: string, inputs: HostTensors, states: readonly Value[]): EntryResult => this.train(entry, inputs, states);
    this.trainer = new TfjsTrainer(this.plan, run, () => (this.trainer = undefined));
    return this.trainer;
  }

  async readParameters(): Promise<HostTensors> {
    this.expectOpen();
    return Object.fromEntries(this.plan.parameters.map((spec, i) => [spec.name, this.constants.read(i, spec)]));
  }

  async writeParameters(values: HostTensors): Promise<void> {
    this.expectOpen();
    const checked = checkParameters(this.plan.parameters, values);
    // tfjs keeps the array it is given: the caller's must stay theirs.
    this.constants.replace(new Map([...checked].map(([parameter, { data }]) => [parameter, tf.tensor1d(data.slice())])));
  }

  statistics(): { buffersCreated: number; pipelinesCompiled: number; bytes: number } {
    const buffersCreated = this.constants.count + this.statesMade * this.plan.states.length;
    return { buffersCreated, pipelinesCompiled: 0, bytes: tf.memory().numBytes };
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const state of [...this.states]) state.dispose();
    this.trainer?.dispose();
    this.constants.dispose();
    this.onDispose(this);
  }

  /** Runs an entry on a state and moves it on. A run that fails leaves the state as it was. */
  private step(entry: ReadyEntry, inputs: HostTensors, state: TfjsState, tokens: number): EntryResult {
    const slots = state.length + tokens;
    const extents = extentsOf({ batch: state.batch, tokens, chunk: entry.listed.chunk, length: state.length, room: slots, source: state.source });
    const result = this.run(entry, inputs, state.values, extents);
    state.replace(result.states);
    state.length = slots;
    return result;
  }

  /** Runs an entry of training, whose new parameters take the place of the old. */
  private train(entryName: string, inputs: HostTensors, states: readonly Value[]): EntryResult {
    const entry = this.entryNamed(entryName);
    const { batch, tokens, source } = sizeOfCall(entry.listed, inputs, undefined);
    const result = this.run(entry, inputs, states, extentsOf({ batch, tokens, chunk: entry.listed.chunk, source }));
    if (result.parameters.size > 0) this.constants.replace(result.parameters);
    return result;
  }

  private run(entry: ReadyEntry, inputs: HostTensors, states: readonly Value[], extents: Extents): EntryResult {
    this.expectOpen();
    const uploaded = new Map<string, Tensor>();
    try {
      for (const { name } of entry.listed.inputs) uploaded.set(name, upload(inputs[name]!));
      return entry.run(uploaded, states, extents);
    } catch (error) {
      throw explainFailure(error, entry.listed.name);
    } finally {
      giveBack(uploaded.values());
    }
  }

  private readOutputs(result: EntryResult, leave: readonly string[] = []): HostTensors {
    const outputs: Record<string, HostTensor> = {};
    try {
      for (const [name, tensor] of result.outputs) if (!leave.includes(name)) outputs[name] = { shape: [...tensor.shape], data: tensor.dataSync().slice() as Float32Array | Int32Array };
      return outputs;
    } catch (error) {
      throw explainFailure(error, "reading the outputs");
    } finally {
      giveBack(result.outputs.values());
    }
  }

  private readonly forget = (closed: TfjsState): void => {
    this.states.delete(closed);
  };

  private track(state: TfjsState): TfjsState {
    this.states.add(state);
    this.statesMade++;
    return state;
  }

  private entryNamed(name: string): ReadyEntry {
    const entry = this.entries.get(name);
    if (!entry) throw new MszError("unknown-entry", `the plan has no entry \`${name}\` for TensorFlow.js`, { hint: `it has ${[...this.entries.keys()].join(", ")}` });
    return entry;
  }

  private ownState(state: DeviceState): TfjsState {
    if (!(state instanceof TfjsState) || !this.states.has(state)) {
      throw new MszError("foreign-state", "this state was made by another program, or is disposed");
    }
    return state;
  }

  private expectOpen(): void {
    if (this.disposed) throw new MszError("disposed", "this program is disposed");
    // The backend of tfjs is one for the process; another user of it may have changed it.
    if (tf.getBackend() !== this.backend.name) {
      throw new MszError("backend-changed", `tfjs was set to its backend \`${tf.getBackend()}\` after this program was opened on \`${this.backend.name}\`.`, { hint: "leave the backend alone while a program is open" });
    }
  }
}

/** Stands where a state is that the run does not look at. */
const absent = new Cache([], undefined);

function upload(tensor: HostTensor): Tensor {
  return tf.tensor(tensor.data, [...tensor.shape], tensor.data instanceof Float32Array ? "float32" : "int32");
}

function weightBytes(plan: Plan): number {
  return plan.parameters.reduce((sum, p) => sum + 4 * p.shape.reduce((n, size) => n * size, 1), 0);
}
