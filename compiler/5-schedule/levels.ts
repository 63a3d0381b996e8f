/**
 * Launches in an order → the same launches level by level: those of a level need nothing of one another. For a device that waits between launches where it must, as
 * few waits as the data flow allows; values live longer for it, so it is for entries of one token, whose values are short.
 */
import type { Launch, Operand } from "../../src/kernel/kernel.js";

export interface Levels {
  readonly launches: readonly Launch[];
  /** By launch, never falling. */
  readonly levels: readonly number[];
}

/** @param memoryOf equal for operands that may lie in the same memory, however values are placed */
export function inLevels(launches: readonly Launch[], memoryOf: (operand: Operand) => unknown): Levels {
  /** The first level that may write, and that may read, what lies there. */
  const writable = new Map<unknown, number>();
  const readable = new Map<unknown, number>();
  const placed = launches.map((launch) => {
    const uses = launch.operands.map((operand) => ({ memory: memoryOf(operand), writes: operand.access !== "read" }));
    const level = Math.max(0, ...uses.map(({ memory, writes }) => (writes ? writable : readable).get(memory) ?? 0));
    for (const { memory, writes } of uses) {
      writable.set(memory, Math.max(level + 1, writable.get(memory) ?? 0));
      if (writes) readable.set(memory, level + 1);
    }
    return { launch, level };
  });
  placed.sort((a, b) => a.level - b.level);
  return { launches: placed.map(({ launch }) => launch), levels: placed.map(({ level }) => level) };
}
