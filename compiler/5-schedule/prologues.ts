/**
 * Which products of few rows compute what they read for themselves (CUDA): in a decode step a norm is little work, and a launch of its own, or a wait of all blocks for
 * one another, takes longer than the work. What others read as well is stored by the first workgroup of one of the products.
 */
import { batchDim, type Graph, type Node } from "../../src/graph/graph.js";
import { isView, sourceOf } from "../../src/kernel/view.js";
import type { Group } from "./group.js";
import { takesPrologue } from "./kernels/matmul.js";
import { innerCount, lengthOf, rowDims, workOf } from "./space.js";
import { updatesOf } from "./storage.js";
import type { KernelTarget } from "./target.js";

/** Times that a group may go through as many elements as a row of its result has. */
const mostPasses = 24;
/** Results of reductions that find room in any case. */
const mostResults = 8;

export function joinPrologues(graph: Graph, groups: readonly Group[], target: KernelTarget): readonly Group[] {
  if (target.name !== "cuda" || graph.backward !== undefined) return groups;
  const results = new Set([...graph.outputs.map(({ node }) => node), ...updatesOf(graph).map(({ node }) => node)].map(sourceOf));
  const joined = new Joined(groups, target);
  for (const group of groups) if (!group.stored.some((node) => results.has(node))) joined.join(group);
  return joined.groups();
}

class Joined {
  private readonly now: Map<Group, Group>;
  /** By value in memory. */
  private readonly makers = new Map<Node, Group>();

  constructor(private readonly given: readonly Group[], private readonly target: KernelTarget) {
    this.now = new Map(given.map((group) => [group, group]));
    for (const group of given) for (const node of group.stored) this.makers.set(node, group);
  }

  /** In their order, without those that are prologues only. */
  groups(): Group[] {
    return this.given.flatMap((group) => this.now.get(group) ?? []);
  }

  /** Makes `group` the prologue of the products that read it, where all that reads it can do without it. */
  join(group: Group): void {
    if (!isCheap(group)) return;
    const readers = [...this.now].filter(([, { reads }]) => reads.some((node) => group.stored.includes(node)));
    const products = readers.filter(([, reader]) => this.takes(reader, group));
    const others = readers.filter(([, reader]) => !products.some(([, product]) => product === reader));
    if (products.length === 0) return;
    const kept = group.stored.filter((node) => others.some(([, { reads }]) => reads.includes(node)));
    const storing = kept.length === 0 ? undefined : products.find(([, product]) => !this.reaches(withPrologue(product, group, []), new Set(others.map(([, other]) => other))));
    if (kept.length > 0 && !storing) return;
    for (const [key, product] of products) this.now.set(key, withPrologue(product, group, key === storing?.[0] ? kept : []));
    for (const node of kept) this.makers.set(node, storing![0]);
    this.now.delete(group);
  }

  private takes({ kind, nodes, reads, stored, prologue }: Group, group: Group): boolean {
    const [product, ...chain] = nodes;
    if (kind !== "special" || product?.op !== "matmul" || prologue) return false;
    const [x, weight] = product.inputs.map(sourceOf) as [Node, Node];
    if (!group.stored.includes(x) || x.storage !== undefined || x.dtype !== "f32" || weight.op !== "parameter") return false;
    // What the epilogue reads lies in memory, so it must be of other groups.
    const own = new Set(group.nodes);
    if (reads.some((node) => node !== x && own.has(node)) || chain.some((node) => uses(node, x, product))) return false;
    if (reads.length + group.reads.length + stored.length + group.stored.length > this.target.bindings) return false;
    return takesPrologue(product, innerCount(x), this.target);
  }

  /** Whether `from` needs what one of `to` makes. */
  private reaches(from: Group, to: ReadonlySet<Group>, seen = new Set<Group>()): boolean {
    return from.reads.some((node) => {
      const key = this.makers.get(node);
      const maker = key && this.now.get(key);
      if (!maker || seen.has(maker)) return false;
      seen.add(maker);
      return to.has(maker) || this.reaches(maker, to, seen);
    });
  }
}

/** Few passes over rows of sequences, which read no state: its update would have to wait for the product. */
function isCheap({ kind, nodes, stored, reads }: Group): boolean {
  if (kind !== "row" && kind !== "map") return false;
  const widest = Math.max(...stored.map(innerCount));
  const ofSequences = nodes.every((node) => rowDims(node).length === 1 && rowDims(node)[0]!.name === batchDim);
  // The workgroup memory that a product leaves is for a row of x, not for many results of reductions beside it.
  const results = nodes.reduce((sum, node) => sum + (node.op === "reduce" ? innerCount(node) : 0), 0);
  const passes = nodes.map((node) => (node.op === "reduce" ? lengthOf(node) * innerCount(node) : innerCount(node)));
  return ofSequences && (results <= mostResults || 8 * results <= widest) && passes.every((n) => n <= widest) && passes.reduce((a, b) => a + b) <= mostPasses * widest && !reads.some((node) => node.op === "state");
}

/** Whether `x` is read to compute `node`, beside what `product` reads. */
function uses(node: Node, x: Node, product: Node): boolean {
  return node.inputs.some((input) => {
    const source = sourceOf(input);
    if (source === x) return true;
    return source !== product && !isView(source) && workOf(source) !== "leaf" && workOf(source) !== "special" && uses(source, x, product);
  });
}

function withPrologue(product: Group, group: Group, kept: readonly Node[]): Group {
  const own = new Set(group.nodes);
  const reads = [...new Set([...product.reads.filter((node) => !own.has(node)), ...group.reads])].sort((a, b) => a.id - b.id);
  return { ...product, reads, stored: [...product.stored, ...kept], prologue: { ...group, stored: kept } };
}
