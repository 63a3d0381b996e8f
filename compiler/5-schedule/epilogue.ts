/** The elementwise chain behind a special op, as what its kernel does with each element instead of storing it. */
import { bug } from "../../src/base/assert.js";
import type { Node } from "../../src/graph/graph.js";
import type { KernelExpr } from "../../src/kernel/kernel.js";
import type { Coordinates } from "../../src/kernel/view.js";
import type { KernelWriter } from "../../src/kernel/writer.js";
import type { FusedGroup } from "./fused.js";
import { Inliner } from "./inline.js";
import type { Epilogue } from "./kernels/types.js";

export function epilogueOf(node: Node, group: FusedGroup): Epilogue {
  const chain = group.nodes.slice(1);
  const result = chain.at(-1) ?? bug("an epilogue of nothing");
  return {
    name: chain.slice(0, 3).map((n) => (n.op === "map" ? n.fn : n.op)).join("_"),
    write(w: KernelWriter, value: KernelExpr, at: Coordinates): void {
      const inliner = new Inliner(w, { inMemory: group.inMemory, bind: (n) => w.operand(n, "read") });
      const named = new Map<string, KernelExpr>();
      for (const [name, place] of at) named.set(name, inliner.coordinate("at", place));
      inliner.set(node, named, value);
      w.store(w.operand(result, "write"), inliner.index(result, named), inliner.value(result, named));
    },
  };
}
