/**
 * Gradients summed over ranks while the backward pass goes on. In: an entry with `sums`, the addresses of its values. Out: what is done between its dispatches: buckets of
 * values that are complete are summed on a stream of their own, and the program's stream waits for a bucket where it is needed first.
 */
import type { CudaRankSum } from "../../../src/plan/plan.js";
import type { DriverContext, Event, Stream } from "../driver.js";
import type { Instance } from "../instance.js";
import type { Between, RankSums } from "../parts.js";
import type { Side } from "../side.js";
import type { Communicator } from "./nccl.js";

/**
 * A sum over few bytes costs what its messages need to go round, some tens of microseconds however few they are; from a few megabytes on it costs what the links carry. Small
 * gradients therefore go together, and no bucket waits long for its last gradient. A choice by these words: it was not measured.
 */
const bucketBytes = 4 * 2 ** 20;

export interface Bucket {
  readonly sums: readonly CudaRankSum[];
  /** Of the last to be complete, and of the first to be needed. */
  readonly ready: number;
  readonly needed: number;
}

/** @param sums in the order of `ready`, the same on every rank, for ranks sum the same values at the same time */
export function bucketsOf(sums: readonly CudaRankSum[], most = bucketBytes): Bucket[] {
  const buckets: Bucket[] = [];
  let open: CudaRankSum[] = [];
  let bytes = 0;
  const close = (): void => {
    if (open.length > 0) buckets.push({ sums: open, ready: Math.max(...open.map((s) => s.ready)), needed: Math.min(...open.map((s) => s.needed)) });
    [open, bytes] = [[], 0];
  };
  for (const sum of sums) {
    // One that comes after another of the bucket is needed would hold that up.
    if (open.some(({ needed }) => needed <= sum.ready)) close();
    open.push(sum);
    bytes += 4 * sum.elements;
    if (bytes >= most) close();
  }
  close();
  return buckets;
}

interface Work {
  readonly bucket: Bucket;
  readonly values: { readonly address: bigint; readonly elements: number }[];
  /** On the program's stream behind `ready`, and on the other behind the sum. */
  readonly complete: Event;
  readonly summed: Event;
}

export class SumsOverRanks implements RankSums {
  private readonly stream: Stream;
  private readonly events: Event[] = [];
  /** Two events for each bucket of the largest entry: an event may be recorded again once nobody waits for what it was, and streams wait in order. */
  private readonly pairs: { readonly complete: Event; readonly summed: Event }[] = [];

  constructor(private readonly context: DriverContext, private readonly communicator: Communicator) {
    this.stream = context.createStream();
  }

  between(instance: Instance, side: Side, main: Stream): Between | null {
    const { sums } = instance.cuda;
    if (!sums || sums.length === 0) return null;
    const works = bucketsOf(sums).map((bucket, i): Work => ({
      bucket, ...this.pair(i), values: bucket.sums.map(({ binding, elements }) => ({ address: instance.addressOf(binding, side), elements })),
    }));
    const { context, communicator, stream } = this;
    return {
      // What NCCL does for a graph that is recorded could not be tried.
      recordable: false,
      before(dispatch) {
        for (const { bucket, summed } of works) if (bucket.needed === dispatch) context.waitFor(main, summed);
      },
      after(dispatch) {
        for (const { bucket, complete, summed, values } of works) {
          if (bucket.ready !== dispatch) continue;
          context.record(complete, main);
          context.waitFor(stream, complete);
          communicator.sumAll(values, stream);
          context.record(summed, stream);
        }
      },
    };
  }

  check(): void {
    this.communicator.checkAsync();
  }

  /** Before memory is freed: a rank that is gone lets its sums wait for ever. */
  abort(): void {
    this.communicator.abort();
  }

  dispose(): void {
    this.communicator.dispose();
    for (const event of this.events) this.context.destroyEvent(event);
    this.context.destroyStream(this.stream);
  }

  private pair(index: number): { readonly complete: Event; readonly summed: Event } {
    const known = this.pairs[index];
    if (known) return known;
    const pair = { complete: this.context.createEvent(), summed: this.context.createEvent() };
    this.events.push(pair.complete, pair.summed);
    this.pairs[index] = pair;
    return pair;
  }
}
