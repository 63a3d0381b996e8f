/** What the optimiser keeps between calls: states of class `training`, zero at first but for the loss scale. Their dims are those of the gradients. */
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
    const old = this.readNumber(name, dtype);
    this.setNumber(name, next(old));
    return old;
  }

  tensor(name: string, dtype: "f32" | "i32", dims: readonly Dim[], next: (old: Node) => Node): Node {
    const old = this.read(name, dims, dtype);
    this.updates.set(name, next(old));
    return old;
  }

  /** Its new value may follow. */
  read(name: string, dims: readonly Dim[], dtype: "f32" | "i32" = "f32", initial?: number): Node {
    this.specs.push({ name, dtype, dims, class: "training", ...(initial === undefined ? {} : { initial }) });
    return this.emit.state(name, dtype, dims);
  }

  readNumber(name: string, dtype: "f32" | "i32" = "f32", initial?: number): Node {
    return this.emit.squeeze(this.read(name, [one], dtype, initial), oneDim);
  }

  setNumber(name: string, value: Node): void {
    this.updates.set(name, this.emit.unsqueeze(value, oneDim, 0));
  }
}
