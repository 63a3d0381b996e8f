/**
 * Parameters on the device, in the orders that the kernels want, and the plan's constants. In: the plan and the weights on the host.
 * Out: one buffer each; parameters are read back and written anew, for training changes them.
 */
import { MszError } from "../../src/base/error.js";
import type { Plan, WgslProgram } from "../../src/plan/plan.js";
import type { HostTensors, Weights } from "../device.js";
import { bytesOfBase64, transpose } from "../weight-forms.js";
import { Buffers, storageUsage, type Piece } from "./buffers.js";
import type { Gpu } from "./gpu.js";

export interface FixedBuffers {
  /** By index into `program.weights`. */
  readonly weights: readonly GPUBuffer[];
  /** By index into `plan.constants`. */
  readonly constants: readonly GPUBuffer[];
  /** Parameters that no kernel wants, by index into `plan.parameters`: they stay on the host. */
  readonly unused: Map<number, Float32Array>;
}

/** Bytes on their way to the device at a time: each is held a second time until it is there. */
const mostQueued = 64 * 1024 * 1024;

export async function uploadFixed(gpu: Gpu, buffers: Buffers, plan: Plan, program: WgslProgram, weights: Weights): Promise<FixedBuffers> {
  const { queue } = gpu.device;
  const weightBuffers: GPUBuffer[] = [];
  let queued = 0;
  for (const { parameter, transposed } of program.weights) {
    const { name } = plan.parameters[parameter]!;
    const tensor = weights.get(name);
    if (!tensor) throw new MszError("missing-tensor", `there are no weights for \`${name}\``);
    const data = transposed ? transpose(tensor.data, tensor.shape) : tensor.data;
    const buffer = buffers.create(`weights ${name}`, data.byteLength, storageUsage);
    await buffers.settle();
    queue.writeBuffer(buffer, 0, data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
    weightBuffers.push(buffer);
    queued += data.byteLength;
    if (queued > mostQueued) {
      await gpu.idle();
      queued = 0;
    }
  }
  const constantBuffers = plan.constants.map(({ data }, i) => {
    const bytes = bytesOfBase64(data);
    const buffer = buffers.create(`constant ${i}`, bytes.length, storageUsage);
    queue.writeBuffer(buffer, 0, bytes);
    return buffer;
  });
  await buffers.settle();
  const used = new Set(program.weights.map((w) => w.parameter));
  const unused = new Map<number, Float32Array>();
  plan.parameters.forEach(({ name }, i) => {
    if (!used.has(i) && weights.has(name)) unused.set(i, Float32Array.from(weights.get(name)!.data));
  });
  return { weights: weightBuffers, constants: constantBuffers, unused };
}

/** As stored in a weights file. */
export async function readParameters(buffers: Buffers, plan: Plan, program: WgslProgram, fixed: FixedBuffers): Promise<HostTensors> {
  const pieces: Piece[] = [];
  const values = plan.parameters.map(({ shape }, i): { data: Float32Array; turned: boolean } => {
    const unused = fixed.unused.get(i);
    if (unused) return { data: unused.slice(), turned: false };
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    const places = program.weights.flatMap((w, at) => (w.parameter === i ? [at] : []));
    // The stored form, if it is there.
    const at = places.find((place) => !program.weights[place]!.transposed) ?? places[0];
    if (at === undefined) return { data, turned: false };
    pieces.push({ buffer: fixed.weights[at]!, offset: 0, bytes: data.byteLength, target: new Uint8Array(data.buffer), targetOffset: 0 });
    return { data, turned: program.weights[at]!.transposed };
  });
  await buffers.read(pieces);
  return Object.fromEntries(plan.parameters.map(({ name, shape }, i) => {
    const { data, turned } = values[i]!;
    return [name, { shape, data: turned ? transpose(data, [...shape].reverse()) : data }];
  }));
}

/** All forms of the parameters that are given, by index into `plan.parameters`. */
export async function writeParameters(
  gpu: Gpu, plan: Plan, program: WgslProgram, fixed: FixedBuffers, values: ReadonlyMap<number, { readonly data: Float32Array }>,
): Promise<void> {
  let queued = 0;
  for (const [at, { parameter, transposed }] of program.weights.entries()) {
    const value = values.get(parameter);
    if (!value) continue;
    const data = transposed ? transpose(value.data, plan.parameters[parameter]!.shape) : value.data;
    gpu.device.queue.writeBuffer(fixed.weights[at]!, 0, data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
    queued += data.byteLength;
    if (queued > mostQueued) {
      await gpu.idle();
      queued = 0;
    }
  }
  for (const [parameter, { data }] of values) if (fixed.unused.has(parameter)) fixed.unused.set(parameter, data.slice());
  await gpu.idle();
}
