/**
 * What the rules of one differentiation share: which nodes need a cotangent, and the cotangents that have arrived. A cotangent may lack dims
 * of its node: it is the same along them.
 */
import { assert } from "../../../src/base/assert.js";
import type { Dim, Node, NodeOf } from "../../../src/graph/graph.js";
import type { Emitter } from "../emit.js";
import { unbroadcast } from "./shapes.js";

/** A read of a recurrence's states and the cotangent of its result. */
export interface Read {
  readonly node: NodeOf<"scan_read">;
  readonly g: Node;
}

export class Backward {
  /** Real nodes that depend on a parameter, not through a stopped one. */
  private readonly needed = new Set<Node>();
  private readonly arrived = new Map<Node, Node>();
  private readonly reads = new Map<Node, Read[]>();

  constructor(readonly emit: Emitter, primal: readonly Node[], stopped: ReadonlySet<Node>) {
    for (const node of primal) {
      const trained = node.op === "parameter" || node.inputs.some((input) => this.needed.has(input));
      if (trained && node.dtype === "f32" && !stopped.has(node)) this.needed.add(node);
    }
  }

  needs(node: Node): boolean {
    return this.needed.has(node);
  }

  /**
   * Adds to the cotangent of an input. `make` is called only where one is needed; its result is summed over those of the dims `along` that the
   * input lacks: `along` is the place where the rule computes, most often the dims of its node.
   */
  give(input: Node, make: () => Node, along: readonly Dim[] = input.dims): void {
    if (!this.needs(input)) return;
    const g = unbroadcast(this.emit, make(), along, input.dims);
    assert(g.dims.every((d) => input.dims.some((own) => own.name === d.name)), `a cotangent of ${input.op} has dims that it lacks`);
    const before = this.arrived.get(input);
    this.arrived.set(input, before ? this.emit.binary("add", before, g, input.dims) : g);
  }

  cotangent(node: Node): Node | undefined {
    return this.arrived.get(node);
  }

  /** Reads of one recurrence go back together, once the walk is at its `boundaries`. */
  addRead(boundaries: Node, read: Read): void {
    this.reads.set(boundaries, [...this.readsOf(boundaries), read]);
  }

  readsOf(boundaries: Node): readonly Read[] {
    return this.reads.get(boundaries) ?? [];
  }
}
