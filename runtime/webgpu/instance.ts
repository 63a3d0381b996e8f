/**
 * One entry of a plan at one batch, one number of tokens and one cache capacity: where its values lie in the arenas' pages, its grids,
 * its uniform block, its bind groups for each state. Made once, then only encoded.
 */
import { unreachable } from "../../src/base/assert.js";
import { MszError } from "../../src/base/error.js";
import type { Plan, PlanEntry, PlanExtent, DispatchBinding, Dispatch, DeviceEntry, WgslProgram } from "../../src/plan/plan.js";
import { evaluateGrid, evaluateShape, evaluateSize, type ArenaLayout, type Extents } from "../../src/plan/size.js";
import { placeArenas } from "./arenas.js";
import { Buffers, usage } from "./buffers.js";
import type { Gpu } from "./gpu.js";
import type { Pipelines } from "./pipelines.js";
import type { FixedBuffers } from "./weights.js";

/** What all instances of a program share. */
export interface Parts {
  readonly gpu: Gpu;
  readonly buffers: Buffers;
  readonly pipelines: Pipelines;
  readonly fixed: FixedBuffers;
  readonly plan: Plan;
  readonly program: WgslProgram;
}

/** Bytes from one step's uniform block to the next: the struct's seven u32, rounded up. */
export const extentsBytes = 32;

export type Grid = readonly [number, number, number];

/** States that an entry is bound to: a sequence's, or a trainer's. */
export interface BoundStates {
  /** By index into `plan.states`. */
  readonly buffers: readonly (GPUBuffer | undefined)[];
  /** Rises when buffers are replaced. */
  readonly generation: number;
}

export interface Groups {
  readonly epoch: number;
  readonly generation: number;
  readonly groups: readonly GPUBindGroup[];
  /** False until a submission with them was accepted. */
  proven: boolean;
}

export class Instance {
  /** B, T, N, S, C, E, M: `Extents` of the kernels. */
  readonly uniform: GPUBuffer;
  private readonly layout: ArenaLayout;
  private readonly bytesOfBuffer: readonly number[];
  private readonly gridsNeedSlots: boolean;
  private grids: { readonly slots: number; readonly list: readonly Grid[] } | null = null;
  private readonly groupsOf = new WeakMap<object, Groups>();

  /** @param extents with S = C: sizes are those of a full cache, so that they change only when the cache grows */
  constructor(
    private readonly parts: Parts,
    readonly entry: PlanEntry,
    readonly wgsl: DeviceEntry,
    readonly extents: Extents,
  ) {
    this.layout = placeArenas(entry.name, wgsl, extents, parts.gpu.largestStorage);
    this.bytesOfBuffer = wgsl.buffers.map((buffer) => evaluateSize(buffer.bytes, extents));
    this.gridsNeedSlots = wgsl.dispatches.some((dispatch) => dispatch.grid.some((grid) => grid.size.some((term) => term.of.includes("S"))));
    this.uniform = parts.buffers.create(`extents of ${entry.name}`, extentsBytes, usage.uniform | usage.copyTarget);
  }

  /** The words of the uniform block when the cache has `slots` slots in use after the call. */
  extentsAt(slots: number): Uint32Array<ArrayBuffer> {
    const { B, T, N, C, E, M } = this.extents;
    return Uint32Array.of(B, T, N, slots, C, E, M, 0);
  }

  gridsAt(slots: number): readonly Grid[] {
    if (this.grids === null || (this.gridsNeedSlots && this.grids.slots !== slots)) {
      const extents = { ...this.extents, S: slots };
      this.grids = { slots, list: this.wgsl.dispatches.map((dispatch) => gridOf(dispatch, extents)) };
    }
    return this.grids.list;
  }

  /** Compiles, allocates and binds what is not there yet. `state` is null for an entry without states. */
  async prepare(state: BoundStates | null): Promise<Groups> {
    const { buffers, pipelines } = this.parts;
    const kept = this.groupsOf.get(state ?? this);
    const generation = state?.generation ?? 0;
    if (kept && kept.epoch === buffers.epoch && kept.generation === generation) return kept;
    await pipelines.prepare(this.wgsl.dispatches.map((dispatch) => dispatch.kernel));
    this.layout.bytes.forEach((_, i) => this.page(i));
    this.entry.inputs.forEach((_, i) => this.input(i));
    this.entry.outputs.forEach((_, i) => this.output(i));
    await buffers.settle();
    const { epoch } = buffers;
    const groups = await this.bindAll(state);
    const made = { epoch, generation, groups, proven: false };
    this.groupsOf.set(state ?? this, made);
    return made;
  }

  page(index: number): GPUBuffer {
    return this.parts.buffers.sharedBuffer(`page ${index} of the arenas`, this.layout.bytes[index]!);
  }

  input(index: number): GPUBuffer {
    const tensor = this.entry.inputs[index]!;
    return this.parts.buffers.sharedBuffer(`input ${tensor.name}`, this.bytesOf(tensor.shape));
  }

  output(index: number): GPUBuffer {
    const tensor = this.entry.outputs[index]!;
    return this.parts.buffers.sharedBuffer(`output ${tensor.name} of ${this.entry.name}`, this.bytesOf(tensor.shape));
  }

  bytesOf(shape: readonly PlanExtent[]): number {
    return 4 * evaluateShape(shape, this.extents).reduce((a, b) => a * b, 1);
  }

  encodePoison(encoder: GPUCommandEncoder): void {
    const { buffers } = this.parts;
    this.layout.bytes.forEach((_, i) => buffers.encodePoison(encoder, this.page(i)));
    this.entry.outputs.forEach((_, i) => buffers.encodePoison(encoder, this.output(i)));
  }

  dispose(): void {
    this.parts.buffers.destroy(this.uniform);
  }

  /** Checked together, for a step of training binds a thousand times; what is refused is bound once more, by itself, so that it has a name. */
  private async bindAll(state: BoundStates | null): Promise<GPUBindGroup[]> {
    const { gpu } = this.parts;
    const { dispatches } = this.wgsl;
    try {
      return await gpu.scoped(`the bindings of ${this.entry.name}`, () => dispatches.map((dispatch) => this.bind(dispatch, state)));
    } catch (error) {
      gpu.check();
      for (const dispatch of dispatches) await gpu.scoped(`the bindings of ${dispatch.label}`, () => this.bind(dispatch, state));
      throw error;
    }
  }

  private bind(dispatch: Dispatch, state: BoundStates | null): GPUBindGroup {
    const { gpu, pipelines } = this.parts;
    const entries: GPUBindGroupEntry[] = [{ binding: 0, resource: { buffer: this.uniform } }];
    dispatch.bindings.forEach((binding, i) => entries.push({ binding: i + 1, resource: this.resourceOf(binding, state) }));
    const { layout } = pipelines.get(dispatch.kernel);
    return gpu.device.createBindGroup({ label: dispatch.label, layout, entries });
  }

  private resourceOf(binding: DispatchBinding, state: BoundStates | null): GPUBufferBinding {
    const { fixed, plan } = this.parts;
    switch (binding.kind) {
      case "input": return { buffer: this.input(binding.index), size: this.bindingBytes(this.bytesOf(this.entry.inputs[binding.index]!.shape)) };
      case "output": return { buffer: this.output(binding.index), size: this.bindingBytes(this.bytesOf(this.entry.outputs[binding.index]!.shape)) };
      case "weight": return { buffer: fixed.weights[binding.index]! };
      case "constant": return { buffer: fixed.constants[binding.index]! };
      case "state": {
        const buffer = state?.buffers[binding.index];
        if (!buffer) {
          throw new MszError("plan-entry", `the entry \`${this.entry.name}\` uses the state \`${plan.states[binding.index]?.name}\` but runs without one`);
        }
        return { buffer };
      }
      case "buffer": {
        const { slot } = this.wgsl.buffers[binding.index]!;
        return {
          buffer: this.page(this.layout.pages[slot]!),
          offset: this.layout.offsets[slot]!,
          size: this.bindingBytes(this.bytesOfBuffer[binding.index]!),
        };
      }
      default:
        return unreachable(binding);
    }
  }

  /** No binding is empty, and none is shorter than one vec4: slots lie at 256-byte steps, so there is room. */
  private bindingBytes(bytes: number): number {
    return Math.max(16, Math.ceil(bytes / 4) * 4);
  }
}

function gridOf(dispatch: Dispatch, extents: Extents): Grid {
  try {
    return evaluateGrid(dispatch.grid, extents);
  } catch (error) {
    if (!(error instanceof MszError)) throw error;
    throw new MszError("device-limit", `${dispatch.label}: ${error.message}`, { blame: "machine", hint: error.hint, cause: error });
  }
}
