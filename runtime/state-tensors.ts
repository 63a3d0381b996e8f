/**
 * A batch's states as tensors of the host. In: the plan's state list, a batch, slots in use, source tokens. Out: shapes, how long a saved
 * state is, or MszError for tensors that do not fit.
 */
import { MszError } from "../src/base/error.js";
import type { PlanState } from "../src/plan/plan.js";
import type { HostTensor, HostTensors } from "./device.js";

/** Those that a sequence has; the others belong to a trainer. */
export function sequenceStates(specs: readonly PlanState[]): readonly PlanState[] {
  return specs.filter((spec) => spec.class !== "training");
}

export function shapeOfState(spec: PlanState, batch: number, slots: number, source = 0): number[] {
  return spec.shape.map((size) => (size === "B" ? batch : size === "C" ? slots : size === "E" ? source : Number(size)));
}

/** Of a state of training. */
export function firstValue(spec: PlanState): HostTensor {
  const shape = shapeOfState(spec, 0, 0);
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, data: (spec.dtype === "f32" ? new Float32Array(size) : new Int32Array(size)).fill(spec.initial ?? 0) };
}

/** How far the saved sequences are: the state `length` says it; a plan without one has it from its caches. */
export function lengthOf(specs: readonly PlanState[], tensors: HostTensors): number {
  const said = tensors["length"]?.data[0];
  if (said !== undefined) return said;
  const growing = specs.find((spec) => spec.class === "growing");
  return growing ? (tensors[growing.name]?.shape[growing.shape.indexOf("C")] ?? 0) : 0;
}

/** How many tokens the sources of the saved sequences have: said by what `encode` left of each of them. 0 where it leaves nothing that grows with them. */
export function sourceOf(specs: readonly PlanState[], tensors: HostTensors): number {
  const kept = specs.find((spec) => spec.shape.includes("E"));
  return kept ? (tensors[kept.name]?.shape[kept.shape.indexOf("E")] ?? 0) : 0;
}

/**
 * The tensor, as one that fits.
 * @throws MszError `missing-state`, `state-shape`
 */
export function checkState(spec: PlanState, batch: number, length: number, tensor: HostTensor | undefined, source = 0): HostTensor {
  if (!tensor) throw new MszError("missing-state", `the saved state has no \`${spec.name}\``, { hint: "it was saved by another model" });
  const shape = shapeOfState(spec, batch, length, source);
  const isFloat = tensor.data instanceof Float32Array;
  if (tensor.shape.join() !== shape.join() || tensor.data.length !== shape.reduce((a, b) => a * b, 1) || isFloat !== (spec.dtype === "f32")) {
    throw new MszError("state-shape", `the saved state \`${spec.name}\` is [${tensor.shape.join(", ")}], the plan has ${spec.dtype} [${shape.join(", ")}]`, {
      hint: "it was saved by another model or at another batch",
    });
  }
  return tensor;
}

/**
 * For `reorderState` of a state of `batch` rows.
 * @throws MszError `state-rows`
 */
export function checkRows(batch: number, rows: Int32Array, sameSource: boolean): void {
  const outside = rows.find((row) => row < 0 || row >= batch);
  if (outside !== undefined) throw new MszError("state-rows", `a state of ${batch} rows has no row ${outside}`);
  if (rows.length === 0) throw new MszError("state-rows", "a state has one row at least");
  if (sameSource && rows.length !== batch) {
    throw new MszError("state-rows", `sources stay where they are only with as many rows as before: ${batch}, not ${rows.length}`);
  }
}
