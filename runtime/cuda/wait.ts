/**
 * Waiting for a stream without holding up the thread: the driver's calls are all made on the main one, which has others to serve.
 */
import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";
import type { DriverContext, Event, Stream } from "./driver.js";

/**
 * Milliseconds of asking at every turn of the event loop, which costs a core: calls of decoding, also of many tokens at once, are shorter. Then a millisecond between questions is less than
 * a hundredth of what is waited for.
 */
const eager = 100;

/** @throws MszError for whatever failed on the device since */
export function untilIdle(context: DriverContext, stream: Stream): Promise<void> {
  return until(() => context.isIdle(stream));
}

export function untilDone(context: DriverContext, event: Event): Promise<void> {
  return until(() => context.isDone(event));
}

async function until(done: () => boolean): Promise<void> {
  const begin = performance.now();
  while (!done()) {
    if (performance.now() - begin < eager) await turn();
    else await pause(1);
  }
}
