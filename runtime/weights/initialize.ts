/**
 * Random weights, `--weights random:SEED`: made on the host in float64 from a counter, so that a seed gives the same numbers on
 * every backend, whatever else the plan holds (each parameter's stream is keyed by its name).
 */
import type { Plan, PlanParameter } from "../../src/plan/plan.js";
import type { HostTensor, Weights } from "../device.js";
import { hashText, uniform } from "../random.js";

export function initializeWeights(plan: Plan, seed: number): Weights {
  return new Map(plan.parameters.map((p) => [p.name, initializeParameter(p, seed)]));
}

function initializeParameter(parameter: PlanParameter, seed: number): HostTensor {
  const { shape, initializer } = parameter;
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  const stream = hashText(parameter.name);
  switch (initializer.kind) {
    case "zeros":
      break;
    case "ones":
      data.fill(1);
      break;
    case "uniform": {
      const range = initializer.high - initializer.low;
      for (let i = 0; i < data.length; i++) data[i] = initializer.low + range * uniform(seed, stream, i);
      break;
    }
    case "normal":
      // Box–Muller; 1 - u lies in (0, 1], where the logarithm is finite.
      for (let i = 0; i < data.length; i++) {
        const radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, stream, 2 * i)));
        data[i] = initializer.deviation * radius * Math.cos(2 * Math.PI * uniform(seed, stream, 2 * i + 1));
      }
      break;
    case "identity_tap": {
      const taps = shape[shape.length - 1] ?? 1;
      for (let i = taps - 1; i < data.length; i += taps) data[i] = 1;
      break;
    }
    default:
      initializer satisfies never;
  }
  return { shape, data };
}
