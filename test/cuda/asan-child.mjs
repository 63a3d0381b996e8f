/**
 * A small model's calls, decoding and training steps by the built runtime, in a process that AddressSanitizer was loaded into; each value is an allocation of its own. Argument: a file
 * with plans. Prints `done` behind all of it.
 */
import { readFileSync } from "node:fs";
import { load, openTraining } from "../../dist/runtime/index.js";

const { inference, training } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const ids = (rows, length, from = 0) => ({ shape: [rows, length], data: Int32Array.from({ length: rows * length }, (_, i) => (i * i + 3 * i + from) % 13) });

const session = await load(inference, { random: 3 }, { backend: "cuda", poison: true });
await session.call("forward", { tokens: ids(2, 9) });
const sequence = await session.start(2);
await sequence.prefill(ids(2, 5), { logits: true });
await sequence.decode(ids(2, 1));
await sequence.generate(3, { temperature: 0.9, topK: 5, topP: 0.9, seed: 1 });
await (await sequence.fork()).generate(1, { temperature: 0, topK: 0, topP: 1, seed: 1 });
session.dispose();

if (training) {
  const run = await openTraining(training, { random: 3 }, { backend: "cuda", poison: true });
  for (let step = 0; step < 2; step++) await run.step([{ tokens: ids(2, 20, step), targets: ids(2, 20, step + 1) }]);
  const { broken } = await run.report();
  if (broken !== 0) throw new Error(`a loss that is not finite in step ${broken}`);
  run.dispose();
}
console.log("done");
process.exit(0);
