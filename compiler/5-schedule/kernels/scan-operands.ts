/**
 * What a scan's kernel reads: the starts and the body's inputs. A kernel binds eight values, and a recurrence with gates has more, so that those of one kind,
 * a token's, a sequence's or the same for all, are put into one value each by launches in front of it.
 */
import { bug } from "../../../src/base/assert.js";
import { batchDim, hasDim, tokenDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import { add, mul, u } from "../../../src/kernel/build.js";
import type { KernelExpr, Launch } from "../../../src/kernel/kernel.js";
import { indexIn, sourceOf, type Coordinates } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { bindingLimit } from "../group.js";
import { innerCount } from "../space.js";
import { forEachElement } from "./elements.js";
import { scratch } from "./scratch.js";
import { labelOf } from "./types.js";

/** Reads an operand at its own coordinates, token included. */
export type ReadOperand = (w: KernelWriter, operand: Node, at: Coordinates) => KernelExpr;

interface Pack {
  readonly node: Node;
  /** Dims of symbolic size, which all members have. */
  readonly rows: readonly Dim[];
  readonly width: number;
  readonly offsets: ReadonlyMap<Node, number>;
}

const kinds = ["a token's", "the same for all", "a sequence's"] as const;
type Kind = (typeof kinds)[number];

/** `others`: bindings of the kernel that are no operands. */
export function scanOperands(node: NodeOf<"scan">, others: number): { launches: Launch[]; read: ReadOperand } {
  const packs: Pack[] = [];
  for (const kind of kinds) {
    if (bindingsOf(node, packs) + others <= bindingLimit) break;
    const members = [...new Set(node.inputs)].filter((x) => kindOf(x) === kind);
    if (new Set(members.map(sourceOf)).size > 1) packs.push(packOf(node, packs.length, members));
  }
  if (bindingsOf(node, packs) + others > bindingLimit) bug(`a scan reads ${bindingsOf(node, packs)} values`);
  const find = (operand: Node): Pack | undefined => packs.find((p) => p.offsets.has(operand));
  return {
    launches: packs.flatMap((pack) => [...pack.offsets.keys()].map((member) => fill(node, pack, member))),
    read(w, operand, at) {
      const pack = find(operand);
      return pack ? w.load(w.operand(pack.node, "read", { name: "packed" }), placeIn(pack, operand, at)) : w.read(operand, at);
    },
  };
}

function bindingsOf(node: NodeOf<"scan">, packs: readonly Pack[]): number {
  const bound = node.inputs.map((x) => packs.find((p) => p.offsets.has(x))?.node ?? sourceOf(x));
  return new Set(bound.filter((x) => x.op !== "scalar" && x.op !== "iota")).size;
}

/** Integers are few and stay as they are, like what takes no memory. */
function kindOf(x: Node): Kind | undefined {
  const source = sourceOf(x);
  if (x.dtype !== "f32" || source.op === "scalar" || source.op === "iota") return undefined;
  if (hasDim(x, tokenDim)) return hasDim(x, batchDim) ? "a token's" : undefined;
  return hasDim(x, batchDim) ? "a sequence's" : "the same for all";
}

function packOf(node: NodeOf<"scan">, which: number, members: readonly Node[]): Pack {
  const rows = members[0]!.dims.filter((d) => d.name === batchDim || d.name === tokenDim);
  const offsets = new Map<Node, number>();
  let width = 0;
  for (const member of members) {
    offsets.set(member, width);
    width += countIn(member, rows);
  }
  return { node: scratch(node, which, "f32", [...rows, { name: "@packed", size: width }]), rows, width, offsets };
}

/** A member's elements in a row: tokens may be one, which is a number and no axis. */
function countIn(member: Node, rows: readonly Dim[]): number {
  return rows.reduce((count, d) => (typeof d.size === "number" ? count / d.size : count), innerCount(member));
}

function placeIn({ rows, width, offsets }: Pack, member: Node, at: Coordinates): KernelExpr {
  const inner = member.dims.filter((d) => !rows.some((r) => r.name === d.name));
  return add(mul(indexIn(rows, at), u(width)), add(u(offsets.get(member)!), indexIn(inner, at)));
}

function fill(node: NodeOf<"scan">, pack: Pack, member: Node): Launch {
  const w = new KernelWriter("scan_pack", 64, node.span);
  forEachElement(w, member.dims, (at) => w.store(w.operand(pack.node, "write", { name: "packed" }), placeIn(pack, member, at), w.read(member, at)));
  return w.launch(member.dims.map((d) => d.size), 64, labelOf(node));
}
