/** A set of states' memory that entries are bound to: a sequence batch's, a trainer's, or none. Keeps what is bound to it, and lets go of that when memory is replaced. */
import type { Bound } from "./bound.js";
import type { Instance } from "./instance.js";
import type { Block } from "./memory.js";

export class Side {
  /** By index into `plan.states`. */
  readonly blocks: (Block | undefined)[] = [];
  private readonly bounds = new Map<Instance, Bound>();

  replace(index: number, block: Block): void {
    this.blocks[index] = block;
    this.forget();
  }

  boundTo(instance: Instance): Bound | undefined {
    return this.bounds.get(instance);
  }

  bind(instance: Instance, bound: Bound): void {
    this.drop(instance);
    this.bounds.set(instance, bound);
    instance.sides.add(this);
  }

  drop(instance: Instance): void {
    this.bounds.get(instance)?.dispose();
    this.bounds.delete(instance);
    instance.sides.delete(this);
  }

  /** All that was recorded with its addresses. */
  forget(): void {
    for (const instance of [...this.bounds.keys()]) this.drop(instance);
  }
}
