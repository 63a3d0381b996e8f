/**
 * Equal layers share kernels: a group is described without names of parameters and states, for targets with launch arguments without the numbers of dropout's
 * masks too, and each description is built once in a compilation. What comes back has this group's own operands and arguments.
 */
import { bug } from "../../src/base/assert.js";
import type { Node } from "../../src/graph/graph.js";
import { dimsWords, opWords } from "../../src/graph/words.js";
import type { Launch, Operand } from "../../src/kernel/kernel.js";
import { workOf } from "./space.js";

interface Built {
  readonly launches: readonly Launch[];
  readonly description: Description;
}

export interface Description {
  readonly key: string;
  readonly nodes: readonly Node[];
  /** Numbers that the key leaves out, each once. */
  readonly numbers: readonly number[];
}

export class KernelCache {
  private readonly built = new Map<string, Built>();

  launches(description: Description, label: string, build: () => readonly Launch[]): Launch[] {
    let found = this.built.get(description.key);
    if (!found) this.built.set(description.key, (found = { launches: build(), description }));
    const { nodes, numbers } = found.description;
    const own = new Map(nodes.map((node, at) => [node, description.nodes[at] ?? bug("two groups of one description differ")]));
    // Scratch between the launches of one special op is nobody's node: each use has its own.
    const ownOf = (node: Node): Node => {
      if (!own.has(node)) own.set(node, { ...node });
      return own.get(node)!;
    };
    const operand = (o: Operand): Operand => ({ ...o, node: ownOf(o.node) });
    const number = (value: number): number => description.numbers[numbers.indexOf(value)] ?? bug(`the description does not know of ${value}`);
    return found.launches.map((launch) => ({
      ...launch, operands: launch.operands.map(operand), ...(launch.arguments ? { arguments: launch.arguments.map(number) } : {}), label,
    }));
  }
}

/**
 * All that decides a group's kernel: ops, sizes, types, what is read and stored. `inMemory` says where to stop. `marks` are facts about
 * single nodes (`stored`, `in place`).
 * @param given whether launches give the numbers of masks: then which of them are equal is described, not which they are
 */
export function describe(roots: readonly Node[], inMemory: (node: Node) => boolean, marks: (node: Node) => string, given: boolean): Description {
  const places = new Map<Node, number>();
  const numbers: number[] = [];
  const wordsOf = (node: Node): string => {
    if (node.op !== "keep" || !given) return opWords(node);
    const known = numbers.indexOf(node.stream);
    return opWords({ ...node, stream: known < 0 ? numbers.push(node.stream) - 1 : known });
  };
  const lines: string[] = [];
  const visit = (node: Node): number => {
    const known = places.get(node);
    if (known !== undefined) return known;
    let what = "stored";
    if (!inMemory(node)) {
      if (workOf(node) === "leaf") bug(`${node.op} lies in memory`);
      what = wordsOf(node);
      for (const input of node.inputs) what += ` ${visit(input)}`;
    } else if (node.op === "parameter") what = "parameter";
    what += ` ${node.dtype}${node.storage ? ` as ${node.storage}` : ""}${dimsWords(node.dims)}`;
    const place = places.size;
    places.set(node, place);
    lines.push(`${what} ${marks(node)}`);
    return place;
  };
  const results = roots.map(visit);
  return { key: `${lines.join("\n")}\n${results.join(",")}`, nodes: [...places.keys()], numbers };
}
