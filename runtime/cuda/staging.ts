/**
 * Page-locked host memory of one program, kept and grown, through which all uploads and read-backs go. In: host arrays. Out: copies on the program's stream;
 * large ones in portions, so that they cost no second copy of themselves.
 */
import type { Address, DriverContext, Pinned, Stream } from "./driver.js";
import { untilIdle } from "./wait.js";

const portion = 16 * 1024 * 1024;
const smallest = 64 * 1024;

export interface Piece {
  readonly from: Address;
  readonly target: Uint8Array;
}

export class Staging {
  private pinned: Pinned | null = null;
  /** Bytes from here on belong to no copy under way. */
  private free = 0;

  constructor(
    private readonly context: DriverContext,
    private readonly stream: Stream,
  ) {}

  /** Under way when this resolves; the array may then change. */
  async write(to: Address, data: ArrayBufferView): Promise<void> {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    for (let at = 0; at < bytes.length; ) {
      const size = Math.min(bytes.length - at, portion);
      const pinned = await this.room(size);
      pinned.bytes.set(bytes.subarray(at, at + size), this.free);
      this.context.copyToDevice(to + BigInt(at), pinned.address + BigInt(this.free), size, this.stream);
      this.free += align(size);
      at += size;
    }
  }

  /** Device memory into host arrays, after all that was launched before. */
  async read(pieces: readonly Piece[]): Promise<void> {
    let batch: Piece[] = [];
    let bytes = 0;
    for (const { from, target } of pieces) {
      for (let at = 0; at < target.length; ) {
        const size = Math.min(target.length - at, portion - bytes);
        batch.push({ from: from + BigInt(at), target: target.subarray(at, at + size) });
        at += size;
        bytes += size;
        if (bytes < portion) continue;
        await this.readBatch(batch, bytes);
        batch = [];
        bytes = 0;
      }
    }
    if (bytes > 0) await this.readBatch(batch, bytes);
  }

  /** All that was launched has run. */
  async idle(): Promise<void> {
    await untilIdle(this.context, this.stream);
    this.free = 0;
  }

  dispose(): void {
    this.pinned?.free();
    this.pinned = null;
  }

  private async readBatch(batch: readonly Piece[], bytes: number): Promise<void> {
    const pinned = await this.room(bytes);
    let at = this.free;
    for (const { from, target } of batch) {
      this.context.copyToHost(pinned.address + BigInt(at), from, target.length, this.stream);
      at += target.length;
    }
    at = this.free;
    await this.idle();
    for (const { target } of batch) {
      target.set(pinned.bytes.subarray(at, at + target.length));
      at += target.length;
    }
  }

  /** Memory that has so many bytes from `free` on. */
  private async room(bytes: number): Promise<Pinned> {
    if (this.pinned && this.free + bytes <= this.pinned.bytes.length) return this.pinned;
    await this.idle();
    if (this.pinned && bytes <= this.pinned.bytes.length) return this.pinned;
    this.dispose();
    this.pinned = this.context.pinned(Math.max(smallest, 2 ** Math.ceil(Math.log2(bytes))));
    return this.pinned;
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}
