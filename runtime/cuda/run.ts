/**
 * Launches an instance: once for a call, or several steps of `generate`, each of which is one launch of a graph. In: an instance, the states that it runs on. Out: work on the program's stream.
 */
import type { Bound } from "./bound.js";
import type { Arguments } from "./driver.js";
import type { Instance } from "./instance.js";
import { noteThreads, noteTokens } from "./kernels.js";
import type { Block } from "./memory.js";
import type { Between, Parts } from "./parts.js";
import type { Side } from "./side.js";
import type { CudaState } from "./state.js";
import { Steps } from "./ways.js";

/** Tokens of `generate` that are under way before their ids are read: what is queued is bounded, and the pause is short beside so many steps. */
const stepsAtOnce = 64;

/** Runs the entry once. `slots`: in use after it. */
export async function runOnce(parts: Parts, instance: Instance, side: Side, slots: number): Promise<void> {
  await Steps.compile(parts, instance, 1);
  instance.reserve();
  const bound = instance.bind(side);
  setSlots(parts, slots);
  // Steps of decoding come again and again; a text of many tokens has launches that are long beside what making them takes.
  if (instance.extents.T !== 1) return launchAll(parts, instance, bound, null);
  const around = (entry: () => void): void => {
    if (parts.memory.settings.poison) instance.poison();
    entry();
  };
  const ways = await Steps.prepare(parts, { instance, side, bound, kind: "call", around });
  ways.launch();
  await ways.settle();
}

/** Runs the entry `steps` times on the growing state: output 0 of all steps, [steps, batch]. */
export async function runSteps(parts: Parts, instance: Instance, state: CudaState, steps: number): Promise<Int32Array> {
  const { context, stream, memory, ownModules, staging, counters } = parts;
  const { batch, bound: side } = state;
  await Steps.compile(parts, instance, steps);
  await ownModules.prepare([noteTokens]);
  instance.reserve();
  const kept = memory.shared("sampled tokens", 4 * batch * stepsAtOnce);
  const bound = instance.bind(side);
  const note = noteArguments(parts, batch, instance.output(0), kept);
  const handle = ownModules.get(noteTokens.name);
  const around = (entry: () => void): void => {
    if (memory.settings.poison) instance.poison();
    entry();
    context.launch(handle, { grid: [1, 1, 1], threads: noteThreads }, note, stream, noteTokens.name);
  };
  const ways = await Steps.prepare(parts, { instance, side, bound, kind: "step", around });
  const ids = new Int32Array(batch * steps);
  setSlots(parts, state.length + 1);
  for (let first = 0; first < steps; first += stepsAtOnce) {
    const count = Math.min(stepsAtOnce, steps - first);
    context.fill(counters.cursor.address, 0, 4, stream);
    for (let i = 0; i < count; i++) ways.launch();
    state.length += count;
    await staging.read([{ from: kept.address, target: new Uint8Array(ids.buffer, 4 * batch * first, 4 * batch * count) }]);
    await ways.settle();
  }
  return ids;
}

/** All dispatches, launch by launch. */
export function launchAll(parts: Parts, instance: Instance, bound: Bound, between: Between | null): void {
  if (parts.memory.settings.poison) instance.poison();
  bound.launches.forEach((run, at) => {
    between?.before(at);
    run?.();
    between?.after(at);
  });
}

export function setSlots({ context, stream, counters }: Parts, slots: number): void {
  context.fill(counters.slots.address, slots, 4, stream);
}

function noteArguments({ context, counters }: Parts, batch: number, tokens: Block, kept: Block): Arguments {
  const args = context.arguments([4, 8, 8, 8, 8]);
  args.bytes.setUint32(args.offsets[0]!, batch, true);
  [tokens, kept, counters.cursor, counters.slots].forEach(({ address }, i) => args.bytes.setBigUint64(args.offsets[i + 1]!, address, true));
  return args;
}
