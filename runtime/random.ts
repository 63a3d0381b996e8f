/**
 * Counter-based random numbers: no state, the same on every backend. The kernels of the ops `sample` and `keep` compute the same hash.
 */

/** PCG-RXS-M-XS (O'Neill 2014), 32 bits. */
export function pcg(value: number): number {
  const state = (Math.imul(value, 747796405) + 2891336453) >>> 0;
  const word = Math.imul(((state >>> ((state >>> 28) + 4)) ^ state) >>> 0, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}

/** Uniform in [0, 1), 24 bits. */
export function uniform(seed: number, drawn: number, row: number): number {
  const hash = pcg((pcg((pcg(seed >>> 0) + drawn) >>> 0) + row) >>> 0);
  return (hash >>> 8) / 2 ** 24;
}

/** What all elements of one mask of dropout share: hashed once. */
export function maskBase(seed: number, counter: number, stream: number): number {
  return pcg((pcg((pcg(seed >>> 0) + counter) >>> 0) + stream) >>> 0);
}

/**
 * The mask, `kept` or 0: an element goes when 24 bits of pcg(pcg(i) + base) are below rate · 2^24. The hash is spelled out in 32-bit
 * integers, which are several times as fast as the numbers of `pcg`.
 */
export function fillMask(out: Float32Array, base: number, rate: number, kept: number): void {
  const least = Math.ceil(rate * 2 ** 24);
  for (let i = 0; i < out.length; i++) {
    let state = (Math.imul(i, 747796405) - 1403630843) | 0;
    let word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737);
    state = (Math.imul((((word >>> 22) ^ word) + base) | 0, 747796405) - 1403630843) | 0;
    word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737);
    out[i] = ((word >>> 22) ^ word) >>> 8 >= least ? kept : 0;
  }
}

/** FNV-1a of the UTF-16 units, 32 bits: a stream number for a name. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
