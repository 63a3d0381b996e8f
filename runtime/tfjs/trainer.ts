/**
 * The optimiser of a program: its states, and steps of training that replace them and the program's parameters. tfjs computes at
 * once, so a step is done when it returns.
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import { MszError } from "../../src/base/error.js";
import type { Plan } from "../../src/plan/plan.js";
import type { HostTensors, Trainer, TrainingReport, TrainingStep } from "../device.js";
import { firstValue } from "../state-tensors.js";
import { inputsOfStep } from "../training/inputs.js";
import { Cache } from "./cache.js";
import type { EntryResult } from "./entry.js";
import { giveBack } from "./failure.js";
import { TfjsState, valueFromHost, valueToHost } from "./state.js";
import type { Value } from "./value.js";

/** Runs an entry on the states of training, which are where they are among all states of the plan. */
type Run = (entry: string, inputs: HostTensors, states: readonly Value[]) => EntryResult;

export class TfjsTrainer implements Trainer {
  /** States of sequences are absent: no entry of training looks at them. */
  private readonly states: TfjsState;
  private disposed = false;

  constructor(
    private readonly plan: Plan,
    private readonly run: Run,
    private readonly onDispose: () => void,
  ) {
    if (plan.training?.precision === "float16") {
      throw new MszError("no-half-precision", "the plan trains with `precision = float16`, and TensorFlow.js computes in float32 only", {
        hint: "use --backend cuda or webgpu, or write `precision = float32` in the spec's `train` block",
      });
    }
    const first = plan.states.map((spec) => (spec.class === "training" ? valueFromHost(spec, 0, 0, firstValue(spec)) : new Cache([], undefined)));
    this.states = new TfjsState(0, 0, 0, first, () => undefined);
  }

  async step(step: TrainingStep): Promise<void> {
    this.expectOpen();
    for (const { entry, inputs } of inputsOfStep(this.plan, step)) this.states.replace(this.run(entry.name, inputs, this.states.values).states);
  }

  async report(): Promise<TrainingReport> {
    this.expectOpen();
    const [sum, steps, norm, broken] = ["loss.sum", "loss.steps", "norm", "broken"].map((name) => this.numberOf(name));
    return { loss: sum! / steps!, norm: norm!, broken: broken! };
  }

  async readState(): Promise<HostTensors> {
    this.expectOpen();
    const tensors = this.plan.states.flatMap((spec, i) => (spec.class === "training" ? [[spec.name, valueToHost(spec, this.states.values[i]!, 0)] as const] : []));
    return Object.fromEntries(tensors);
  }

  async writeState(tensors: HostTensors): Promise<void> {
    this.expectOpen();
    const made = new Map<number, Value>();
    try {
      this.plan.states.forEach((spec, i) => {
        if (spec.class === "training") made.set(i, valueFromHost(spec, 0, 0, tensors[spec.name]));
      });
    } catch (error) {
      giveBack([...made.values()].map((value) => value as Tensor));
      throw error;
    }
    this.states.replace(made);
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.states.dispose();
    this.onDispose();
  }

  private numberOf(state: string): number {
    const index = this.plan.states.findIndex((spec) => spec.name === state);
    const value = this.states.values[index];
    if (!value || value instanceof Cache) throw new MszError("bad-plan", `the plan has no state \`${state}\``);
    return value.dataSync()[0]!;
  }

  private expectOpen(): void {
    if (this.disposed) throw new MszError("disposed", "this trainer is disposed");
  }
}
