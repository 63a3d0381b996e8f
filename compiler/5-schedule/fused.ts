/** What kernels of fused groups have in common: which values are read and written, and under which bindings. */
import { bug } from "../../src/base/assert.js";
import type { Node } from "../../src/graph/graph.js";
import type { KernelWriter } from "../../src/kernel/writer.js";
import type { Group } from "./group.js";

/** A group together with what the schedule has decided about it. */
export interface FusedGroup extends Group {
  readonly label: string;
  readonly inMemory: (node: Node) => boolean;
  /** State updates that are written over the value that this group reads: the update, then the state's name. */
  readonly inPlace: ReadonlyMap<Node, string>;
}

export interface Bindings {
  readonly read: (node: Node) => number;
  readonly write: (node: Node) => number;
}

export function bindingsOf(w: KernelWriter, group: FusedGroup): Bindings {
  const updated = new Map<string, Node>();
  for (const name of group.inPlace.values()) {
    const state = group.reads.find((n) => n.op === "state" && n.state === name);
    updated.set(name, state ?? bug(`${name} is updated in place and not read`));
  }
  const both = (state: Node): number => w.operand(state, "read_write", { name: "state" });
  return {
    read: (node) => {
      const state = node.op === "state" ? updated.get(node.state) : undefined;
      return state ? both(state) : w.operand(node, "read");
    },
    write: (node) => {
      const name = group.inPlace.get(node);
      return name === undefined ? w.operand(node, "write") : both(updated.get(name)!);
    },
  };
}

/** `row_exp_multiply`: the kind, and the first few things that are done. */
export function kernelNameOf(group: Group): string {
  const words: string[] = group.nodes.map((n) => (n.op === "map" ? n.fn : n.op === "reduce" ? n.fn : n.op));
  const distinct = words.filter((word, at) => words.indexOf(word) === at);
  return [group.kind, ...distinct.slice(0, 3)].join("_");
}
