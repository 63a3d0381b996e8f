/**
 * The body of a scan: a graph of one token, made with an emitter of its own, in which nodes of the graph around it appear as inputs
 * without their tokens; and the way back, a body as nodes for all tokens at once.
 */
import type { Span } from "../../src/base/source.js";
import { bug } from "../../src/base/assert.js";
import { batchDim, GraphBuilder, hasDim, tokenDim, type Dim, type Node } from "../../src/graph/graph.js";
import type { ScanBody } from "../../src/graph/ops.js";
import { Emitter } from "./emit.js";
import { exactly } from "./gradient/shapes.js";

/** A body, and what its inputs are in the graph around it. */
export interface Scanned {
  readonly body: ScanBody;
  readonly inputs: readonly Node[];
}

export class BodyBuilder {
  readonly emit: Emitter;
  private readonly befores: Node[] = [];
  /** Inputs by the node outside. */
  private readonly given = new Map<Node, Node>();

  constructor(span: Span) {
    this.emit = new Emitter(span);
  }

  /** What the next state is before the token; `dims` begin with the batch. */
  state(dims: readonly Dim[]): Node {
    const before = this.emit.input(`state.${this.befores.length}`, "f32", dims);
    this.befores.push(before);
    return before;
  }

  /** A node of the graph around, at the token. */
  input(outside: Node): Node {
    let input = this.given.get(outside);
    if (!input) {
      input = this.emit.input(`${this.given.size}`, outside.dtype, outside.dims.filter((d) => d.name !== tokenDim));
      this.given.set(outside, input);
    }
    return input;
  }

  /** `after`: what each state is behind the token. Nodes and inputs that none of them needs are left out. */
  finish(after: readonly Node[]): Scanned {
    const afters = this.befores.map((before, i) => exactly(this.emit, after[i]!, before.dims));
    const live = new Set<Node>(afters);
    for (const node of [...this.emit.nodes].reverse()) if (live.has(node)) node.inputs.forEach((input) => live.add(input));
    const builder = new GraphBuilder();
    const moved = new Map<Node, Node>();
    const outsideOf = new Map([...this.given].map(([outside, inside]) => [inside, outside]));
    const [inputs, inner]: [Node[], Node[]] = [[], []];
    for (const node of this.emit.nodes) {
      const outside = outsideOf.get(node);
      if (!live.has(node) && !this.befores.includes(node)) continue;
      const name = outside && { name: `${inputs.length}` };
      const made = builder.add({ ...node, ...name, id: -1, inputs: node.inputs.map((input) => moved.get(input)!) });
      moved.set(node, made);
      if (!outside) continue;
      inputs.push(outside);
      inner.push(made);
    }
    const states = this.befores.map((before, i) => ({ before: moved.get(before)!, after: moved.get(afters[i]!)! }));
    return { body: { nodes: builder.nodes, inputs: inner, states }, inputs };
  }
}

/**
 * Makes a body's nodes again in another graph, with `given` for its inputs: for one token, or, where those have tokens, for all of them.
 * Gives the node that each has become.
 */
export function instantiate(emit: Emitter, body: ScanBody, given: ReadonlyMap<Node, Node>): Map<Node, Node> {
  const made = new Map(given);
  for (const node of body.nodes) {
    if (made.has(node)) continue;
    if (node.op === "input") bug(`no node is given for input ${node.name} of a body`);
    const inputs = node.inputs.map((input) => made.get(input)!);
    const token = inputs.flatMap((x) => x.dims).find((d) => d.name === tokenDim);
    const batches = node.dims.filter((d) => d.name === batchDim);
    const dims = token && !hasDim(node, tokenDim) ? [...batches, token, ...node.dims.filter((d) => d.name !== batchDim)] : node.dims;
    // A view's place counts the tokens' dim.
    const at = node.op === "unsqueeze" && { at: dims.findIndex((d) => d.name === node.dim) };
    made.set(node, emit.builder.add({ ...node, ...at, id: -1, dims, inputs }));
  }
  return made;
}
