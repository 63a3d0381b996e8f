/**
 * Small graphs with seeded tensors, one or more for every op and every map function, at odd sizes. Every backend runs them all
 * and is compared with `evaluate`.
 */
import type { OpCase } from "./case-builder.js";
import { constantCases, mapCases, reduceCases, viewCases } from "./cases/elementwise.js";
import { gatherCases, matmulCases, waveCases } from "./cases/products.js";
import { recurrenceCases } from "./cases/recurrence.js";
import { appendCases, attentionCases, convolveCases, countCases, lastCases, sampleCases } from "./cases/sequence.js";

export type { OpCase } from "./case-builder.js";

export function opCases(): OpCase[] {
  return [
    ...mapCases(), ...reduceCases(), ...viewCases(), ...constantCases(),
    ...matmulCases(), ...gatherCases(), ...waveCases(),
    ...recurrenceCases(),
    ...countCases(), ...lastCases(), ...convolveCases(), ...attentionCases(), ...appendCases(), ...sampleCases(),
  ];
}
