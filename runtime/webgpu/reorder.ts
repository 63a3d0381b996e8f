/**
 * Rows of states in another order, on the device. In: buffers, how rows lie in them, the row that each one is taken from. Out: submitted dispatches of one small
 * kernel, compiled once. Buffers are words to it, or fours of words where rows lie so.
 */
import type { WgslKernel } from "../../src/plan/plan.js";
import { longestGrid } from "../../src/plan/size.js";
import type { RowLayout } from "../state-layout.js";
import { storageUsage, usage, type Buffers } from "./buffers.js";
import type { Gpu } from "./gpu.js";
import { Pipelines } from "./pipelines.js";

const threads = 64;
/** Offsets of uniform blocks are multiples of this on every device. */
const blockStep = 256;

export interface Move {
  /** Below the number of moves that a `Reorder` is made for; of a target always the same. */
  readonly index: number;
  readonly from: GPUBuffer;
  readonly to: GPUBuffer;
  readonly layout: RowLayout;
}

interface Bound {
  readonly from: GPUBuffer;
  readonly rows: GPUBuffer;
  readonly fours: boolean;
  readonly group: GPUBindGroup;
}

/** @param word what is copied at once */
function kernelOf(word: "u32" | "vec4u"): WgslKernel {
  const source = `struct Move { rows: u32, runs: u32, stride: u32, used: u32 }
@group(0) @binding(0) var<uniform> move_: Move;
@group(0) @binding(1) var<storage, read> rows: array<u32>;
@group(0) @binding(2) var<storage, read> before: array<${word}>;
@group(0) @binding(3) var<storage, read_write> after: array<${word}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32, @builtin(num_workgroups) groups: vec3u) {
  let index = (group.x + group.y * groups.x) * ${threads}u + thread;
  let run = index / move_.used;
  let row = run / move_.runs;
  if (row < move_.rows) {
    let place = index % move_.used;
    let taken = rows[row] * move_.runs + run % move_.runs;
    after[run * move_.stride + place] = before[taken * move_.stride + place];
  }
}
`;
  return { name: `reorder_${word}`, source, access: ["read", "read", "read_write"] };
}

export class Reorder {
  private readonly pipelines: Pipelines;
  private blocks: GPUBuffer | null = null;
  private rows: GPUBuffer | null = null;
  /** The bind groups of a target, by its buffer: beam search goes to and fro between the same two. */
  private readonly groups = new WeakMap<GPUBuffer, Bound>();

  /** @param most moves at once */
  constructor(private readonly gpu: Gpu, private readonly buffers: Buffers, private readonly most: number) {
    this.pipelines = new Pipelines(gpu, [kernelOf("u32"), kernelOf("vec4u")]);
  }

  /** Makes what is not there yet, for an order of so many rows. */
  async prepare(rowCount: number): Promise<void> {
    await this.pipelines.prepare([0, 1]);
    this.blocks ??= this.buffers.create("how reordered states lie", this.most * blockStep, usage.uniform | usage.copyTarget);
    if (this.rows && this.rows.size < 4 * rowCount) {
      this.buffers.destroy(this.rows);
      this.rows = null;
    }
    this.rows ??= this.buffers.create("an order of rows", 4 * rowCount, storageUsage);
    try {
      await this.buffers.settle();
    } catch (error) {
      // What did not come is destroyed already, and nobody says which that was.
      for (const buffer of [this.blocks, this.rows]) this.buffers.destroy(buffer);
      [this.blocks, this.rows] = [null, null];
      throw error;
    }
  }

  /** Submits the moves, which `prepare` has made room for. Row i of each target is row `rows[i]` of its source. */
  submit(rows: Int32Array<ArrayBuffer>, moves: readonly Move[]): void {
    const [blocks, order] = [this.blocks!, this.rows!];
    const { device } = this.gpu;
    const words = new Uint32Array((this.most * blockStep) / 4);
    const encoder = device.createCommandEncoder({ label: "reorder states" });
    const pass = encoder.beginComputePass({ label: "reorder states" });
    for (const move of moves) {
      const { runs, stride, used } = move.layout;
      const fours = stride % 4 === 0 && used % 4 === 0;
      const width = fours ? 4 : 1;
      words.set([rows.length, runs, stride / width, used / width], (move.index * blockStep) / 4);
      const groups = Math.ceil((rows.length * runs * (used / width)) / threads);
      if (groups === 0) continue;
      pass.setPipeline(this.pipelines.get(fours ? 1 : 0).pipeline);
      pass.setBindGroup(0, this.groupOf(move, fours, blocks, order));
      const x = Math.min(groups, longestGrid);
      pass.dispatchWorkgroups(x, Math.ceil(groups / x));
    }
    pass.end();
    device.queue.writeBuffer(order, 0, rows);
    device.queue.writeBuffer(blocks, 0, words);
    device.queue.submit([encoder.finish()]);
  }

  private groupOf({ index, from, to }: Move, fours: boolean, blocks: GPUBuffer, rows: GPUBuffer): GPUBindGroup {
    const known = this.groups.get(to);
    if (known && known.from === from && known.rows === rows && known.fours === fours) return known.group;
    const group = this.gpu.device.createBindGroup({
      label: "reorder states",
      layout: this.pipelines.get(fours ? 1 : 0).layout,
      entries: [
        { binding: 0, resource: { buffer: blocks, offset: index * blockStep, size: 16 } },
        ...[rows, from, to].map((buffer, i) => ({ binding: i + 1, resource: { buffer } })),
      ],
    });
    this.groups.set(to, { from, rows, fours, group });
    return group;
  }
}
