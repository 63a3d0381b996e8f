/**
 * Encodes and submits an instance's dispatches: once for a call, or several steps of `generate` in one submission.
 */
import { usage } from "./buffers.js";
import { extentsBytes, type Grid, type Groups, type Instance, type Parts } from "./instance.js";
import type { WebgpuState } from "./state.js";

/**
 * Workgroups in one submission of a long call. A workgroup does some 4 million operations in a large matrix product, so this
 * is under a second: systems reset a GPU that is busy for seconds, and a page must get its turn between.
 */
const workgroupsPerSubmission = { hardware: 65_536, software: 2_048 } as const;

/** Tokens that `generate` puts into one submission, for the same reason. */
export const stepsPerSubmission = 64;

/** Runs the entry once. */
export async function runOnce(parts: Parts, instance: Instance, state: WebgpuState | null, slots: number): Promise<void> {
  const { gpu, buffers } = parts;
  const bound = await instance.prepare(state?.bound ?? null);
  gpu.device.queue.writeBuffer(instance.uniform, 0, instance.extentsAt(slots));
  const grids = instance.gridsAt(slots);
  const submit = (): void => {
    let encoder = gpu.device.createCommandEncoder({ label: instance.entry.name });
    if (buffers.poison) instance.encodePoison(encoder);
    let from = 0;
    let work = 0;
    const most = workgroupsPerSubmission[gpu.software ? "software" : "hardware"];
    for (let at = 0; at < grids.length; at++) {
      const [x, y, z] = grids[at]!;
      work += x * y * z;
      if (work < most && at + 1 < grids.length) continue;
      encodeDispatches(parts, instance, encoder, bound.groups, grids, from, at + 1);
      gpu.device.queue.submit([encoder.finish()]);
      encoder = gpu.device.createCommandEncoder({ label: instance.entry.name });
      from = at + 1;
      work = 0;
    }
  };
  await prove(parts, [{ instance, bound, grids }], submit);
}

/** Runs the entry `steps` times on the growing state; output 0 of step i goes to place i of `tokens`. */
export async function runSteps(parts: Parts, instance: Instance, state: WebgpuState, steps: number, tokens: GPUBuffer): Promise<void> {
  const { gpu, buffers } = parts;
  const bytes = instance.bytesOf(instance.entry.outputs[0]!.shape);
  // Before `prepare`: a shared buffer that is made raises the epoch, and bind groups are made after that.
  const extents = buffers.sharedBuffer("extents of steps", stepsPerSubmission * extentsBytes, usage.copySource | usage.copyTarget);
  await buffers.settle();
  const bound = await instance.prepare(state.bound);
  for (let first = 0; first < steps; first += stepsPerSubmission) {
    const count = Math.min(stepsPerSubmission, steps - first);
    const words = new Uint32Array((count * extentsBytes) / 4);
    for (let i = 0; i < count; i++) words.set(instance.extentsAt(state.length + i + 1), (i * extentsBytes) / 4);
    gpu.device.queue.writeBuffer(extents, 0, words);
    const submit = (): void => {
      const encoder = gpu.device.createCommandEncoder({ label: instance.entry.name });
      for (let i = 0; i < count; i++) {
        const grids = instance.gridsAt(state.length + i + 1);
        encoder.copyBufferToBuffer(extents, i * extentsBytes, instance.uniform, 0, extentsBytes);
        if (buffers.poison) instance.encodePoison(encoder);
        encodeDispatches(parts, instance, encoder, bound.groups, grids, 0, grids.length);
        encoder.copyBufferToBuffer(instance.output(0), 0, tokens, (first + i) * bytes, bytes);
      }
      gpu.device.queue.submit([encoder.finish()]);
    };
    await prove(parts, [{ instance, bound, grids: instance.gridsAt(state.length + 1) }], submit);
    state.length += count;
  }
}

/** An instance that a submission runs, ready to be encoded. */
export interface Ready {
  readonly instance: Instance;
  readonly bound: Groups;
  readonly grids: readonly Grid[];
}

/** The first submission of new bind groups is checked, and a refused one names the dispatch. Later ones cost no checks. */
export async function prove(parts: Parts, runs: readonly Ready[], submit: () => void): Promise<void> {
  if (runs.every((run) => run.bound.proven)) {
    submit();
    return;
  }
  try {
    await parts.gpu.scoped(`the entry ${runs.at(-1)!.instance.entry.name}`, submit);
  } catch (error) {
    parts.gpu.check();
    for (const run of runs) await nameCulprit(parts, run);
    throw error;
  }
  for (const run of runs) run.bound.proven = true;
}

/** Encodes each dispatch alone, without running it, and throws for the first that is refused. */
async function nameCulprit(parts: Parts, { instance, bound, grids }: Ready): Promise<void> {
  for (let at = 0; at < grids.length; at++) {
    const { label, kernel } = instance.wgsl.dispatches[at]!;
    await parts.gpu.scoped(`${label} (kernel ${parts.program.kernels[kernel]!.name})`, () => {
      const encoder = parts.gpu.device.createCommandEncoder({ label });
      encodeDispatches(parts, instance, encoder, bound.groups, grids, at, at + 1);
      encoder.finish();
    });
  }
}

export function encodeDispatches(
  parts: Parts, instance: Instance, encoder: GPUCommandEncoder, groups: readonly GPUBindGroup[], grids: readonly Grid[], from: number, to: number,
): void {
  const pass = encoder.beginComputePass({ label: instance.entry.name });
  let last = -1;
  for (let at = from; at < to; at++) {
    const [x, y, z] = grids[at]!;
    if (x * y * z === 0) continue;
    const { kernel } = instance.wgsl.dispatches[at]!;
    if (kernel !== last) pass.setPipeline(parts.pipelines.get(kernel).pipeline);
    last = kernel;
    pass.setBindGroup(0, groups[at]!);
    pass.dispatchWorkgroups(x, y, z);
  }
  pass.end();
}
