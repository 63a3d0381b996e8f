/**
 * An entry of one token as one cooperative kernel (`CudaPersistent` in src/plan). In: an instance and the states that it runs on. Out: the table of its steps in device memory and
 * the launch that walks it; null where the plan has none or the device cannot have all blocks at once.
 */
import type { CudaPersistent } from "../../src/plan/plan.js";
import type { Grid, Instance } from "./instance.js";
import type { Block, Memory } from "./memory.js";
import type { Parts } from "./parts.js";
import type { Side } from "./side.js";

/** `struct Extents { u32 B, T, N, C, E, M; }` */
const extentsBytes = 24;
/** `u32 kernel, x, y, z, wait, pad`, before the bindings of a step. */
const stepWords = 6;
/** In front of the table: the word by which blocks wait for one another. It is 0 once, and then counts on for ever. */
const arrivedBytes = 16;
/** Workgroups of a step are counted in 32 bits. */
const mostWorkgroups = 2 ** 31;

export class Persistent {
  private constructor(
    /** Makes the launch. */
    readonly launch: () => void,
    private readonly memory: Memory,
    private readonly block: Block,
  ) {}

  static async compile({ modules, program }: Parts, { cuda: { persistent } }: Instance): Promise<void> {
    // Its text is as long as those of all its kernels: it is put together once.
    if (!persistent || modules.has(persistent.name)) return;
    const functions = persistent.kernels.map((kernel) => functionOf(program.kernels[kernel]!.source));
    await modules.prepare([{ name: persistent.name, source: [...functions, persistent.source].join("\n") }]);
  }

  /** It is compiled, the instance has reserved its memory, and that of the states is there. */
  static async prepare(parts: Parts, instance: Instance, side: Side): Promise<Persistent | null> {
    const { context, stream, memory, modules, staging, counters } = parts;
    const { persistent } = instance.cuda;
    if (!persistent || instance.grids.some((grid) => workgroups(grid) >= mostWorkgroups)) return null;
    const { name, threads } = persistent;
    const handle = modules.get(name);
    const resident = context.blocksPerMultiprocessor(handle, threads, 0) * context.properties.multiprocessors;
    const blocks = Math.min(resident, mostAtOnce(instance.grids, persistent.waits));
    if (blocks === 0) return null;

    const table = tableOf(instance, side, persistent);
    const block = memory.create(`the table of steps of ${instance.name}`, table.byteLength);
    await staging.write(block.address, table);
    const args = context.arguments([extentsBytes, 8, 8, 4, 8]);
    const { B, T, N, C, E, M } = instance.extents;
    [B, T, N, C, E, M].forEach((value, i) => args.bytes.setUint32(args.offsets[0]! + 4 * i, value, true));
    args.bytes.setBigUint64(args.offsets[1]!, counters.slots.address, true);
    args.bytes.setBigUint64(args.offsets[2]!, block.address + BigInt(arrivedBytes), true);
    args.bytes.setUint32(args.offsets[3]!, instance.cuda.dispatches.length, true);
    args.bytes.setBigUint64(args.offsets[4]!, block.address, true);
    const shape = { grid: [blocks, 1, 1] as const, threads, cooperative: true };
    return new Persistent(() => context.launch(handle, shape, args, stream, `the entry ${instance.name} (kernel ${name})`), memory, block);
  }

  dispose(): void {
    this.memory.destroy(this.block);
  }
}

/** Of a kernel's text its device function: compiling the kernel itself once more would take a third of the time. */
function functionOf(source: string): string {
  return source.slice(0, Math.max(0, source.indexOf('extern "C" __global__')));
}

function tableOf(instance: Instance, side: Side, { kernels, waits, bindings }: CudaPersistent): Uint8Array {
  const { dispatches } = instance.cuda;
  const stepBytes = 4 * stepWords + 8 * bindings;
  const view = new DataView(new ArrayBuffer(arrivedBytes + dispatches.length * stepBytes));
  dispatches.forEach((dispatch, i) => {
    const at = arrivedBytes + i * stepBytes;
    const words = [kernels.indexOf(dispatch.kernel), ...instance.grids[i]!, waits[i] ? 1 : 0, 0];
    words.forEach((word, w) => view.setUint32(at + 4 * w, word, true));
    dispatch.bindings.forEach((binding, b) => view.setBigUint64(at + 4 * stepWords + 8 * b, instance.addressOf(binding, side), true));
  });
  return new Uint8Array(view.buffer);
}

/** Workgroups of the steps between two waits, where these are most: more blocks would have nothing to do. */
function mostAtOnce(grids: readonly Grid[], waits: readonly boolean[]): number {
  let most = 1;
  let sum = 0;
  grids.forEach((grid, at) => {
    sum = (waits[at] ? 0 : sum) + workgroups(grid);
    most = Math.max(most, sum);
  });
  return most;
}

function workgroups([x, y, z]: Grid): number {
  return x * y * z;
}
