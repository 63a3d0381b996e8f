/** A run of training in float64: the entries `accumulate` and `train` as the oracle computes them, step by step, from the weights of seed 3. */
import type { TrainingStep } from "../../runtime/device.js";
import { initializeWeights } from "../../runtime/weights/initialize.js";
import type { Graph } from "../../src/graph/graph.js";
import type { Plan } from "../../src/plan/plan.js";
import type { Tensor, Tensors } from "../helpers/tensors.js";
import { evaluate } from "./evaluate.js";

export const referenceSeed = 3;

export class TrainingReference {
  parameters: Tensors;

  /** @param states where they do not begin at zero */
  constructor(plan: Plan, private readonly graphs: readonly Graph[], public states: Tensors = {}) {
    this.parameters = Object.fromEntries(initializeWeights(plan, referenceSeed));
  }

  get loss(): number {
    return this.states["loss.sum"]!.data[0]! / this.states["loss.steps"]!.data[0]!;
  }

  step({ batches, schedule, seed, counter, restart }: TrainingStep): void {
    batches.forEach(({ tokens, targets, source_tokens: source }, i) => {
      const last = i === batches.length - 1;
      const graph = this.graphs.find((g) => g.entry === (last ? "train" : "accumulate"))!;
      const one = (value: number): Tensor => ({ shape: [1], data: [value] });
      const inputs: Tensors = {
        tokens, targets, ...(source ? { source_tokens: source } : {}), schedule: { shape: [3], data: schedule }, seed: one(seed), counter: one(counter + i), restart: one(Number(last ? restart : i === 0)),
      };
      const [B, T] = tokens.shape as [number, number];
      const after = evaluate(graph, { inputs, parameters: this.parameters, states: this.states, extents: { B, T, E: source?.shape[1] ?? 0 } });
      this.parameters = { ...this.parameters, ...after.parameters };
      this.states = { ...this.states, ...after.states };
    });
  }
}
