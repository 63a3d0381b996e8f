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

  /**
   * `after`: what each state is behind the token. What depends on no state is made for all tokens at once, by `around`; what no state needs is left out.
   */
  finish(after: readonly Node[], around: Emitter): Scanned {
    const afters = this.befores.map((before, i) => exactly(this.emit, after[i]!, before.dims));
    const outsideOf = this.moveOut(afters, around);
    const live = neededFor(this.emit.nodes, afters, outsideOf);
    const builder = new GraphBuilder();
    const moved = new Map<Node, Node>();
    const [inputs, inner]: [Node[], Node[]] = [[], []];
    for (const node of this.emit.nodes) {
      if (!live.has(node) && !this.befores.includes(node)) continue;
      const outside = outsideOf.get(node);
      if (!outside) {
        moved.set(node, builder.add({ ...node, id: -1, inputs: node.inputs.map((input) => moved.get(input)!) }));
        continue;
      }
      const { dtype, dims, span, label } = node;
      const input = builder.add({ op: "input", name: `${inputs.length}`, id: -1, dtype, dims, inputs: [], span, label });
      moved.set(node, input);
      inputs.push(outside);
      inner.push(input);
    }
    const states = this.befores.map((before, i) => ({ before: moved.get(before)!, after: moved.get(afters[i]!)! }));
    return { body: { nodes: builder.nodes, inputs: inner, states }, inputs };
  }

  /** The nodes that the body gets from outside: its inputs, and where it first meets what depends on no state. */
  private moveOut(afters: readonly Node[], around: Emitter): Map<Node, Node> {
    const { nodes } = this.emit;
    const depends = new Set<Node>(this.befores);
    for (const node of nodes) if (node.inputs.some((input) => depends.has(input))) depends.add(node);
    const met = new Set([...afters, ...nodes.filter((n) => depends.has(n)).flatMap((n) => n.inputs)]);
    // Numbers and places along an axis cost nothing and are no operands.
    const out = [...met].filter((n) => !depends.has(n) && n.op !== "input" && n.op !== "scalar" && n.op !== "iota");
    const given = new Map([...this.given].map(([outside, inside]) => [inside, outside]));
    const wanted = neededFor(nodes, out, given);
    const made = instantiate(around, nodes.filter((n) => wanted.has(n)), given);
    return new Map([...given, ...out.map((n) => [n, made.get(n)!] as const)]);
  }
}

/** The results and what they are made of, as far as that is not given. */
function neededFor(nodes: readonly Node[], results: readonly Node[], given: ReadonlyMap<Node, Node>): Set<Node> {
  const needed = new Set(results);
  for (const node of [...nodes].reverse()) if (needed.has(node) && !given.has(node)) node.inputs.forEach((input) => needed.add(input));
  return needed;
}

/**
 * Makes a body's nodes again in another graph, with `given` for its inputs: for one token, or, where those have tokens, for all of them.
 * Gives the node that each has become.
 */
export function instantiate(emit: Emitter, nodes: readonly Node[], given: ReadonlyMap<Node, Node>): Map<Node, Node> {
  const made = new Map(given);
  for (const node of nodes) {
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
