/**
 * Small graphs with seeded tensors, one or more for every op and every map function, at odd sizes. Every backend runs them all
 * and is compared with `evaluate`.
 */
import type { OpCase } from "./case-builder.js";
import { attentionGradientCases } from "./cases/attention-gradient.js";
import { constantCases, mapCases, reduceCases, viewCases } from "./cases/elementwise.js";
import { correctionCases, reverseCorrectionCases } from "./cases/corrections.js";
import { crossEntropyCases, finiteCases, keepCases } from "./cases/loss.js";
import { gatherCases, matmulCases, waveCases } from "./cases/products.js";
import { recurrenceCases } from "./cases/recurrence.js";
import { reverseCases } from "./cases/reverse.js";
import { scanCases } from "./cases/scan.js";
import { rankSumCases } from "./cases/ranks.js";
import { appendCases, attentionCases, convolveCases, countCases, lastCases, sampleCases } from "./cases/sequence.js";
import { joinCases, sourceCases, sourceGradientCases, topCases } from "./cases/translation.js";
import {
  convolveGradientCases, matmulOverFirstCases, reduceOfParameterCases, reduceOverTokensCases, scatterAddCases, weightGradientCases,
} from "./cases/weight-gradients.js";

export type { OpCase } from "./case-builder.js";
/** Entries that change parameters and the optimiser's states: a runner of these must hold both over a call. */
export { updateCases } from "./cases/updates.js";

export function opCases(): OpCase[] {
  return [...inferenceCases(), ...trainingCases()];
}

/**
 * A score near 1,000 is rounded by 6e-5 in float32, and by so much, relative, a weight is wrong that is made of it by exp: in the backward pass
 * exp(score - log_sum), where nothing cancels as it does in a softmax.
 */
export function toleranceOf(c: OpCase, usual: number): number {
  return c.name === "attention_gradient large scores" ? Math.max(usual, 1e-4) : usual;
}

function inferenceCases(): OpCase[] {
  return [
    ...mapCases(), ...reduceCases(), ...viewCases(), ...constantCases(),
    ...matmulCases(), ...gatherCases(), ...waveCases(),
    ...recurrenceCases(), ...correctionCases(), ...scanCases(),
    ...countCases(), ...lastCases(), ...convolveCases(), ...attentionCases(), ...appendCases(), ...sampleCases(),
    ...rankSumCases(), ...joinCases(), ...topCases(), ...sourceCases(),
  ];
}

/** What only the entries of training have: ops of the backward pass, the loss, dropout. */
export function trainingCases(): OpCase[] {
  return [
    ...reduceOverTokensCases(), ...reduceOfParameterCases(), ...matmulOverFirstCases(), ...weightGradientCases(), ...scatterAddCases(),
    ...convolveGradientCases(), ...reverseCases(), ...reverseCorrectionCases(), ...attentionGradientCases(), ...crossEntropyCases(), ...keepCases(), ...finiteCases(), ...sourceGradientCases(),
  ];
}
