/**
 * Rows of states in another order, on the device. In: blocks, how rows lie in them, the row that each one is taken from. Out: launches of one small kernel a state.
 */
import { longestGrid } from "../../src/plan/size.js";
import type { RowLayout } from "../state-layout.js";
import type { Arguments, DriverContext, Stream } from "./driver.js";
import { gatherThreads, gathers } from "./kernels.js";
import type { Block, Memory } from "./memory.js";
import type { Modules } from "./modules.js";
import type { Staging } from "./staging.js";

export interface Move {
  readonly from: Block;
  readonly to: Block;
  readonly layout: RowLayout;
}

export class Reorder {
  private rows: Block | null = null;
  /** Written for each launch: a driver copies arguments when it takes it. */
  private args: Arguments | null = null;

  constructor(
    private readonly context: DriverContext,
    private readonly stream: Stream,
    private readonly memory: Memory,
    private readonly modules: Modules,
    private readonly staging: Staging,
  ) {}

  /** Makes what is not there yet, for an order of so many rows. */
  async prepare(rowCount: number): Promise<void> {
    await this.modules.prepare([gathers.words, gathers.fours]);
    this.args ??= this.context.arguments([16, 8, 8, 8]);
    if (this.rows && this.rows.bytes < 4 * rowCount) {
      this.memory.destroy(this.rows);
      this.rows = null;
    }
    this.rows ??= this.memory.create("an order of rows", 4 * rowCount);
  }

  /** The moves, which `prepare` has made room for. Row i of each target is row `rows[i]` of its source. */
  async submit(rows: Int32Array, moves: readonly Move[]): Promise<void> {
    await this.staging.write(this.rows!.address, rows);
    for (const { from, to, layout: { runs, stride, used } } of moves) {
      const fours = stride % 4 === 0 && used % 4 === 0;
      const width = fours ? 4 : 1;
      const groups = Math.ceil((rows.length * runs * (used / width)) / gatherThreads);
      if (groups === 0) continue;
      const { bytes, offsets } = this.args!;
      [rows.length, runs, stride / width, used / width].forEach((value, i) => bytes.setUint32(offsets[0]! + 4 * i, value, true));
      [this.rows!, from, to].forEach(({ address }, i) => bytes.setBigUint64(offsets[i + 1]!, address, true));
      const { name } = fours ? gathers.fours : gathers.words;
      const x = Math.min(groups, longestGrid);
      this.context.launch(this.modules.get(name), { grid: [x, Math.ceil(groups / x), 1], threads: gatherThreads }, this.args!, this.stream, name);
    }
  }
}
