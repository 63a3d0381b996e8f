/**
 * Counter-based random numbers: no state, the same on every backend. The kernels of op `sample` compute the same hash.
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

/** FNV-1a of the UTF-16 units, 32 bits: a stream number for a name. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
