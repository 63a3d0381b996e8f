/**
 * Parameters on the device, in the forms that the kernels want, and the plan's constants. In: the plan and the weights on the host. Out: one block each; parameters are read back and written anew,
 * for training changes them.
 */
import { MszError } from "../../src/base/error.js";
import type { CudaProgram, DeviceWeight, Plan } from "../../src/plan/plan.js";
import type { HostTensor, HostTensors, Weights } from "../device.js";
import { bytesOfBase64, narrow, transpose } from "../weight-forms.js";
import type { Block, Memory } from "./memory.js";
import type { Piece, Staging } from "./staging.js";

export interface FixedMemory {
  /** By index into `program.weights`. */
  readonly weights: readonly Block[];
  /** By index into `plan.constants`. */
  readonly constants: readonly Block[];
  /** Parameters that are in no float32 form on the device, by index into `plan.parameters`: no kernel wants them, or only in narrow numbers. Nothing on the device changes them. */
  readonly onHost: Map<number, Float32Array>;
}

export async function uploadFixed(memory: Memory, staging: Staging, plan: Plan, program: CudaProgram, weights: Weights): Promise<FixedMemory> {
  const blocks: Block[] = [];
  for (const form of program.weights) {
    const { name, shape } = plan.parameters[form.parameter]!;
    const tensor = weights.get(name);
    if (!tensor) throw new MszError("missing-tensor", `there are no weights for \`${name}\``);
    const data = formed(floatsOf(tensor), shape, form);
    const block = memory.create(`weights ${name}`, data.byteLength);
    await staging.write(block.address, data);
    blocks.push(block);
  }
  const constants: Block[] = [];
  for (const [i, { data }] of plan.constants.entries()) {
    const bytes = bytesOfBase64(data);
    const block = memory.create(`constant ${i}`, bytes.length);
    await staging.write(block.address, bytes);
    constants.push(block);
  }
  await staging.idle();
  const onDevice = new Set(program.weights.filter((form) => !form.narrow).map((form) => form.parameter));
  const onHost = new Map<number, Float32Array>();
  plan.parameters.forEach(({ name }, i) => {
    if (!onDevice.has(i) && weights.has(name)) onHost.set(i, floatsOf(weights.get(name)!));
  });
  return { weights: blocks, constants, onHost };
}

/** As stored in a weights file, exactly. */
export async function readParameters(staging: Staging, plan: Plan, program: CudaProgram, fixed: FixedMemory): Promise<HostTensors> {
  const pieces: Piece[] = [];
  const values = plan.parameters.map(({ shape }, i): { data: Float32Array; turned: boolean } => {
    const kept = fixed.onHost.get(i);
    if (kept) return { data: kept.slice(), turned: false };
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    const places = program.weights.flatMap((w, at) => (w.parameter === i && !w.narrow ? [at] : []));
    // The stored form, if it is there.
    const at = places.find((place) => !program.weights[place]!.transposed) ?? places[0];
    if (at === undefined) return { data, turned: false };
    pieces.push({ from: fixed.weights[at]!.address, target: new Uint8Array(data.buffer) });
    return { data, turned: program.weights[at]!.transposed };
  });
  await staging.read(pieces);
  return Object.fromEntries(plan.parameters.map(({ name, shape }, i) => {
    const { data, turned } = values[i]!;
    return [name, { shape, data: turned ? transpose(data, [...shape].reverse()) : data }];
  }));
}

/** All forms of the parameters that are given, by index into `plan.parameters`. */
export async function writeParameters(
  staging: Staging, plan: Plan, program: CudaProgram, fixed: FixedMemory, values: ReadonlyMap<number, { readonly data: Float32Array }>,
): Promise<void> {
  for (const [at, form] of program.weights.entries()) {
    const value = values.get(form.parameter);
    if (value) await staging.write(fixed.weights[at]!.address, formed(value.data, plan.parameters[form.parameter]!.shape, form));
  }
  for (const [parameter, { data }] of values) if (fixed.onHost.has(parameter)) fixed.onHost.set(parameter, data.slice());
  await staging.idle();
}

/** The weights themselves where they are floats, for a model may have gigabytes of them: nothing here writes into it. */
function floatsOf({ data }: HostTensor): Float32Array {
  return data instanceof Float32Array ? data : Float32Array.from(data);
}

function formed(data: Float32Array, shape: readonly number[], form: DeviceWeight): Float32Array | Uint16Array {
  const ordered = form.transposed ? transpose(data, shape) : data;
  return form.narrow ? narrow(ordered, form.narrow) : ordered;
}
