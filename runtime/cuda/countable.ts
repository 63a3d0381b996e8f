/**
 * A call's sizes → a refusal where a value has more elements than kernels can count: they number them by u32. Large logits are what gets there first, on a device that
 * has room for them; what is behind the last number would be written over the first.
 */
import { MszError } from "../../src/base/error.js";
import type { CudaEntry, PlanEntry, PlanPrecision } from "../../src/plan/plan.js";
import { evaluateShape, evaluateSize, type Extents } from "../../src/plan/size.js";

const most = 2 ** 32;

/** @throws MszError `device-limit` */
export function expectCountable(entry: PlanEntry, { buffers, dispatches }: CudaEntry, precision: PlanPrecision, extents: Extents): void {
  for (const { name, shape } of [...entry.inputs, ...entry.outputs]) {
    expectAtMost(`\`${name}\``, evaluateShape(shape, extents).reduce((a, b) => a * b, 1));
  }
  // A plan does not say which of its values are narrow.
  const least = precision === "float32" ? 4 : 2;
  for (const { bytes, first } of buffers) expectAtMost(`a value of ${dispatches[first]!.label}`, evaluateSize(bytes, extents) / least);
}

function expectAtMost(what: string, elements: number): void {
  if (elements <= most) return;
  throw new MszError("device-limit", `${what} would have ${elements.toLocaleString("en-US")} elements, and kernels count up to ${most.toLocaleString("en-US")}`, {
    blame: "machine", hint: "fewer tokens in one call, or a smaller batch",
  });
}
