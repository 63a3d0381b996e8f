/**
 * One entry of a plan at one batch, one number of tokens and one cache capacity: where its values lie in the arena, its grids, and, for each set of states, the arguments of its launches.
 */
import { unreachable } from "../../src/base/assert.js";
import { MszError } from "../../src/base/error.js";
import type { CudaEntry, CudaProduct, Dispatch, DispatchBinding, PlanEntry, PlanExtent } from "../../src/plan/plan.js";
import { evaluateGrid, evaluateShape, evaluateSize, layoutArenas, slotStep, type ArenaLayout, type Extents } from "../../src/plan/size.js";
import { Bound, type Launch } from "./bound.js";
import { expectCountable } from "./countable.js";
import type { Address } from "./driver.js";
import type { Block } from "./memory.js";
import type { Parts } from "./parts.js";
import type { ProductLibrary } from "./products.js";
import type { Side } from "./side.js";
import { Choice } from "./ways.js";

export type Grid = readonly [number, number, number];

/** `struct Extents { u32 B, T, N, C, E, M; }`. S is not among them: it changes inside a recorded graph. */
const extentsBytes = 24;
const pointerBytes = 8;
/** A launch argument. */
const numberBytes = 4;

export class Instance {
  /** Sets of states that it is bound to. */
  readonly sides = new Set<Side>();
  /** How it is launched, where there is more than one way. */
  readonly choice: Choice;
  /** For a cache that is full: kernels stop at their last index, so that grids change only when the cache grows. */
  readonly grids: readonly Grid[];
  private readonly layout: ArenaLayout;
  /** Where each page of the layout begins in the arena. */
  private readonly starts: readonly number[];
  private readonly arenaBytes: number;
  private readonly products: ReadonlySet<number>;
  private compiled = false;

  /** @param extents with S = C */
  constructor(
    private readonly parts: Parts,
    readonly entry: PlanEntry,
    readonly cuda: CudaEntry,
    readonly extents: Extents,
  ) {
    this.choice = new Choice(parts.decode);
    expectCountable(entry, cuda, parts.program.precision, extents);
    this.grids = cuda.dispatches.map((dispatch) => gridOf(dispatch, extents));
    this.layout = layoutArenas(cuda, extents);
    let bytes = 0;
    this.starts = this.layout.bytes.map((size) => (bytes += size) - size);
    this.arenaBytes = bytes;
    // A library chooses for the device whose context is current.
    if (cuda.products && parts.products) parts.context.makeCurrent();
    const taken = (cuda.products ?? []).filter((product) => parts.products?.takes(product, extents));
    this.products = new Set(taken.map(({ dispatch }) => dispatch));
  }

  /** `train at B 8, T 512` */
  get name(): string {
    const { B, T, C, E } = this.extents;
    return `${this.entry.name} at B ${B}, T ${T}${E > 0 ? `, E ${E}` : ""}${C > 0 ? `, C ${C}` : ""}`;
  }

  /** Compiles its kernels, but those whose work a library does. */
  async compile(): Promise<void> {
    // Asked before every call: a step of decoding is too short to look through its kernels each time.
    if (this.compiled) return;
    const { modules, program } = this.parts;
    await modules.prepare(this.cuda.dispatches.flatMap(({ kernel }, at) => (this.products.has(at) ? [] : [program.kernels[kernel]!])));
    this.compiled = true;
  }

  /** Makes the memory that its values, inputs and outputs need. Other instances' addresses may then be stale, so that all that run together reserve before any binds. */
  reserve(): void {
    this.arenas();
    this.entry.inputs.forEach((_, i) => this.input(i));
    this.entry.outputs.forEach((_, i) => this.output(i));
  }

  /** Its launches on these states, whose memory and its own must be there. */
  bind(side: Side): Bound {
    const { context, memory } = this.parts;
    const kept = side.boundTo(this);
    if (kept?.epoch === memory.epoch) return kept;
    const launches = this.cuda.dispatches.map((dispatch, at) => this.launchOf(dispatch, at, side));
    const bound = new Bound(context, memory.epoch, launches);
    side.bind(this, bound);
    return bound;
  }

  input(index: number): Block {
    const { name, shape } = this.entry.inputs[index]!;
    return this.parts.memory.shared(this.named(`input ${name}`), this.bytesOf(shape));
  }

  output(index: number): Block {
    const { name, shape } = this.entry.outputs[index]!;
    return this.parts.memory.shared(this.named(`output ${name} of ${this.entry.name}`), this.bytesOf(shape));
  }

  bytesOf(shape: readonly PlanExtent[]): number {
    return 4 * evaluateShape(shape, this.extents).reduce((a, b) => a * b, 1);
  }

  poison(): void {
    const { memory } = this.parts;
    for (const block of this.arenas()) memory.poison(block);
    this.entry.outputs.forEach((_, i) => memory.poison(this.output(i)));
  }

  addressOf(binding: DispatchBinding, side: Side): Address {
    const { fixed, plan } = this.parts;
    switch (binding.kind) {
      case "input": return this.input(binding.index).address;
      case "output": return this.output(binding.index).address;
      case "weight": return fixed.weights[binding.index]!.address;
      case "constant": return fixed.constants[binding.index]!.address;
      case "state": {
        const block = side.blocks[binding.index];
        if (!block) throw new MszError("plan-entry", `the entry \`${this.entry.name}\` uses the state \`${plan.states[binding.index]?.name}\` but runs without one`);
        return block.address;
      }
      case "buffer": return this.slotAddress(this.cuda.buffers[binding.index]!.slot);
      default: return unreachable(binding);
    }
  }

  /** What is bound to it; and, where each value has its own memory, that. */
  dispose(): void {
    for (const side of [...this.sides]) side.drop(this);
    const { memory } = this.parts;
    if (!memory.settings.guard) return;
    this.entry.inputs.forEach(({ name }) => memory.destroyShared(this.named(`input ${name}`)));
    this.entry.outputs.forEach(({ name }) => memory.destroyShared(this.named(`output ${name} of ${this.entry.name}`)));
    this.cuda.slots.forEach((_, slot) => memory.destroyShared(this.named(`value ${slot}`)));
    memory.destroyShared(this.named("workspace"));
  }

  /** The one arena, or where each value has memory of its own all of these. */
  private arenas(): readonly Block[] {
    const { memory } = this.parts;
    if (memory.settings.guard) return [...[...this.cuda.slots.keys()].map((slot) => this.guarded(slot)), ...(this.products.size > 0 ? [this.guardedWorkspace()] : [])];
    const bytes = this.arenaBytes + this.workspaceBytes;
    return bytes === 0 ? [] : [memory.shared("the arena", bytes, `the values of ${this.name}`)];
  }

  private slotAddress(slot: number): Address {
    if (this.parts.memory.settings.guard) return this.guarded(slot).address;
    const [{ address }] = this.arenas() as [Block];
    return address + BigInt(this.starts[this.layout.pages[slot]!]! + this.layout.offsets[slot]!);
  }

  private guarded(slot: number): Block {
    return this.parts.memory.shared(this.named(`value ${slot}`), evaluateSize(this.cuda.slots[slot]!.bytes, this.extents));
  }

  private get workspaceBytes(): number {
    return this.products.size > 0 ? Math.ceil(this.parts.products!.workspaceBytes / slotStep) * slotStep : 0;
  }

  /** Behind the values. */
  private workspace(): Address {
    if (this.parts.memory.settings.guard) return this.guardedWorkspace().address;
    const [{ address }] = this.arenas() as [Block];
    return address + BigInt(this.arenaBytes);
  }

  private guardedWorkspace(): Block {
    return this.parts.memory.shared(this.named("workspace"), this.workspaceBytes);
  }

  /** Blocks of one name are one for all instances, but where each is to have its own size. */
  private named(name: string): string {
    return this.parts.memory.settings.guard ? `${name} (${this.name})` : name;
  }

  private launchOf({ kernel, bindings, arguments: given = [], label }: Dispatch, at: number, side: Side): Launch {
    const { context, stream, modules, counters, program, products } = this.parts;
    const { name, threads } = program.kernels[kernel]!;
    const grid = this.grids[at]!;
    if (grid[0] * grid[1] * grid[2] === 0) return null;
    const addresses = bindings.map((binding) => this.addressOf(binding, side));
    const product = this.products.has(at) ? this.cuda.products!.find(({ dispatch }) => dispatch === at)! : null;
    if (product && products) return this.productOf(product, products, addresses, label);
    const args = context.arguments([extentsBytes, pointerBytes, ...given.map(() => numberBytes), ...bindings.map(() => pointerBytes)]);
    const { B, T, N, C, E, M } = this.extents;
    [B, T, N, C, E, M].forEach((value, i) => args.bytes.setUint32(args.offsets[0]! + 4 * i, value, true));
    const [slots, ...others] = args.offsets.slice(1) as [number, ...number[]];
    args.bytes.setBigUint64(slots, counters.slots.address, true);
    given.forEach((value, i) => args.bytes.setUint32(others[i]!, value, true));
    addresses.forEach((address, i) => args.bytes.setBigUint64(others[given.length + i]!, address, true));
    const [handle, what, shape] = [modules.get(name), `${label} (kernel ${name})`, { grid, threads }];
    return () => context.launch(handle, shape, args, stream, what);
  }

  /** A library's launches do not go through the driver's interface, which waits behind its own where that is asked for. */
  private productOf(product: CudaProduct, products: ProductLibrary, addresses: readonly Address[], label: string): Launch {
    const { context, stream, debugSync } = this.parts;
    const launch = products.prepare(product, this.extents, addresses, this.workspace(), stream, label);
    if (!debugSync) return launch;
    return () => {
      launch();
      context.synchronize(stream, label);
    };
  }
}

function gridOf(dispatch: Dispatch, extents: Extents): Grid {
  try {
    return evaluateGrid(dispatch.grid, extents);
  } catch (error) {
    if (!(error instanceof MszError)) throw error;
    throw new MszError("device-limit", `${dispatch.label}: ${error.message}`, { blame: "machine", hint: error.hint, cause: error });
  }
}
