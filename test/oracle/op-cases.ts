/**
 * Small graphs with seeded tensors, one or more for every op and every map function, at odd sizes. Every backend runs them all
 * and is compared with `evaluate`.
 */
import type { OpCase } from "./case-builder.js";
import { attentionGradientCases } from "./cases/attention-gradient.js";
import { constantCases, mapCases, reduceCases, viewCases } from "./cases/elementwise.js";
import { crossEntropyCases, finiteCases, keepCases } from "./cases/loss.js";
import { gatherCases, matmulCases, waveCases } from "./cases/products.js";
import { recurrenceCases } from "./cases/recurrence.js";
import { reverseCases } from "./cases/reverse.js";
import { appendCases, attentionCases, convolveCases, countCases, lastCases, sampleCases } from "./cases/sequence.js";
import {
  convolveGradientCases, matmulOverFirstCases, reduceOfParameterCases, reduceOverTokensCases, scatterAddCases, weightGradientCases,
} from "./cases/weight-gradients.js";

export type { OpCase } from "./case-builder.js";
/** Entries that change parameters and the optimiser's states: a runner of these must hold both over a call. */
export { updateCases } from "./cases/updates.js";

export function opCases(): OpCase[] {
  return [...inferenceCases(), ...trainingCases()];
}

function inferenceCases(): OpCase[] {
  return [
    ...mapCases(), ...reduceCases(), ...viewCases(), ...constantCases(),
    ...matmulCases(), ...gatherCases(), ...waveCases(),
    ...recurrenceCases(),
    ...countCases(), ...lastCases(), ...convolveCases(), ...attentionCases(), ...appendCases(), ...sampleCases(),
  ];
}

/** What only the entries of training have: ops of the backward pass, the loss, dropout. */
export function trainingCases(): OpCase[] {
  return [
    ...reduceOverTokensCases(), ...reduceOfParameterCases(), ...matmulOverFirstCases(), ...weightGradientCases(), ...scatterAddCases(),
    ...convolveGradientCases(), ...reverseCases(), ...attentionGradientCases(), ...crossEntropyCases(), ...keepCases(), ...finiteCases(),
  ];
}
