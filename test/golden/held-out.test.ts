/**
 * The trained model's loss over the whole held-out part of Tiny Shakespeare, 871 windows of 128 characters, each from an empty
 * state: 1e-4 nats from the float64 figure. 174 GFLOP: a quarter of a minute on lavapipe, two or three on SwiftShader.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { backends, simulated } from "../helpers/backends.js";
import { openTrained, tinyShakespeare } from "./trained.js";

const figures = JSON.parse(readFileSync(new URL("./shakespeare-small.json", import.meta.url), "utf8")) as { held_out_loss_nats: number };
const window = 128;
const batch = 67; // 871 = 13 · 67

// On simulated CUDA it takes minutes: `shakespeare.test.ts` runs this model there.
for (const { name, options } of backends) test.skipIf(simulated(options.backend))(`held-out loss on ${name}`, async () => {
  const session = await openTrained("shakespeare-small", options);
  const text = tinyShakespeare().subarray(1_003_854);
  const windows = Math.floor(text.length / window);
  let sum = 0;
  let predictions = 0;
  for (let from = 0; from < windows; from += batch) {
    const rows = Math.min(batch, windows - from);
    // Each window predicts its tokens 1 … 128: the last one's target is the next window's first.
    const tokens = Int32Array.from(text.subarray(from * window, (from + rows) * window));
    const { logits } = await session.call("forward", { tokens: { shape: [rows, window], data: tokens } });
    for (let i = 0; i < rows * window; i++) {
      sum += crossEntropy(logits!.data.subarray(i * 256, (i + 1) * 256), text[from * window + i + 1]!);
      predictions++;
    }
  }
  session.dispose();
  expect(predictions).toBe(111_488);
  expect(Math.abs(sum / predictions - figures.held_out_loss_nats)).toBeLessThan(1e-4);
}, 900_000);

function crossEntropy(logits: ArrayLike<number>, target: number): number {
  let largest = -Infinity;
  for (let i = 0; i < logits.length; i++) largest = Math.max(largest, logits[i]!);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - largest);
  return largest + Math.log(sum) - logits[target]!;
}
