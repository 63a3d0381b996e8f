/**
 * The language's normative examples, test/data/specs, at their own size on every backend: the hybrid, and each mixer of mixers.msz in a
 * model of its own, compile, train a few steps, and decode what they read at once.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { bug } from "../../src/base/assert.js";
import { compile } from "../../cli/api.js";
import { load, openTraining, writeSafetensors, type HostTensor } from "../../runtime/index.js";
import { backends, simulated, targetOf } from "../helpers/backends.js";
import { expectClose } from "../helpers/close.js";
import { Random } from "../helpers/random.js";

const at = (name: string): string => fileURLToPath(new URL(`../data/specs/${name}`, import.meta.url));
const mixers = readFileSync(at("mixers.msz"), "utf8");
// linformer is sized for an encoder's positions: test/encoder has it.
const names = [...mixers.matchAll(/^mixer (\w+)/gm)].map((m) => m[1]!).filter((name) => name !== "linformer");
const arguments_: Readonly<Record<string, string>> = { memory: "slots: 8, heads: 4" };

const specs: Readonly<Record<string, string | { path: string; text: string }>> = {
  "hybrid.msz": at("hybrid.msz"),
  ...Object.fromEntries(names.map((name) => [name, {
    path: "one.msz",
    text: `${mixers}\nmodel One { vocabulary = 300, width = 32, context = 64, layers 1 { ${name}(${arguments_[name] ?? "heads: 4"}) } }\ntrain { batch = 2, steps = 10, optimizer = adamw(rate: 1e-2), schedule = constant }\n`,
  }])),
};

/** float32 against float32 in another order; what the language promises. */
const tolerance = 1e-4;
const [rows, length] = [2, 24];

function ids(seed: number): HostTensor {
  return { shape: [rows, length], data: Int32Array.from(new Random(seed).integerTensor([rows, length], 0, 299).data) };
}

test("all of them are here", () => {
  expect(names.length).toBeGreaterThanOrEqual(5);
});

describe.each(backends)("$name", ({ options }) => {
  // SwiftShader takes a second or two for each kernel of a backward pass, and a simulated device a minute for the hybrid's width: what other tests train there is not trained again.
  const few = simulated(options.backend) ? ["gated_delta"] : ["hybrid.msz"];
  const here = Object.keys(specs).filter((name) => options.backend === "tfjs" || (options.backend === "cuda" && !simulated("cuda")) || few.includes(name));
  test.each(here)("%s", async (name) => {
    const { plan = bug("no plan") } = compile(specs[name]!, { training: ["train", "evaluate"], targets: [targetOf[options.backend]] });
    const training = await openTraining(plan, { random: 3 }, options);
    const batch = { tokens: ids(1), targets: ids(2) };
    const before = await training.evaluate(batch);
    for (let step = 0; step < 3; step++) await training.step(Array.from({ length: plan.training!.accumulate }, () => batch));
    const { broken, norm } = await training.report();
    expect([broken, Number.isFinite(norm)]).toEqual([0, true]);
    const after = await training.evaluate(batch);
    expect(after.sum).toBeLessThan(before.sum);
    const weights = writeSafetensors(await training.parameters());
    training.dispose();

    const session = await load(plan, weights, options);
    try {
      const { logits } = await session.call("forward", { tokens: batch.tokens });
      const sequence = await session.start(rows);
      const vocabulary = 300;
      for (let t = 0; t < 12; t++) {
        const column = Int32Array.from({ length: rows }, (_, r) => batch.tokens.data[r * length + t]!);
        const decoded = await sequence.decode({ shape: [rows, 1], data: column });
        const expected = Array.from({ length: rows }, (_, r) => Array.from(logits!.data.slice((r * length + t) * vocabulary, (r * length + t + 1) * vocabulary))).flat();
        expectClose(`token ${t}`, { shape: [rows, 1, vocabulary], data: expected }, decoded, tolerance);
      }
      sequence.dispose();
    } finally {
      session.dispose();
    }
  }, 120_000);
});
