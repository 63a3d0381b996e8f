/**
 * In which order groups run, and where updates and outputs are written. The new value of a state or a parameter goes straight into
 * its buffer when every reader of the old value can run before; else it is written to an arena and copied at the end.
 */
import { bug } from "../../src/base/assert.js";
import type { Graph, Node } from "../../src/graph/graph.js";
import { sourceOf } from "../../src/kernel/view.js";
import type { Group } from "./group.js";
import { spaceKey } from "./space.js";
import { keyOfStorage, storageKey, updatesOf, type Storage } from "./storage.js";

/** A group, or a copy of a stored value to a second place. The group of a `rank_sum` is that node alone. */
export type Step =
  | { readonly kind: "group"; readonly group: Group; readonly inPlace: ReadonlyMap<Node, Storage> }
  | { readonly kind: "copy"; readonly from: Node; readonly to: Target };

export type Target = { readonly kind: "output"; readonly name: string } | Storage;

export interface Order {
  readonly steps: readonly Step[];
  /** Stored values that are written straight to where they are wanted; `append` aside. */
  readonly targets: ReadonlyMap<Node, Target>;
}

interface Unit {
  readonly group?: Group;
  readonly copy?: { readonly from: Node; readonly to: Target };
  readonly inPlace: Map<Node, Storage>;
  readonly deps: Set<Unit>;
  readonly rank: number;
}

export function orderGroups(graph: Graph, groups: readonly Group[]): Order {
  const summed = new Set(groups.flatMap(({ nodes }) => nodes.filter((n) => n.op === "rank_sum").map((n) => sourceOf(n.inputs[0]!))));
  // What is summed over ranks, and the sum, go before all else, so that the sum is under way while the backward pass goes on.
  const rankOf = ({ nodes }: Group): number => (nodes.some((n) => n.op === "rank_sum" || summed.has(n)) ? -1 : Math.max(...nodes.map((n) => n.id)));
  const units: Unit[] = groups.map((group) => ({ group, inPlace: new Map(), deps: new Set(), rank: rankOf(group) }));
  const maker = new Map<Node, Unit>();
  for (const unit of units) for (const node of [...unit.group!.nodes, ...unit.group!.stored]) maker.set(node, unit);
  /** Who reads the old value of a state or a parameter. */
  const readers = new Map<string, Set<Unit>>();
  const read = (unit: Unit, node: Node): void => {
    const key = storageKey(node);
    if (key !== undefined) readers.set(key, (readers.get(key) ?? new Set()).add(unit));
    const from = maker.get(node);
    if (from && from !== unit) unit.deps.add(from);
  };
  for (const unit of units) for (const node of unit.group!.reads) read(unit, node);
  if (summed.size > 0) sumLast(units);

  const targets = new Map<Node, Target>();
  const late: { readonly from: Node; readonly to: Target }[] = [];
  const copy = (from: Node, to: Target): void => {
    const unit: Unit = { copy: { from, to }, inPlace: new Map(), deps: new Set(), rank: graph.nodes.length + units.length };
    read(unit, from);
    units.push(unit);
  };
  for (const { name, node } of graph.outputs) {
    const source = sourceOf(node);
    const to: Target = { kind: "output", name };
    if (!maker.has(source) || source.op === "append" || source.op === "rank_sum" || targets.has(source)) copy(source, to);
    else targets.set(source, to);
  }
  const updates = updatesOf(graph)
    .map(({ storage, node }) => ({ storage, key: keyOfStorage(storage), source: sourceOf(node) }))
    .filter(({ key, source }) => storageKey(source) !== key);
  /** A copy overwrites a storage: all who read the old value come first. */
  const letReadersGoFirst = (): void => {
    for (const unit of units) {
      if (!unit.copy || unit.copy.to.kind === "output") continue;
      for (const reader of readers.get(keyOfStorage(unit.copy.to)) ?? []) if (reader !== unit) unit.deps.add(reader);
    }
  };
  // Copies of what no group makes read another's old value, which its update must wait for: they are known before all updates.
  for (const { storage, source } of updates) if (!maker.has(source)) copy(source, storage);
  letReadersGoFirst();
  for (const { storage, key, source } of updates) {
    const unit = maker.get(source);
    if (!unit) continue;
    if (!writesDirectly(unit, source, key, readers.get(key) ?? new Set(), targets)) {
      late.push({ from: source, to: storage });
      continue;
    }
    for (const reader of readers.get(key) ?? []) if (reader !== unit) unit.deps.add(reader);
    if (source.op === "append") continue;
    targets.set(source, storage);
    if (readers.get(key)?.has(unit)) unit.inPlace.set(source, storage);
  }
  for (const { from, to } of late) copy(from, to);
  letReadersGoFirst();
  const steps = sortUnits(units).map(({ group, copy: made, inPlace }): Step => (group ? { kind: "group", group, inPlace } : { kind: "copy", ...made! }));
  return { steps, targets };
}

function writesDirectly(unit: Unit, source: Node, key: string, readers: ReadonlySet<Unit>, targets: ReadonlyMap<Node, Target>): boolean {
  if (source.op === "append") {
    const cache = sourceOf(source.inputs[0]!);
    if (storageKey(cache) !== key) bug(`append to ${key} is given another cache`);
    for (const reader of readers) if (reader !== unit && dependsOn(reader, unit)) bug(`the old ${key} is read after its append`);
    return true;
  }
  if (source.op === "rank_sum" || targets.has(source)) return false;
  if (readers.has(unit) && !isAligned(unit.group!, source, key)) return false;
  return [...readers].every((reader) => reader === unit || !dependsOn(reader, unit));
}

/** A sum over ranks is written over what is summed: all others who read that come first. */
function sumLast(units: readonly Unit[]): void {
  const isSum = ({ group }: Unit): boolean => group?.nodes[0]!.op === "rank_sum";
  const sums = units.filter(isSum);
  for (const reader of units) {
    if (isSum(reader)) continue;
    for (const sum of sums) if (sum.group!.reads.some((node) => reader.group?.reads.includes(node))) sum.deps.add(reader);
  }
}

/** Whether the thread that writes an element of the update is the only one that reads that element of what it overwrites. */
function isAligned(group: Group, update: Node, key: string): boolean {
  if (group.kind !== "map" && group.kind !== "column") return false;
  const spaceOf = (node: Node): string => spaceKey(node.op === "reduce" ? node.inputs[0]! : node);
  const space = spaceKey(update);
  // The kernel visits each element of this space once.
  const visited = spaceOf(group.nodes.find((n) => n.op === "reduce") ?? update);
  if (visited !== space) return false;
  const order = (node: Node): string => node.dims.filter((d) => d.size !== 1).map((d) => d.name).join(" ");
  const [inside, reads] = [new Set(group.nodes), new Set(group.reads)];
  /** `own`: the value is wanted at the place that its own computation is for, in the update's space. */
  const visit = (node: Node, own: boolean): boolean => {
    if (storageKey(node) === key) return own && order(node) === order(update);
    if (reads.has(node) || (inside.has(node) && own)) return true;
    const straight = node.op === "map" || node.op === "squeeze" || node.op === "unsqueeze";
    return node.inputs.every((input) => visit(input, own && straight));
  };
  return group.nodes.every((node) => {
    const straight = (node.op === "map" || node.op === "reduce") && spaceOf(node) === space;
    return node.inputs.every((input) => visit(input, straight || (inside.has(sourceOf(input)) && node.op === "map" && !renamed(input))));
  });
}

function renamed(node: Node): boolean {
  return node.op === "rename" || ((node.op === "squeeze" || node.op === "unsqueeze") && renamed(node.inputs[0]!));
}

function dependsOn(from: Unit, to: Unit, seen = new Set<Unit>()): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return [...from.deps].some((d) => dependsOn(d, to, seen));
}

/** Dependencies first; else in the order of the graph. */
function sortUnits(units: readonly Unit[]): Unit[] {
  const waiting = new Map(units.map((u) => [u, u.deps.size]));
  const users = new Map<Unit, Unit[]>();
  for (const unit of units) for (const dep of unit.deps) users.set(dep, [...(users.get(dep) ?? []), unit]);
  const ready = units.filter((u) => u.deps.size === 0).sort((a, b) => a.rank - b.rank);
  const sorted: Unit[] = [];
  for (let next = ready.shift(); next; next = ready.shift()) {
    sorted.push(next);
    for (const user of users.get(next) ?? []) {
      const left = waiting.get(user)! - 1;
      waiting.set(user, left);
      if (left > 0) continue;
      const at = ready.findIndex((r) => r.rank > user.rank);
      ready.splice(at < 0 ? ready.length : at, 0, user);
    }
  }
  if (sorted.length !== units.length) bug("groups wait for one another");
  return sorted;
}
