/** Tells a corpus from another one. In: its bytes, read piece by piece. Out: a hash of them. */
import { createHash } from "node:crypto";

const piece = 2 ** 20;

export interface FingerprintOptions {
  /** Bytes up to which all of a corpus is hashed. */
  readonly whole?: number;
  /** How far the reading is, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/**
 * A hash of every byte of a corpus of up to 8 GiB, which takes a few seconds a GiB. Of a larger one, of as many bytes: pieces of 1 MiB at
 * even distances, the first and the last bytes among them, and the size. A change between two pieces is then not seen.
 */
export function fingerprintOf(size: number, read: (from: number, count: number) => Uint8Array, { whole = 8 * 2 ** 30, onProgress }: FingerprintOptions = {}): string {
  const hash = createHash("sha256").update(`${size} `);
  const pieces = Math.ceil(Math.min(size, whole) / piece);
  for (let i = 0; i < pieces; i++) {
    const from = size <= whole ? i * piece : Math.floor((i / Math.max(1, pieces - 1)) * (size - piece));
    hash.update(read(from, Math.min(piece, size - from)));
    onProgress?.((i + 1) / pieces);
  }
  return hash.digest("hex").slice(0, 32);
}
