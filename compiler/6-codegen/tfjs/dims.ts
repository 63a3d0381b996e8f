/** Sets of dims, by name. */
import type { Dim } from "../../../src/graph/graph.js";

export function has(dims: readonly Dim[], dim: Dim): boolean {
  return dims.some((d) => d.name === dim.name);
}

/** Elements of dims whose sizes are numbers. */
export function volume(dims: readonly Dim[]): number {
  return dims.reduce((n, d) => n * (d.size as number), 1);
}
