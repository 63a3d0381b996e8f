/**
 * Rows of states in another order, on the device. In: buffers, how rows lie in them, the row that each one is taken from. Out: encoded dispatches of one small
 * kernel, compiled once. Buffers are words to it, or fours of words where rows lie so.
 */
import type { Buffers } from "./buffers.js";
import { storageUsage, usage } from "./buffers.js";
import type { Gpu } from "./gpu.js";

const threads = 64;
/** What a device takes in each direction of a grid. */
const longestGrid = 65_535;
/** Offsets of uniform blocks are multiples of this. */
const blockStep = 256;
const computeStage = 0x4;

/** A row is `runs` runs of `stride` words each, of which the first `used` count. */
export interface RowLayout {
  readonly runs: number;
  readonly stride: number;
  readonly used: number;
}

export interface Move {
  readonly from: GPUBuffer;
  readonly to: GPUBuffer;
  readonly layout: RowLayout;
}

interface Bound {
  readonly move: Move;
  readonly rows: GPUBuffer;
  readonly group: GPUBindGroup;
}

interface Made {
  readonly layout: GPUBindGroupLayout;
  readonly byWords: GPUComputePipeline;
  readonly byFours: GPUComputePipeline;
}

/** `word`: what is copied at once. */
function sourceOf(word: "u32" | "vec4u"): string {
  return `struct Move { rows: u32, runs: u32, stride: u32, used: u32 }
@group(0) @binding(0) var<uniform> layout: Move;
@group(0) @binding(1) var<storage, read> rows: array<u32>;
@group(0) @binding(2) var<storage, read> before: array<${word}>;
@group(0) @binding(3) var<storage, read_write> after: array<${word}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32, @builtin(num_workgroups) groups: vec3u) {
  let index = (group.x + group.y * groups.x) * ${threads}u + thread;
  let run = index / layout.used;
  let row = run / layout.runs;
  if (row < layout.rows) {
    let place = index % layout.used;
    let source = rows[row] * layout.runs + run % layout.runs;
    after[run * layout.stride + place] = before[source * layout.stride + place];
  }
}
`;
}

export class Reorder {
  private made: Made | null = null;
  private blocks: GPUBuffer | null = null;
  private rows: GPUBuffer | null = null;
  /** The bind groups of a target, by its buffer: beam search goes to and fro between the same two. */
  private readonly groups = new WeakMap<GPUBuffer, Bound>();

  /** @param most moves at once */
  constructor(private readonly gpu: Gpu, private readonly buffers: Buffers, private readonly most: number) {}

  /** Makes what is not there yet, for an order of so many rows. */
  async prepare(rowCount: number): Promise<void> {
    this.made ??= await this.compile();
    this.blocks ??= this.buffers.create("layouts of reordered states", this.most * blockStep, usage.uniform | usage.copyTarget);
    if (this.rows && this.rows.size < 4 * rowCount) {
      this.buffers.destroy(this.rows);
      this.rows = null;
    }
    this.rows ??= this.buffers.create("an order of rows", 4 * rowCount, storageUsage);
    try {
      await this.buffers.settle();
    } catch (error) {
      // A buffer that did not come is destroyed already.
      this.forget();
      throw error;
    }
  }

  /** Submits the moves. Row i of each target is row `rows[i]` of its source. */
  submit(rows: Int32Array<ArrayBuffer>, moves: readonly Move[]): void {
    const { made, blocks, rows: order } = this;
    if (!made || !blocks || !order) return;
    const { device } = this.gpu;
    const words = new Uint32Array((moves.length * blockStep) / 4);
    device.queue.writeBuffer(order, 0, rows);
    const encoder = device.createCommandEncoder({ label: "reorder states" });
    const pass = encoder.beginComputePass({ label: "reorder states" });
    moves.forEach((move, at) => {
      const { runs, stride, used } = move.layout;
      const fours = stride % 4 === 0 && used % 4 === 0;
      const width = fours ? 4 : 1;
      words.set([rows.length, runs, stride / width, used / width], (at * blockStep) / 4);
      const groups = Math.ceil((rows.length * runs * (used / width)) / threads);
      if (groups === 0) return;
      pass.setPipeline(fours ? made.byFours : made.byWords);
      pass.setBindGroup(0, this.groupOf(move, made.layout, blocks, order), [at * blockStep]);
      const x = Math.min(groups, longestGrid);
      pass.dispatchWorkgroups(x, Math.ceil(groups / x));
    });
    pass.end();
    device.queue.writeBuffer(blocks, 0, words);
    device.queue.submit([encoder.finish()]);
  }

  private forget(): void {
    for (const buffer of [this.blocks, this.rows]) if (buffer) this.buffers.destroy(buffer);
    [this.blocks, this.rows] = [null, null];
  }

  private groupOf(move: Move, layout: GPUBindGroupLayout, blocks: GPUBuffer, rows: GPUBuffer): GPUBindGroup {
    const known = this.groups.get(move.to);
    if (known && known.move.from === move.from && known.rows === rows) return known.group;
    const group = this.gpu.device.createBindGroup({
      label: "reorder states", layout,
      entries: [{ binding: 0, resource: { buffer: blocks, size: 16 } }, ...[rows, move.from, move.to].map((buffer, i) => ({ binding: i + 1, resource: { buffer } }))],
    });
    this.groups.set(move.to, { move, rows, group });
    return group;
  }

  private async compile(): Promise<Made> {
    const { gpu } = this;
    const { device } = gpu;
    const layout = device.createBindGroupLayout({
      label: "reorder states",
      entries: [
        { binding: 0, visibility: computeStage, buffer: { type: "uniform", hasDynamicOffset: true } },
        ...(["read-only-storage", "read-only-storage", "storage"] as const).map((type, i) => ({ binding: i + 1, visibility: computeStage, buffer: { type } })),
      ],
    });
    const pipelineLayout = device.createPipelineLayout({ label: "reorder states", bindGroupLayouts: [layout] });
    const make = (word: "u32" | "vec4u"): Promise<GPUComputePipeline> => gpu.guard(device.createComputePipelineAsync({
      label: `reorder states by ${word}`, layout: pipelineLayout,
      compute: { module: device.createShaderModule({ label: "reorder states", code: sourceOf(word) }), entryPoint: "main" },
    }));
    const [byWords, byFours] = await Promise.all([make("u32"), make("vec4u")]);
    return { layout, byWords, byFours };
  }
}
