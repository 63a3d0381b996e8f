/**
 * What a scan's kernel reads: the starts and the body's inputs. A kernel binds eight values, and a recurrence with gates has more, so that those of one type
 * and kind, a token's, a sequence's or the same for all, are put into one value each by launches in front of it: at most six, with two left for the kernel.
 */
import { bug } from "../../../src/base/assert.js";
import { batchDim, hasDim, tokenDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import { add, less, mul, sub, u } from "../../../src/kernel/build.js";
import type { KernelExpr, Launch } from "../../../src/kernel/kernel.js";
import { coordinatesOf, indexIn, sourceOf, type Coordinates } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { innerCount } from "../space.js";
import { forEachElement, merge, namePlaces } from "./elements.js";
import { scratch } from "./scratch.js";
import { labelOf } from "./types.js";

const packedDim = "@packed";
const packThreads = 64;

/** Reads an operand at its own coordinates, token included. */
export type ReadOperand = (w: KernelWriter, operand: Node, at: Coordinates) => KernelExpr;

interface Pack {
  readonly node: Node;
  /** Dims of symbolic size, which all members have. */
  readonly rows: readonly Dim[];
  readonly width: number;
  readonly offsets: ReadonlyMap<Node, number>;
}

const kinds = ["f32", "i32"].flatMap((dtype) => ["a token's", "the same for all", "a sequence's"].map((rows) => `${rows} ${dtype}`));

/** `others`: bindings of the kernel that are no operands; `bindingLimit`: all that it may have. */
export function scanOperands(node: NodeOf<"scan">, others: number, bindingLimit: number): { launches: Launch[]; read: ReadOperand } {
  const packs: Pack[] = [];
  for (const kind of kinds) {
    if (bindingsOf(node, packs) + others <= bindingLimit) break;
    const members = [...new Set(node.inputs)].filter((x) => kindOf(x) === kind);
    if (new Set(members.map(sourceOf)).size > 1) packs.push(packOf(node, packs.length + 1, members));
  }
  if (bindingsOf(node, packs) + others > bindingLimit) bug(`a scan reads ${bindingsOf(node, packs)} values`);
  const find = (operand: Node): Pack | undefined => packs.find((p) => p.offsets.has(operand));
  return {
    launches: packs.flatMap((pack) => fill(node, pack, bindingLimit)),
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

/** Undefined: takes no memory. */
function kindOf(x: Node): string | undefined {
  const source = sourceOf(x);
  if (source.op === "scalar" || source.op === "iota") return undefined;
  return `${hasDim(x, tokenDim) ? "a token's" : hasDim(x, batchDim) ? "a sequence's" : "the same for all"} ${x.dtype}`;
}

function packOf(node: NodeOf<"scan">, which: number, members: readonly Node[]): Pack {
  const rows = members[0]!.dims.filter((d) => d.name === batchDim || d.name === tokenDim);
  const offsets = new Map<Node, number>();
  let width = 0;
  for (const member of members) {
    offsets.set(member, width);
    width += countIn(member, rows);
  }
  return { node: scratch(node, which, members[0]!.dtype, [...rows, { name: packedDim, size: width }]), rows, width, offsets };
}

/** A member's elements in a row: tokens may be one, which is a number and no axis. */
function countIn(member: Node, rows: readonly Dim[]): number {
  return rows.reduce((count, d) => (typeof d.size === "number" ? count / d.size : count), innerCount(member));
}

function placeIn({ rows, width, offsets }: Pack, member: Node, at: Coordinates): KernelExpr {
  return add(mul(indexIn(rows, at), u(width)), add(u(offsets.get(member)!), indexIn(innerOf(rows, member), at)));
}

/** As many members at once as a kernel binds beside the pack. */
function fill(node: NodeOf<"scan">, pack: Pack, bindingLimit: number): Launch[] {
  const members = [...pack.offsets];
  const launches: Launch[] = [];
  for (let from = 0; from < members.length; from += bindingLimit - 1) {
    const some = members.slice(from, from + bindingLimit - 1);
    const [first, end] = [some[0]![1], members[from + bindingLimit - 1]?.[1] ?? pack.width];
    const w = new KernelWriter("scan_pack", packThreads, node.span);
    const dims: Dim[] = [...pack.rows, { name: packedDim, size: end - first }];
    forEachElement(w, dims, (at) => {
      const place = w.let_("place", add(at.get(packedDim)!, u(first)));
      const to = add(mul(indexIn(pack.rows, at), u(pack.width)), place);
      const store = (k: number): void => {
        const [member, offset] = some[k]!;
        const copy = (): void => {
          const inner = namePlaces(w, coordinatesOf(innerOf(pack.rows, member), w.let_("inner", sub(place, u(offset)))));
          w.store(w.operand(pack.node, "write", { name: "packed" }), to, w.read(member, merge(at, inner)));
        };
        const next = some[k + 1];
        if (next) w.if_(less(place, u(next[1])), copy, () => store(k + 1));
        else copy();
      };
      store(0);
    });
    launches.push(w.launch(dims.map((d) => d.size), packThreads, labelOf(node)));
  }
  return launches;
}

function innerOf(rows: readonly Dim[], member: Node): Dim[] {
  return member.dims.filter((d) => !rows.some((r) => r.name === d.name));
}
