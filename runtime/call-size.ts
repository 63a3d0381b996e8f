/**
 * Inputs of a call against the entry's list. In: tensors by name. Out: what B, T and E are, or MszError for tensors that do not fit.
 */
import { MszError } from "../src/base/error.js";
import type { PlanEntry } from "../src/plan/plan.js";
import type { HostTensor, HostTensors } from "./device.js";

export interface CallSize {
  readonly batch: number;
  readonly tokens: number;
  /** Tokens of the source texts; 0 where there are none. */
  readonly source: number;
}

/**
 * @param batch of the state that the entry runs on; none for an entry without states
 * @param source what that state has room for
 */
export function sizeOfCall(entry: PlanEntry, inputs: HostTensors, batch: number | undefined, source = 0): CallSize {
  const known = new Map<string, number>();
  if (batch !== undefined) known.set("B", batch).set("E", source);
  for (const { name, dtype, shape } of entry.inputs) {
    const tensor = inputs[name];
    const wanted = `${dtype} [${shape.join(", ")}]`;
    if (!tensor) throw new MszError("missing-input", `the entry \`${entry.name}\` needs the input \`${name}\`, ${wanted}`);
    const fits =
      tensor.shape.length === shape.length &&
      tensor.data instanceof Float32Array === (dtype === "f32") &&
      tensor.data.length === tensor.shape.reduce((a, b) => a * b, 1) &&
      shape.every((extent, i) => {
        const size = tensor.shape[i]!;
        if (typeof extent === "number") return extent === size;
        if (!known.has(extent)) known.set(extent, size);
        return known.get(extent) === size && size > 0;
      });
    if (!fits) {
      const given = `${tensor.data instanceof Float32Array ? "f32" : "i32"} [${tensor.shape.join(", ")}] with ${tensor.data.length} numbers`;
      const where = batch === undefined ? "" : ` for a state of batch ${batch}${shape.includes("E") ? ` and ${source} source tokens` : ""}`;
      throw new MszError("input-shape", `the input \`${name}\` of \`${entry.name}\` is ${given}; it must be ${wanted}${where}`);
    }
  }
  const unknown = Object.keys(inputs).find((name) => !entry.inputs.some((input) => input.name === name));
  if (unknown !== undefined) {
    throw new MszError("unknown-input", `the entry \`${entry.name}\` has no input \`${unknown}\``, {
      hint: `its inputs: ${entry.inputs.map((input) => input.name).join(", ") || "none"}`,
    });
  }
  return { batch: known.get("B") ?? 1, tokens: known.get("T") ?? 1, source: known.get("E") ?? 0 };
}

/** An input of one integer: i32 [1]. */
export function oneNumber(value: number): HostTensor {
  return { shape: [1], data: Int32Array.of(value) };
}
