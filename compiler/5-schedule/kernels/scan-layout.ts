/**
 * What a scan's kernel keeps while it computes a token, and in which order: values that threads take from one another are held, in phases with a
 * barrier after each; all others are computed where they are used. Held is in workgroup memory what fits, the rest in a scratch value.
 */
import type { Dim, Node } from "../../../src/graph/graph.js";
import type { ScanBody } from "../../../src/graph/ops.js";
import { isView, sourceOf } from "../../../src/kernel/view.js";
import { workgroupNumbers } from "../rows.js";
import { innerCount, isRow, sourcesOf, spaceKey } from "../space.js";

export interface HeldValue {
  readonly node: Node;
  readonly numbers: number;
  /** In workgroup memory; else from this number on in the scratch value of its sequence. */
  readonly place: "workgroup" | number;
}

export interface ScanLayout {
  /** Held values that are computed together, in the order of the phases. What the states become is the last phase, of its own. */
  readonly phases: readonly (readonly Node[])[];
  /** By node: held values of the phases, and for each state, by its `before`, room for two of its values that change places. */
  readonly held: ReadonlyMap<Node, HeldValue>;
  /** Numbers of the scratch value for each sequence. */
  readonly scratch: number;
  /** The most elements of any value: what threads are shared out over. */
  readonly widest: number;
}

export function layoutOf(body: ScanBody): ScanLayout {
  const levels = new Levels(body);
  const phases: Node[][] = [];
  for (const node of levels.held) (phases[levels.levelOf(node) - 1] ??= []).push(node);
  const states = body.states.map(({ before }) => before);
  const wanted = [...states.map((node) => ({ node, numbers: 2 * innerCount(node) })), ...levels.held.map((node) => ({ node, numbers: innerCount(node) }))];
  return {
    phases,
    ...place(wanted),
    widest: Math.max(...states.map(innerCount), ...levels.held.map(innerCount)),
  };
}

/** The small ones go to workgroup memory; of integers there are few, and the scratch value has none. */
function place(wanted: readonly { readonly node: Node; readonly numbers: number }[]): { held: Map<Node, HeldValue>; scratch: number } {
  const held = new Map<Node, HeldValue>();
  let [left, scratch] = [workgroupNumbers, 0];
  for (const { node, numbers } of [...wanted].sort((a, b) => Number(a.node.dtype === "f32") - Number(b.node.dtype === "f32") || a.numbers - b.numbers)) {
    if (numbers <= left) {
      left -= numbers;
      held.set(node, { node, numbers, place: "workgroup" });
    } else {
      held.set(node, { node, numbers, place: scratch });
      scratch += numbers;
    }
  }
  return { held, scratch };
}

/** Which nodes are held, and behind how many barriers each is known. */
class Levels {
  readonly held: readonly Node[];
  private readonly readers = new Map<Node, Node[]>();
  /** Maps that a product takes from all over. */
  private readonly spread = new Set<Node>();
  private readonly levels = new Map<Node, number>();
  private readonly heldSet = new Set<Node>();

  constructor(body: ScanBody) {
    for (const node of body.nodes) {
      if (isView(node)) continue;
      for (const source of sourcesOf(node)) this.readers.set(source, [...(this.readers.get(source) ?? []), node]);
      const x = node.op === "matmul" ? sourceOf(node.inputs[0]!) : undefined;
      if (x && isComputed(x)) this.spread.add(x);
    }
    for (const node of body.nodes) {
      const sums = node.op === "matmul" || node.op === "reduce";
      if (this.spread.has(node) || (sums && !this.isTakenInPlace(node))) this.heldSet.add(node);
    }
    this.held = [...this.heldSet];
  }

  /** 1: from what is known before the token. */
  levelOf(node: Node): number {
    let level = this.levels.get(node);
    if (level === undefined) {
      level = Math.max(0, ...sourcesOf(node).map((source) => this.levelOf(source))) + (this.heldSet.has(node) ? 1 : 0);
      this.levels.set(node, level);
    }
    return level;
  }

  /**
   * Whether a sum is only used element by element, by what the states become and nothing before: the thread that uses it computes it.
   */
  private isTakenInPlace(node: Node): boolean {
    const space = spaceKey(node);
    const seen = new Set<Node>();
    const open = [node];
    for (let value = open.pop(); value; value = open.pop()) {
      if (seen.has(value)) continue;
      seen.add(value);
      const readers = this.readers.get(value) ?? [];
      if (readers.some((r) => r.op !== "map" || spaceKey(r) !== space || this.spread.has(r) || readsRenamed(r, value))) return false;
      open.push(...readers);
    }
    return true;
  }
}

function readsRenamed(reader: Node, value: Node): boolean {
  const renamed = (n: Node): boolean => n.op === "rename" || (isView(n) && renamed(n.inputs[0]!));
  return reader.inputs.some((input) => sourceOf(input) === value && renamed(input));
}

function isComputed(node: Node): boolean {
  return node.op === "map" || node.op === "turn_half";
}

/** A value's axes, for one sequence. */
export function axesOf(node: Node): Dim[] {
  return node.dims.filter((d) => !isRow(d));
}
