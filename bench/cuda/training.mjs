// A training step of specs/memsizer-wikitext103.msz in bfloat16 by windows of 512 and 4,096 tokens: tokens a second, and the share of the card's bfloat16 peak that 6 operations a weight and token are.
import { fileURLToPath } from "node:url";
import { compile } from "../../dist/cli/api.js";
import { openTraining } from "../../dist/runtime/index.js";
import { spread } from "../common.mjs";

const spec = fileURLToPath(new URL("../../specs/memsizer-wikitext103.msz", import.meta.url));
/** Dense bfloat16 products, operations a second, as NVIDIA's data sheets have them; a card that is not listed has no share. */
const peaks = [[/H[12]00/, 989e12], [/A100/, 312e12], [/L40S/, 362e12]];

export async function measureTraining({ card, small }) {
  const windows = [];
  for (const [batch, length] of small ? [[2, 32]] : [[6, 512], [1, 4096]]) windows.push({ batch, tokens: length, ...(await step(card, small, batch, length)) });
  return { model: "specs/memsizer-wikitext103.msz", precision: "bfloat16", windows };
}

async function step(card, small, batch, length) {
  try {
    const set = small ? { layers: "1", vocabulary: "80_000" } : {};
    const { plan } = compile(spec, { set, targets: ["cuda"], precision: "bfloat16", training: ["accumulate", "train"] });
    const training = await openTraining(plan, { random: 1 }, { backend: "cuda", onWarning: (line) => console.error(line) });
    const { vocabularySize } = plan.model;
    const ids = (times) => ({ shape: [batch, length], data: Int32Array.from({ length: batch * length }, (_, i) => 4 + ((i * times) % (vocabularySize - 4))) });
    const batches = Array.from({ length: plan.training.accumulate }, () => ({ tokens: ids(7919), targets: ids(7907) }));
    const seconds = [];
    for (let round = 0; round < (small ? 3 : 13); round++) {
      const started = performance.now();
      await training.step(batches);
      await training.report();
      // The first rounds compile and record.
      if (round > 1) seconds.push((performance.now() - started) / 1000);
    }
    training.dispose();
    const parameters = plan.parameters.reduce((n, p) => n + p.shape.reduce((a, b) => a * b, 1), 0);
    const tokensASecond = (batch * length * batches.length) / Math.min(...seconds);
    const peak = peaks.find(([name]) => name.test(card.name))?.[1];
    return { secondsAnUpdate: spread(seconds), microBatches: batches.length, parameters, tokensASecond, shareOfPeak: peak ? (6 * parameters * tokensASecond) / peak : null };
  } catch (error) {
    return { not_run: error.message };
  }
}
