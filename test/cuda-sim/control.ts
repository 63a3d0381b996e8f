/** What tests ask of the simulator beside what a driver has: counts, faults in words, a fresh start. The library is the one that the runtime has loaded. */
import koffi from "koffi";
import type { Simulator } from "./build.js";

export interface Control {
  /** Forgets a sticky error and all counts, as a new process would. Handles stay. */
  reset(): void;
  /** What the last sticky error was; empty: there was none. */
  fault(): string;
  /** How often a driver function was called (`cuGraphLaunch`), or a kernel ran (`kernel:NAME`), since the last reset. */
  calls(name: string): number;
  /** Blocks of device memory that were not freed. */
  liveAllocations(): number;
  /** Streams, events, modules, graphs and page-locked memory that were not given back. */
  liveHandles(): number;
}

export function controlOf(simulator: Simulator): Control {
  const library = koffi.load(simulator.driver);
  const number = (prototype: string) => {
    const call = library.func(prototype) as (...args: unknown[]) => number | bigint;
    return (...args: unknown[]): number => Number(call(...args));
  };
  return {
    reset: library.func("void cuSimReset()") as () => void,
    fault: library.func("const char* cuSimFault()") as () => string,
    calls: number("uint64_t cuSimCalls(const char* name)"),
    liveAllocations: number("uint64_t cuSimLiveAllocations()"),
    liveHandles: number("uint64_t cuSimLiveHandles()"),
  };
}

/** Sets environment variables while `body` runs: the simulator reads them at every call. */
export async function withEnvironment<T>(variables: Readonly<Record<string, string>>, body: () => T | Promise<T>): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return await body();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
