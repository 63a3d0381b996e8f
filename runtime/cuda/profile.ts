/**
 * What each launch of an entry takes, by the device's own clock. In: an instance, the states that it runs on. Out: milliseconds a launch, in order; the shortest of some rounds, for what disturbs
 * only makes longer. Launched one by one with an event between, so that short launches seem longer than in a recorded graph: read shares.
 */
import type { Event } from "./driver.js";
import type { Instance } from "./instance.js";
import type { Parts } from "./parts.js";
import { launchAll, setSlots } from "./run.js";
import type { Side } from "./side.js";

export interface LaunchTime {
  /** Place in the model. */
  readonly label: string;
  readonly kernel: string;
  readonly milliseconds: number;
}

/** @param slots in use after the entry */
export async function profileLaunches(parts: Parts, instance: Instance, side: Side, slots: number, rounds: number): Promise<LaunchTime[]> {
  const { context, stream, staging, program } = parts;
  const { dispatches } = instance.cuda;
  await instance.compile();
  instance.reserve();
  const bound = instance.bind(side);
  const events: Event[] = [];
  const best = dispatches.map(() => Infinity);
  try {
    for (let i = 0; i <= dispatches.length; i++) events.push(context.createEvent(true));
    // The first round loads code.
    for (let round = 0; round <= rounds; round++) {
      setSlots(parts, slots);
      context.record(events[0]!, stream);
      launchAll(parts, instance, bound, { recordable: false, before: () => undefined, after: (at) => context.record(events[at + 1]!, stream) });
      await staging.idle();
      if (round > 0) best.forEach((time, i) => (best[i] = Math.min(time, context.elapsed(events[i]!, events[i + 1]!))));
    }
  } finally {
    for (const event of events) context.destroyEvent(event);
  }
  return dispatches.map(({ label, kernel }, i) => ({ label, kernel: program.kernels[kernel]!.name, milliseconds: best[i]! }));
}
