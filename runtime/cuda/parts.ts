/** What all pieces of one program on a device share. */
import type { Plan, CudaProgram } from "../../src/plan/plan.js";
import type { DriverContext, Stream } from "./driver.js";
import type { Instance } from "./instance.js";
import type { Block, Memory } from "./memory.js";
import type { Modules } from "./modules.js";
import type { ProductLibrary } from "./products.js";
import type { Side } from "./side.js";
import type { Staging } from "./staging.js";
import type { Way } from "./ways.js";
import type { FixedMemory } from "./weights.js";

export interface Parts {
  readonly context: DriverContext;
  /** All work of the program, in order. */
  readonly stream: Stream;
  readonly memory: Memory;
  readonly staging: Staging;
  /** Kernels of the plan. */
  readonly modules: Modules;
  /** Kernels of the runtime: `kernels.ts`. */
  readonly ownModules: Modules;
  readonly fixed: FixedMemory;
  readonly counters: Counters;
  readonly plan: Plan;
  readonly program: CudaProgram;
  /** The driver waits behind every launch, so that an error names its launch: nothing is recorded. */
  readonly debugSync: boolean;
  /** How entries of one token are launched; null: as is found to be faster. */
  readonly decode: Way | null;
  /** Large matrix products, where a library for them is found. */
  readonly products: ProductLibrary | null;
  /** Of a program that trains with others: what sums gradients. */
  readonly sums: RankSums | null;
}

/** Words in device memory that recorded graphs read and raise. */
export interface Counters {
  /** S: slots of caches in use after the call. */
  readonly slots: Block;
  /** Steps of `generate` since the tokens were last read back. */
  readonly cursor: Block;
}

/** Sums over ranks, put between the dispatches of a training entry as its `sums` say. */
export interface RankSums {
  /** Null where the entry has nothing to sum. Asked once for each set of addresses. */
  between(instance: Instance, side: Side, stream: Stream): Between | null;
  /** @throws MszError for a sum that failed since: what it left is of no use */
  check(): void;
  /** When no program uses it any more. */
  dispose(): void;
}

export interface Between {
  /** Whether what is done may be recorded into a graph. */
  readonly recordable: boolean;
  before(dispatch: number): void;
  after(dispatch: number): void;
}
