/**
 * What never changes on the device: parameters, in the orders that the kernels want, and the plan's constants.
 * In: the plan and the weights on the host. Out: one buffer each.
 */
import { MszError } from "../../src/base/error.js";
import type { Plan, WgslProgram } from "../../src/plan/plan.js";
import type { HostTensor, Weights } from "../device.js";
import { Buffers, storageUsage } from "./buffers.js";
import type { Gpu } from "./gpu.js";

export interface FixedBuffers {
  /** By index into `program.weights`. */
  readonly weights: readonly GPUBuffer[];
  /** By index into `plan.constants`. */
  readonly constants: readonly GPUBuffer[];
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
    const data = transposed ? transpose(tensor) : tensor.data;
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
  return { weights: weightBuffers, constants: constantBuffers };
}

/** [rows, columns] → [columns, rows] */
function transpose({ shape, data }: HostTensor): Float32Array {
  const [rows = 1, columns = 1] = shape;
  const out = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) out[column * rows + row] = data[row * columns + column]!;
  }
  return out;
}

function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
