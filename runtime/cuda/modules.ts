/**
 * Kernels of one program, compiled at first need and kept. In: kernels and the header that stands before them. Out: a handle for each, or MszError `kernel-rejected`.
 * What an entry lacks is compiled together, in as many modules as can be compiled at once.
 */
import { availableParallelism } from "node:os";
import type { DriverContext, KernelHandle, Module } from "./driver.js";

/** Source text → an image for a device: `compile/`. @param what for messages */
export type Compile = (what: string, source: string, computeCapability: readonly [major: number, minor: number]) => Promise<Uint8Array>;

export interface ModuleKernel {
  readonly name: string;
  readonly source: string;
}

/** A compiler takes some 100 ms to begin with, and about as long for some kernels. */
const kernelsPerModule = 8;
const mostModules = 4;

export class Modules {
  private readonly handles = new Map<string, KernelHandle>();
  private readonly loaded: Module[] = [];

  constructor(
    private readonly context: DriverContext,
    private readonly header: string,
    private readonly compile: Compile,
  ) {}

  statistics(): { pipelinesCompiled: number } {
    return { pipelinesCompiled: this.handles.size };
  }

  /** Compiles those of the kernels that are not compiled yet. */
  async prepare(kernels: Iterable<ModuleKernel>): Promise<void> {
    const missing = [...new Map([...kernels].map((kernel) => [kernel.name, kernel])).values()].filter(({ name }) => !this.has(name));
    if (missing.length === 0) return;
    const outcomes = await Promise.allSettled(partsOf(missing).map((part) => this.load(part)));
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  has(name: string): boolean {
    return this.handles.has(name);
  }

  /** Of a kernel that `prepare` was given. */
  get(name: string): KernelHandle {
    return this.handles.get(name)!;
  }

  dispose(): void {
    for (const module of this.loaded.splice(0)) this.context.unloadModule(module);
    this.handles.clear();
  }

  private async load(kernels: readonly ModuleKernel[]): Promise<void> {
    const what = kernels.length === 1 ? `the kernel ${kernels[0]!.name}` : `the kernels ${kernels[0]!.name} to ${kernels.at(-1)!.name}`;
    const source = [this.header, ...kernels.map((kernel) => kernel.source)].filter((text) => text !== "").join("\n");
    const image = await this.compile(what, source, this.context.properties.computeCapability);
    const module = this.context.loadModule(what, image);
    this.loaded.push(module);
    for (const { name } of kernels) this.handles.set(name, this.context.kernel(module, name));
  }
}

/** Parts of about as much text each, the longest first, so that none is waited for long. */
function partsOf(kernels: readonly ModuleKernel[]): ModuleKernel[][] {
  const count = Math.min(mostModules, availableParallelism(), Math.ceil(kernels.length / kernelsPerModule));
  const parts = Array.from({ length: count }, () => ({ length: 0, kernels: [] as ModuleKernel[] }));
  for (const kernel of [...kernels].sort((a, b) => b.source.length - a.source.length)) {
    const least = parts.reduce((a, b) => (b.length < a.length ? b : a));
    least.kernels.push(kernel);
    least.length += kernel.source.length;
  }
  return parts.map((part) => part.kernels);
}
