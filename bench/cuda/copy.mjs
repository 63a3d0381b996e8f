// Bytes a second of a copy inside the card's memory, what is read and what is written counted once each: what decoding is held against.
import { openCudaDriver } from "../../dist/runtime/cuda/open-driver.js";

export async function measureCopy({ small }) {
  const { driver } = await openCudaDriver();
  const context = driver.openContext(0);
  const bytes = small ? 2 ** 20 : 2 ** 30;
  const [from, to] = [context.allocate("the copy's source", bytes), context.allocate("the copy's target", bytes)];
  const stream = context.createStream();
  const [start, end] = [context.createEvent(true), context.createEvent(true)];
  const milliseconds = [];
  for (let round = 0; round < (small ? 3 : 30); round++) {
    context.record(start, stream);
    context.copy(to, from, bytes, stream);
    context.record(end, stream);
    context.synchronize(stream, "a copy");
    milliseconds.push(context.elapsed(start, end));
  }
  for (const event of [start, end]) context.destroyEvent(event);
  context.destroyStream(stream);
  context.free(from);
  context.free(to);
  context.dispose();
  return { bytes: 2 * bytes, bytesASecond: (2 * bytes) / (Math.min(...milliseconds) / 1000) };
}
