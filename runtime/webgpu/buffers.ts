/**
 * Device memory of one program. In: sizes and uses. Out: buffers, counted, checked against the device's limits, all freed by
 * `dispose`; shared buffers that grow on demand; reads through one staging buffer that is kept.
 */
import { Gpu, formatBytes, isOutOfMemory, outOfMemory } from "./gpu.js";

/** WebGPU's flags, by value: the names are globals of a page, which Node lacks. Fixed by the standard. */
export const usage = { mapRead: 0x1, copySource: 0x4, copyTarget: 0x8, uniform: 0x40, storage: 0x80 } as const;
/** Everything that a kernel binds can also be written from the host and copied. */
export const storageUsage = usage.storage | usage.copySource | usage.copyTarget;

/** Reads and copies to host memory go in portions, so that a large state costs no second copy of itself on the device. */
const portion = 16 * 1024 * 1024;

export interface Piece {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly bytes: number;
  readonly target: Uint8Array;
  readonly targetOffset: number;
}

export class Buffers {
  /** Rises when a shared buffer is replaced: bind groups made before are stale. */
  epoch = 0;
  private readonly live = new Map<GPUBuffer, number>();
  private readonly shared = new Map<string, GPUBuffer>();
  private readonly outcomes: Promise<void>[] = [];
  private staging: GPUBuffer | null = null;
  private nan: GPUBuffer | null = null;
  private created = 0;
  private bytes = 0;

  constructor(
    private readonly gpu: Gpu,
    /** Fresh storage is filled with NaN: a kernel that reads what nobody wrote is found out. */
    readonly poison: boolean,
  ) {}

  statistics(): { buffersCreated: number; bytes: number } {
    return { buffersCreated: this.created, bytes: this.bytes };
  }

  /** `what` says what it is for, in an error. Memory that is missing shows at the next `settle`. */
  create(what: string, bytes: number, flags: number): GPUBuffer {
    this.gpu.check();
    const { device, limits, largestStorage } = this.gpu;
    // A binding must not be empty, and 16 bytes are one element of every type a kernel binds.
    const size = Math.max(16, Math.ceil(bytes / 4) * 4);
    const most = flags & usage.storage ? largestStorage : limits.maxBufferSize;
    if (!(size <= most)) throw outOfMemory(size, what, `one buffer of this adapter holds at most ${formatBytes(most)}`);
    device.pushErrorScope("out-of-memory");
    let buffer: GPUBuffer;
    try {
      buffer = device.createBuffer({ label: what, size, usage: flags });
    } catch (error) {
      void device.popErrorScope();
      throw outOfMemory(size, what, String(error));
    }
    this.live.set(buffer, size);
    this.created++;
    this.bytes += size;
    const outcome = this.gpu.guard(device.popErrorScope()).then((error) => {
      if (!error) return;
      this.destroy(buffer);
      const held = formatBytes(this.bytes);
      throw isOutOfMemory(error) ? outOfMemory(size, what, `the device has no room for it beside ${held} of this model`) : new Error(error.message);
    });
    // It may fail before `settle` looks at it, which Node would take for a failure that nobody handles.
    outcome.catch(() => undefined);
    this.outcomes.push(outcome);
    return buffer;
  }

  /** Waits until the memory of all buffers made since is really there. */
  async settle(): Promise<void> {
    const outcomes = await Promise.allSettled(this.outcomes.splice(0));
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  destroy(buffer: GPUBuffer): void {
    const size = this.live.get(buffer);
    if (size === undefined) return;
    this.live.delete(buffer);
    this.bytes -= size;
    for (const [name, other] of this.shared) {
      if (other !== buffer) continue;
      this.shared.delete(name);
      this.epoch++;
    }
    buffer.destroy();
  }

  /** A buffer under a name, at least so large: made at first need, replaced when it is too small. Its contents are then lost. */
  sharedBuffer(name: string, bytes: number, flags: number = storageUsage): GPUBuffer {
    const old = this.shared.get(name);
    if (old && old.size >= bytes) return old;
    if (old) this.destroy(old);
    const made = this.create(name, bytes, flags);
    this.shared.set(name, made);
    this.epoch++;
    return made;
  }

  /** Encodes the filling of a buffer with NaN. */
  encodePoison(encoder: GPUCommandEncoder, buffer: GPUBuffer): void {
    const chunk = 1024 * 1024;
    if (this.nan === null) {
      // NaN as float32, and twice as float16.
      this.nan = this.create("NaN for poisoning", chunk, usage.copySource | usage.copyTarget);
      this.gpu.device.queue.writeBuffer(this.nan, 0, new Uint32Array(chunk / 4).fill(0x7fc07fc0));
    }
    for (let at = 0; at < buffer.size; at += chunk) {
      encoder.copyBufferToBuffer(this.nan, 0, buffer, at, Math.min(chunk, buffer.size - at));
    }
  }

  /** Copies device memory into host arrays, after all that was submitted before. */
  async read(pieces: readonly Piece[]): Promise<void> {
    let batch: Piece[] = [];
    let bytes = 0;
    for (const piece of pieces) {
      for (let at = 0; at < piece.bytes; ) {
        const size = Math.min(piece.bytes - at, portion - bytes);
        batch.push({ ...piece, offset: piece.offset + at, bytes: size, targetOffset: piece.targetOffset + at });
        at += size;
        bytes += size;
        if (bytes === portion) {
          await this.readBatch(batch, bytes);
          batch = [];
          bytes = 0;
        }
      }
    }
    if (bytes > 0) await this.readBatch(batch, bytes);
  }

  dispose(): void {
    for (const buffer of [...this.live.keys()]) this.destroy(buffer);
    this.outcomes.length = 0;
  }

  private async readBatch(batch: readonly Piece[], bytes: number): Promise<void> {
    const staging = await this.stagingBuffer(bytes);
    const encoder = this.gpu.device.createCommandEncoder({ label: "read back" });
    let at = 0;
    for (const piece of batch) {
      encoder.copyBufferToBuffer(piece.buffer, piece.offset, staging, at, piece.bytes);
      at += piece.bytes;
    }
    this.gpu.device.queue.submit([encoder.finish()]);
    await this.gpu.guard(staging.mapAsync(usage.mapRead, 0, bytes));
    try {
      const mapped = new Uint8Array(staging.getMappedRange(0, bytes));
      at = 0;
      for (const piece of batch) {
        piece.target.set(mapped.subarray(at, at + piece.bytes), piece.targetOffset);
        at += piece.bytes;
      }
    } finally {
      staging.unmap();
    }
    this.gpu.check();
  }

  private async stagingBuffer(bytes: number): Promise<GPUBuffer> {
    if (this.staging && this.staging.size >= bytes) return this.staging;
    if (this.staging) this.destroy(this.staging);
    this.staging = null;
    const staging = this.create("read back", roundUpPowerOfTwo(Math.max(bytes, 4096)), usage.mapRead | usage.copyTarget);
    await this.settle();
    this.staging = staging;
    return staging;
  }
}

function roundUpPowerOfTwo(value: number): number {
  return 2 ** Math.ceil(Math.log2(value));
}
