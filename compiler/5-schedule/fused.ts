/** What kernels of fused groups have in common: which values are read and written, and under which bindings. */
import { bug } from "../../src/base/assert.js";
import type { Node } from "../../src/graph/graph.js";
import type { KernelWriter } from "../../src/kernel/writer.js";
import type { Group } from "./group.js";
import { keyOfStorage, storageKey, type Storage } from "./storage.js";

/** A group together with what the schedule has decided about it. */
export interface FusedGroup extends Group {
  readonly label: string;
  readonly inMemory: (node: Node) => boolean;
  /** Updates that are written over the value that this group reads: the update, then what it overwrites. */
  readonly inPlace: ReadonlyMap<Node, Storage>;
}

export interface Bindings {
  readonly read: (node: Node) => number;
  readonly write: (node: Node) => number;
}

export function bindingsOf(w: KernelWriter, group: FusedGroup): Bindings {
  /** A parameter that is overwritten may be read through nodes of other dims: all of them are one binding. */
  const updated = new Map<string, Node>();
  for (const storage of group.inPlace.values()) {
    const key = keyOfStorage(storage);
    updated.set(key, group.reads.find((n) => storageKey(n) === key) ?? bug(`${key} is updated in place and not read`));
  }
  const both = (node: Node): number => w.operand(node, "read_write", { name: "state" });
  return {
    read: (node) => {
      const old = updated.get(storageKey(node) ?? "");
      return old ? both(old) : w.operand(node, "read");
    },
    write: (node) => {
      const storage = group.inPlace.get(node);
      return storage === undefined ? w.operand(node, "write") : both(updated.get(keyOfStorage(storage))!);
    },
  };
}

/** `row_exp_multiply`: the kind, and the first few things that are done. */
export function kernelNameOf(group: Group): string {
  const words: string[] = group.nodes.map((n) => (n.op === "map" ? n.fn : n.op === "reduce" ? n.fn : n.op));
  const distinct = words.filter((word, at) => words.indexOf(word) === at);
  return [group.kind, ...distinct.slice(0, 3)].join("_");
}
