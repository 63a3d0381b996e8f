/** What the optimiser keeps between calls: states of class `training`, zero at first. Their dims are those of the gradients. */
import { oneDim, type Dim, type Node, type StateSpec } from "../../../src/graph/graph.js";
import type { Model } from "../../../src/model/model.js";
import type { Emitter } from "../emit.js";

const one: Dim = { name: oneDim, size: 1 };

export type Moment = "first" | "second";

/** Moments of a parameter: adam's two, momentum's one. */
export function momentsOf(model: Model): readonly Moment[] {
  const { optimizer } = model.train;
  if ("betas" in optimizer) return ["first", "second"];
  return optimizer.momentum > 0 ? ["first"] : [];
}

/** The states that an entry has used, and their new values. */
export class TrainingStates {
  readonly specs: StateSpec[] = [];
  readonly updates = new Map<string, Node>();

  constructor(private readonly emit: Emitter) {}

  /** Old value in, new value out; the old one is handed on. A state of one number has no dims here. */
  number(name: string, dtype: "f32" | "i32", next: (old: Node) => Node): Node {
    const { emit } = this;
    return emit.squeeze(this.tensor(name, dtype, [one], (old) => emit.unsqueeze(next(emit.squeeze(old, oneDim)), oneDim, 0)), oneDim);
  }

  tensor(name: string, dtype: "f32" | "i32", dims: readonly Dim[], next: (old: Node) => Node): Node {
    const old = this.emit.state(name, dtype, dims);
    this.specs.push({ name, dtype, dims, class: "training" });
    this.updates.set(name, next(old));
    return old;
  }

  /** Read only. */
  read(name: string, dims: readonly Dim[]): Node {
    this.specs.push({ name, dtype: "f32", dims, class: "training" });
    return this.emit.state(name, "f32", dims);
  }

  readNumber(name: string): Node {
    return this.emit.squeeze(this.read(name, [one]), oneDim);
  }
}
