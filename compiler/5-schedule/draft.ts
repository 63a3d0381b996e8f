/**
 * A group that may still grow, and the order in which groups must run: each knows those that it depends on. Which nodes join one is decided
 * in `group.ts`.
 */
import { bug } from "../../src/base/assert.js";
import type { Node } from "../../src/graph/graph.js";

export type GroupKind = "special" | "map" | "column" | "row";

export interface Draft {
  kind: GroupKind;
  nodes: Set<Node>;
  /** `map`: of all its nodes; `column`: of the reduction's result and what follows it. */
  space: string;
  readonly rows: string;
  /** Takes no other nodes. */
  readonly sealed: boolean;
  /** Inner elements of its widest value. */
  widest: number;
  /** Inner elements of the results of all its reductions. */
  results: number;
  /** Whether some of its work is over a whole recurrent state. */
  overState: boolean;
  deps: Set<Draft>;
  users: Set<Draft>;
  /** Longer than that of any group that this one depends on. */
  level: number;
}

export function connect(user: Draft, dep: Draft): void {
  user.deps.add(dep);
  dep.users.add(user);
  raise(user, dep.level + 1);
}

function raise(group: Draft, level: number): void {
  if (group.level >= level) return;
  group.level = level;
  for (const user of group.users) raise(user, level + 1);
}

/** Whether `from` is, or depends on, `to`. */
export function reaches(from: Draft, to: Draft, seen = new Set<Draft>()): boolean {
  if (from === to) return true;
  if (from.level <= to.level || seen.has(from)) return false;
  seen.add(from);
  for (const dep of from.deps) if (reaches(dep, to, seen)) return true;
  return false;
}

export function first(nodes: ReadonlySet<Node>): Node {
  return nodes.values().next().value ?? bug("an empty group");
}

export function lastOf(nodes: ReadonlySet<Node>): Node {
  return [...nodes].at(-1) ?? bug("an empty group");
}
