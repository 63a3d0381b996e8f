/** One draw from one row of logits, and the random number behind it. */

export interface DrawSettings {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
}

export function drawRow(logits: readonly number[], settings: DrawSettings, seed: number, drawn: number, row: number): number {
  const highest = Math.max(...logits);
  if (settings.temperature === 0) return logits.indexOf(highest);
  const weights = logits.map((logit) => Math.exp((logit - highest) / settings.temperature));

  if (settings.topK > 0 && settings.topK < weights.length) {
    const kth = [...weights].sort((a, b) => b - a)[settings.topK - 1]!;
    weights.forEach((weight, id) => weight < kth && (weights[id] = 0));
  }
  if (settings.topP < 1) {
    const enough = settings.topP * sum(weights);
    const sorted = [...weights].sort((a, b) => b - a);
    let reached = 0;
    let smallest = sorted[0]!;
    for (const weight of sorted) {
      smallest = weight;
      reached += weight;
      if (reached >= enough) break;
    }
    weights.forEach((weight, id) => weight < smallest && (weights[id] = 0));
  }

  const target = uniform(seed, drawn, row) * sum(weights);
  let cumulative = 0;
  for (let id = 0; id < weights.length; id++) {
    cumulative += weights[id]!;
    if (cumulative > target) return id;
  }
  // Only rounding leads here: the last id that may be drawn.
  return weights.findLastIndex((weight) => weight > 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** In [0, 1), a multiple of 2^-24. */
export function uniform(seed: number, drawn: number, row: number): number {
  const hash = pcg(pcg(pcg(seed) + drawn) + row);
  return (hash >>> 8) / 2 ** 24;
}

/** PCG-RXS-M-XS on 32 bits. */
export function pcg(value: number): number {
  const state = (Math.imul(value >>> 0, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}
