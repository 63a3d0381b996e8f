/**
 * The trained model beside its spec: four greedy continuations, character for character, and the loss over the whole held-out
 * part of Tiny Shakespeare (871 windows of 128, each from an empty state) to 1e-4 nats.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileFile } from "../../cli/spec.js";
import { bytesSource, load, type Session } from "../../runtime/index.js";
import { backends } from "../helpers/backends.js";

const here = (path: string): string => new URL(path, import.meta.url).pathname;
const figures = JSON.parse(readFileSync(here("./shakespeare-small.json"), "utf8")) as { held_out_loss_nats: number; greedy: Record<string, string> };
const window = 128;
const batch = 67; // 871 = 13 · 67

describe.each(backends)("$name", ({ options }) => {
  let session: Session;
  beforeAll(async () => {
    const { plan } = compileFile(here("../../specs/shakespeare-small.msz"));
    session = await load(plan, bytesSource(readFileSync(here("../../specs/shakespeare-small.safetensors")), "weights"), options);
  });
  afterAll(() => session?.dispose());

  test.each(Object.entries(figures.greedy))("goes on greedily from %j", async (prompt, whole) => {
    let text = prompt;
    for await (const piece of session.generate({ prompt, temperature: 0, tokens: whole.length - prompt.length })) text += piece.text;
    expect(text).toBe(whole);
  });

  test("held-out loss", async () => {
    const text = gunzipSync(readFileSync(here("../data/tinyshakespeare.txt.gz"))).subarray(1_003_854);
    const windows = Math.floor(text.length / window);
    let sum = 0;
    let predictions = 0;
    for (let from = 0; from < windows; from += batch) {
      const rows = Math.min(batch, windows - from);
      // Each window predicts its tokens 1 … 128: the last one's target is the next window's first.
      const tokens = Int32Array.from(text.subarray(from * window, (from + rows) * window));
      const { logits } = await session.call("forward", { tokens: { shape: [rows, window], data: tokens } });
      for (let i = 0; i < rows * window; i++) {
        const target = text[from * window + i + 1];
        if (target === undefined) continue;
        sum += crossEntropy(logits!.data.subarray(i * 256, (i + 1) * 256), target);
        predictions++;
      }
    }
    expect(predictions).toBe(111_488);
    expect(Math.abs(sum / predictions - figures.held_out_loss_nats)).toBeLessThan(1e-4);
  }, 300_000);
});

function crossEntropy(logits: ArrayLike<number>, target: number): number {
  let largest = -Infinity;
  for (let i = 0; i < logits.length; i++) largest = Math.max(largest, logits[i]!);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - largest);
  return largest + Math.log(sum) - logits[target]!;
}
