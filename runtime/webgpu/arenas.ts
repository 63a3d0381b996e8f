/**
 * Where the values of one entry lie on a device. In: the entry, sizes at a call, the most bytes of a buffer. Out: pages with slots in them, or
 * MszError `out-of-memory` that names the value for which no buffer is large enough.
 */
import type { DeviceEntry } from "../../src/plan/plan.js";
import { evaluateSize, layoutArenas, type ArenaLayout, type Extents } from "../../src/plan/size.js";
import { formatBytes, outOfMemory } from "./gpu.js";

export function placeArenas(name: string, entry: DeviceEntry, extents: Extents, most: number): ArenaLayout {
  const layout = layoutArenas(entry, extents, most);
  const tooLarge = layout.bytes.findIndex((bytes) => bytes > most);
  if (tooLarge < 0) return layout;
  // It is alone in its page.
  const slot = layout.pages.indexOf(tooLarge);
  const sizes = entry.buffers.map((buffer) => (buffer.slot === slot ? evaluateSize(buffer.bytes, extents) : -1));
  const largest = entry.buffers[sizes.indexOf(Math.max(...sizes))]!;
  const { label } = entry.dispatches[largest.first]!;
  const trains = name === "train" || name === "accumulate";
  throw outOfMemory(
    evaluateSize(entry.slots[slot]!.bytes, extents),
    `one value that \`${label}\` computes in the entry \`${name}\``,
    `one buffer of this adapter holds at most ${formatBytes(most)}`,
    trains ? "a smaller `batch` in the block `train`, with a larger `accumulate` for as many sequences an update, or shorter windows" : "fewer tokens in one call or a smaller batch",
  );
}
