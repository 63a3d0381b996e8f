/**
 * What the rules of one differentiation share: which nodes need a cotangent, and the cotangents that have arrived. A cotangent may lack dims
 * of its node: it is the same along them.
 */
import { assert } from "../../../src/base/assert.js";
import type { Dim, Node, NodeOf } from "../../../src/graph/graph.js";
import type { ScanBody } from "../../../src/graph/ops.js";
import type { Emitter } from "../emit.js";
import { unbroadcast } from "./shapes.js";

/** A read of a recurrence's states and the cotangent of its result. */
export interface Read {
  readonly node: NodeOf<"scan_read">;
  readonly g: Node;
}

/** How the cotangent of a node goes on to its inputs. */
export type Rule = (node: Node, back: Backward) => void;

export class Backward {
  /** Real nodes that depend on a source, not through a stopped one. */
  private readonly needed = new Set<Node>();
  private readonly arrived = new Map<Node, Node>();
  private readonly reads = new Map<Node, Read[]>();

  /** `sources`: what cotangents are wanted of, in front of `primal` or in it. */
  constructor(
    readonly emit: Emitter, private readonly primal: readonly Node[], private readonly sources: ReadonlySet<Node>, stopped: ReadonlySet<Node>,
    private readonly rule: Rule,
  ) {
    for (const source of sources) this.needed.add(source);
    for (const node of primal) {
      const depends = node.inputs.some((input) => this.needed.has(input));
      if (depends && node.dtype === "f32" && !stopped.has(node)) this.needed.add(node);
    }
  }

  /** From the last node to the first, each with its own span and label on what it adds. */
  walk(): void {
    const { emit } = this;
    const { span, label } = emit;
    for (const node of [...this.primal].reverse()) {
      if (this.sources.has(node)) continue;
      emit.span = node.span;
      emit.label = node.label;
      this.rule(node, this);
    }
    emit.span = span;
    emit.label = label;
  }

  /** A differentiation of other nodes by the same rules. */
  within(emit: Emitter, primal: readonly Node[], sources: readonly Node[]): Backward {
    return new Backward(emit, primal, new Set(sources), new Set(), this.rule);
  }

  /** The scans of one body, which go back together at the first of them. */
  scansOf(body: ScanBody): NodeOf<"scan">[] {
    return this.primal.filter((node): node is NodeOf<"scan"> => node.op === "scan" && node.body === body);
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
