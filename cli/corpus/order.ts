/** In which order the windows of a corpus are seen: a permutation an epoch, computed and not kept, so that a corpus may be of any size. */
import { pcg } from "../../runtime/random.js";

const rounds = 4;

/**
 * The place of `index` in a permutation of 0 … count-1, another one for each seed and epoch: a Feistel network over the next even
 * number of bits, walked until it lands inside.
 */
export function shuffled(index: number, count: number, seed: number, epoch: number): number {
  const half = Math.max(1, Math.ceil(Math.log2(Math.max(2, count)) / 2));
  const mask = 2 ** half - 1;
  const base = pcg((pcg(seed >>> 0) + epoch) >>> 0);
  let place = index;
  do {
    let left = Math.floor(place / 2 ** half) & mask;
    let right = place & mask;
    for (let round = 0; round < rounds; round++) {
      const mixed = pcg((pcg((base + round) >>> 0) + right) >>> 0);
      [left, right] = [right, (left ^ (mixed >>> 7)) & mask];
    }
    place = left * 2 ** half + right;
  } while (place >= count);
  return place;
}
