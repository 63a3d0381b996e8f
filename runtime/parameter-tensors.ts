/**
 * New values of parameters from the host. In: the plan's parameters, tensors by name. Out: tensors by the parameter's place, or
 * MszError for those that do not fit.
 */
import { MszError } from "../src/base/error.js";
import type { PlanParameter } from "../src/plan/plan.js";
import type { HostTensors } from "./device.js";

/** @throws MszError `unknown-parameter`, `parameter-shape` */
export function checkParameters(parameters: readonly PlanParameter[], values: HostTensors): Map<number, { readonly data: Float32Array }> {
  const places = new Map(parameters.map((spec, i) => [spec.name, i]));
  return new Map(
    Object.entries(values).map(([name, { shape, data }]) => {
      const place = places.get(name);
      if (place === undefined) throw new MszError("unknown-parameter", `the plan has no parameter \`${name}\``, { hint: "these are the parameters of another model" });
      const wanted = parameters[place]!.shape;
      const fits = shape.length === wanted.length && shape.every((size, i) => size === wanted[i]) && data.length === wanted.reduce((a, b) => a * b, 1);
      if (!fits || !(data instanceof Float32Array)) {
        throw new MszError("parameter-shape", `the parameter \`${name}\` is given as [${shape.join(", ")}] with ${data.length} numbers, the plan has f32 [${wanted.join(", ")}]`, {
          hint: "these are the parameters of another model",
        });
      }
      return [place, { data }] as const;
    }),
  );
}
