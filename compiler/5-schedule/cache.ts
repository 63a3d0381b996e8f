/**
 * Equal layers share kernels: a group is described without names of parameters and states, and each description is built
 * once in a compilation. What comes back has this group's own operands.
 */
import { bug } from "../../src/base/assert.js";
import type { Node } from "../../src/graph/graph.js";
import { dimsWords, opWords } from "../../src/graph/words.js";
import type { Launch, Operand } from "../../src/kernel/kernel.js";
import { workOf } from "./space.js";

interface Built {
  readonly launches: readonly Launch[];
  /** The nodes of the group that was built, in the order of the description. */
  readonly nodes: readonly Node[];
}

export interface Description {
  readonly key: string;
  readonly nodes: readonly Node[];
}

export class KernelCache {
  private readonly built = new Map<string, Built>();

  launches(description: Description, label: string, build: () => readonly Launch[]): Launch[] {
    let found = this.built.get(description.key);
    if (!found) this.built.set(description.key, (found = { launches: build(), nodes: description.nodes }));
    const own = new Map(found.nodes.map((node, at) => [node, description.nodes[at] ?? bug("two groups of one description differ")]));
    // Scratch between the launches of one special op is nobody's node: each use has its own.
    const ownOf = (node: Node): Node => {
      if (!own.has(node)) own.set(node, { ...node });
      return own.get(node)!;
    };
    const operand = (o: Operand): Operand => ({ ...o, node: ownOf(o.node) });
    return found.launches.map((launch) => ({ ...launch, operands: launch.operands.map(operand), label }));
  }
}

/**
 * All that decides a group's kernel: ops, sizes, types, what is read and stored. `inMemory` says where to stop. `marks` are facts about
 * single nodes (`stored`, `in place`).
 */
export function describe(roots: readonly Node[], inMemory: (node: Node) => boolean, marks: (node: Node) => string): Description {
  const numbers = new Map<Node, number>();
  const lines: string[] = [];
  const visit = (node: Node): number => {
    const known = numbers.get(node);
    if (known !== undefined) return known;
    let what = "stored";
    if (!inMemory(node)) {
      if (workOf(node) === "leaf") bug(`${node.op} lies in memory`);
      what = opWords(node);
      for (const input of node.inputs) what += ` ${visit(input)}`;
    } else if (node.op === "parameter") what = "parameter";
    what += ` ${node.dtype}${node.storage ? ` as ${node.storage}` : ""}${dimsWords(node.dims)}`;
    const number = numbers.size;
    numbers.set(node, number);
    lines.push(`${what} ${marks(node)}`);
    return number;
  };
  const results = roots.map(visit);
  return { key: `${lines.join("\n")}\n${results.join(",")}`, nodes: [...numbers.keys()] };
}
