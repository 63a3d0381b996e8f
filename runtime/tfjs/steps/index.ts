/** The table from step op to function: total, so that an op without a function does not compile. */
import type { Tensor } from "@tensorflow/tfjs-core";
import type { TfjsComputeOp } from "../../../src/plan/tfjs-ops.js";
import type { StepMaker } from "../value.js";
import { attentionSteps, tensorOf } from "./attention.js";
import { attentionGradientSteps } from "./attention-gradient.js";
import { byStepSteps } from "./by-step.js";
import { chooseSteps } from "./choose.js";
import { correctedSteps } from "./corrected.js";
import { convolveSteps } from "./convolve.js";
import { dropoutSteps } from "./dropout.js";
import { mapSteps, reduceSteps } from "./elementwise.js";
import { geluSteps } from "./gelu.js";
import type { TensorMaker } from "./kernel.js";
import { lossSteps } from "./loss.js";
import { normSteps } from "./norm.js";
import { recurrenceSteps } from "./recurrence.js";
import { scanMaker, scanStateSteps } from "./scan.js";
import { sampleSteps } from "./sample.js";
import { productSteps, shapeSteps } from "./shape.js";
import { tokenSteps } from "./tokens.js";

const onTensors = {
  ...mapSteps, ...reduceSteps, ...normSteps, ...shapeSteps, ...productSteps, ...tokenSteps, ...convolveSteps, ...recurrenceSteps, ...byStepSteps, ...correctedSteps, ...sampleSteps,
  ...geluSteps, ...lossSteps, ...dropoutSteps, ...attentionGradientSteps, ...scanStateSteps, ...chooseSteps,
} satisfies Record<string, TensorMaker>;

export const stepMakers: { readonly [O in TfjsComputeOp]: StepMaker } = {
  ...(Object.fromEntries(Object.entries(onTensors).map(([op, maker]) => [op, checked(maker)])) as { readonly [O in keyof typeof onTensors]: StepMaker }),
  ...attentionSteps,
  // Its body is made of the other steps.
  scan: checked(scanMaker((op) => (Object.hasOwn(stepMakers, op) ? stepMakers[op as TfjsComputeOp] : undefined))),
};

/** A cache stands where a tensor must only in a broken plan; then it is said so and not something obscure. */
function checked(maker: TensorMaker): StepMaker {
  return (attrs, resources) => {
    const run = maker(attrs, resources);
    return (inputs, extents) => run(inputs.every((x) => "rank" in x) ? (inputs as readonly Tensor[]) : inputs.map(tensorOf), extents);
  };
}
