/** One rank of a training, as a process of its own: the built runtime, a plan and micro-batches that follow from their number. Prints `step` and a number after each update; leaves what it learned in a file. */
import { readFileSync, writeFileSync } from "node:fs";
import { meetRanks, openTraining, writeSafetensors } from "../../dist/runtime/index.js";
import { batchOf } from "./rank-batches.mjs";

const { rank, size, port, plan, steps, out, dies } = JSON.parse(process.argv[2]);
const group = await meetRanks({ rank, size, host: "127.0.0.1", port, seconds: 30, onPort: (free) => console.log(`port ${free}`) });
try {
  const training = await openTraining(JSON.parse(readFileSync(plan, "utf8")), { random: 3 }, { backend: "cuda", device: rank, ranks: group, poison: true });
  const { accumulate } = training.plan.training;
  for (let step = 0; step < steps; step++) {
    if (step === dies) process.kill(process.pid, "SIGKILL");
    const first = training.firstBatch(step);
    await Promise.race([training.step(Array.from({ length: accumulate }, (_, i) => batchOf(first + i))), group.lost]);
    // Simulated devices work only while somebody waits for them.
    const report = await Promise.race([training.report(), group.lost]);
    console.log(`step ${step} ${report.loss}`);
  }
  writeFileSync(out, writeSafetensors(await training.save()));
  // All have what they want before one goes.
  await group.gather(rank);
  await group.broadcast("end");
  group.leave();
  training.dispose();
} catch (error) {
  console.error(`${error.code}: ${error.message}`);
  group.leave(error);
  process.exit(3);
}
process.exit(0);
