/**
 * Device memory of one program. In: sizes, and what they are for. Out: blocks, counted, all freed by `dispose`; shared blocks that grow on demand, of which the
 * arena of all entries is one. All work of the program is on one stream, which is done before anything is freed.
 */
import { MszError } from "../../src/base/error.js";
import type { Address, DriverContext, Stream } from "./driver.js";
import { formatBytes } from "./sizes.js";

export interface Block {
  readonly address: Address;
  readonly bytes: number;
}

export interface MemorySettings {
  /** For tests: arenas and outputs are filled with NaN before every run. */
  readonly poison: boolean;
  /** For memory checkers: each value, input, output and state is an allocation of its own, no larger than it must be. */
  readonly guard: boolean;
}

/** No binding is empty, and 16 bytes are one element of every type that a kernel binds. */
const leastBytes = 16;
/** A growing block is a power of two up to here, then a multiple: prompts that get longer must not move it each time, and a large one must not be twice what it need be. */
const coarse = 64 * 1024 * 1024;
/** NaN as float32, and twice as float16 and as bfloat16. */
const nan = 0x7fc0_7fc0;

export class Memory {
  /** Rises when a shared block is replaced: addresses taken before are stale. */
  epoch = 0;
  private readonly live = new Set<Block>();
  private readonly sharedBlocks = new Map<string, Block>();
  private created = 0;
  private bytes = 0;

  constructor(
    private readonly context: DriverContext,
    private readonly stream: Stream,
    readonly settings: MemorySettings,
  ) {}

  statistics(): { buffersCreated: number; bytes: number } {
    return { buffersCreated: this.created, bytes: this.bytes };
  }

  /** @param what it is for, in an error. @throws MszError `out-of-memory` */
  create(what: string, bytes: number): Block {
    const size = Math.max(leastBytes, Math.ceil(bytes / 4) * 4);
    if (!Number.isSafeInteger(size)) {
      throw new MszError("out-of-memory", `not enough GPU memory for ${what}: ${formatBytes(bytes)} are needed`, {
        blame: "machine", reason: "no device has as much", hint: "fewer tokens in one call, a smaller batch or a smaller model",
      });
    }
    const block = { address: this.context.allocate(what, size), bytes: size };
    this.live.add(block);
    this.created++;
    this.bytes += size;
    return block;
  }

  createZeroed(what: string, bytes: number): Block {
    const block = this.create(what, bytes);
    this.clear(block);
    return block;
  }

  clear(block: Block): void {
    this.context.fill(block.address, 0, block.bytes, this.stream);
  }

  poison(block: Block): void {
    this.context.fill(block.address, nan, block.bytes, this.stream);
  }

  destroy(block: Block): void {
    if (!this.live.delete(block)) return;
    this.bytes -= block.bytes;
    for (const [name, other] of this.sharedBlocks) {
      if (other !== block) continue;
      this.sharedBlocks.delete(name);
      this.epoch++;
    }
    this.settle();
    this.context.free(block.address);
  }

  /**
   * A block under a name, at least so large: made at first need, replaced when it is too small. Its contents are then lost. Where the larger one cannot be had there is none.
   * @param what it is for, in an error, when the name does not say it
   */
  shared(name: string, bytes: number, what = name): Block {
    const old = this.sharedBlocks.get(name);
    if (old && old.bytes >= bytes) return old;
    if (old) this.destroy(old);
    const made = this.create(what, this.settings.guard ? bytes : grown(bytes));
    this.sharedBlocks.set(name, made);
    this.epoch++;
    return made;
  }

  destroyShared(name: string): void {
    const block = this.sharedBlocks.get(name);
    if (block) this.destroy(block);
  }

  dispose(): void {
    for (const block of [...this.live]) this.destroy(block);
  }

  /** Nothing under way uses memory that is freed. Of a device that is lost, nothing is under way any more, and the error that lost it was told already. */
  private settle(): void {
    try {
      this.context.synchronize(this.stream, "what was launched before memory is freed");
    } catch (error) {
      if (!(error instanceof MszError)) throw error;
    }
  }
}

function grown(bytes: number): number {
  if (bytes <= leastBytes) return leastBytes;
  return bytes <= coarse ? 2 ** Math.ceil(Math.log2(bytes)) : Math.ceil(bytes / (coarse / 2)) * (coarse / 2);
}
