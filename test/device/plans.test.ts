/**
 * Plans as files: the same spec gives the same bytes, a plan survives JSON, and a damaged one ends in a result or in an MszError
 * with words, never in a failure of our own, a crash or a wait without end.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../runtime/device.js";
import { openDevice } from "../../runtime/load.js";
import { load, MszError, validatePlan, type HostTensor, type Session } from "../../runtime/index.js";
import { quickBackends, targetOf } from "../helpers/backends.js";
import { sessionOn } from "../helpers/session-on.js";
import { compilePath, compileText } from "../schedule/compile.js";
import { mutations, type Json, type Mutation } from "./mutate.js";

/** Small, with every kind of thing in its plan: a constant, a growing and a convolution's state, padding. */
const spec = `mixer near(slots: axis) {
  seen = convolve(x, 2)
  state bank[slots, width] = bank + linear(seen, slots) * linear(seen, width)
  out = sum(softmax(linear(x, slots), slots) * bank, slots) / sqrt(count)
}
model Small {
  vocabulary = 7
  width = 4
  padding = 0
  layers 1 { near(slots: 3) attention(heads: 2) }
}`;

const tokens = (...rows: readonly number[][]): HostTensor => ({ shape: [rows.length, rows[0]!.length], data: Int32Array.from(rows.flat()) });

describe("the same spec and options twice", () => {
  test.each(["specs/shakespeare-small.msz", "test/golden/lm-chunks.msz", "test/golden/lm-softmax.msz"])("%s", (path) => {
    const [one, two] = [1, 2].map(() => JSON.stringify(compilePath(path).plan));
    expect(one === two).toBe(true);
  });

  test("a chunk of another size is another plan", () => {
    expect(JSON.stringify(compileText(spec, { chunk: 16 }).plan)).not.toBe(JSON.stringify(compileText(spec).plan));
  });
});

describe.each(quickBackends)("$name", (backend) => {
  const { plan } = compileText(spec, { targets: [targetOf[backend.options.backend]] });
  const options = { ...backend.options, poison: true };
  /** Damaged plans share a device and, with a session of the good plan that stays, its compiled kernels. */
  let device: Device;
  let good: Session;
  let made: Done;
  beforeAll(async () => {
    device = await openDevice(plan, options);
    good = await sessionOn(device, plan, { random: 3 });
    made = await whatItDoes(good);
  });
  afterAll(() => {
    good.dispose();
    device.dispose();
  });
  const doesOnDevice = async (changed: unknown): Promise<Done> => {
    const session = await sessionOn(device, changed, { random: 3 });
    return whatItDoes(session).finally(() => session.dispose());
  };

  test("a plan read from JSON does what the compiler's own does", async () => {
    const read = await load(JSON.parse(JSON.stringify(plan, null, 1)), { random: 3 }, options);
    expect(await whatItDoes(read)).toEqual(made);
    read.dispose();
    expect(made.ids).toHaveLength(6);
    expect(made.logits.every(Number.isFinite)).toBe(true);
  });

  /** CUDA's kernels have no bounds, unlike those of the others: what a damaged plan makes them do ends in a fault of the device or, on a simulated one, of the process. So it is opened only. */
  const unbounded = backend.options.backend === "cuda";
  const opens = async (changed: unknown): Promise<void> => (await sessionOn(device, changed, { random: 3 })).dispose();

  /** What a plan takes that is not damaged, many times over: on a software adapter, a simulated device and a busy machine it is seconds. */
  const guardMs = backend.name === "tfjs" ? 5000 : 30_000;

  test("any field changed ends in a result or an MszError", async () => {
    const json = JSON.parse(JSON.stringify(plan)) as Json;
    const all = mutations(json, 5);
    const accepted: { mutation: Mutation; changed: Json }[] = [];
    const wrong: string[] = [];
    let refused = 0;
    for (const mutation of all) {
      const changed = mutation.apply(json);
      try {
        validatePlan(changed);
        accepted.push({ mutation, changed });
      } catch (error) {
        refused++;
        const fault = faultOf(error);
        if (fault) wrong.push(`${mutation.what}: ${fault}`);
        else if (!/`[^`]+`|version|not an msz plan/.test((error as MszError).message)) wrong.push(`${mutation.what}: no place is named: ${(error as MszError).message}`);
      }
    }
    const outcomes = { ran: 0, failed: 0 };
    for (const { mutation, changed } of accepted) {
      const outcome = await settle(unbounded ? opens(changed) : doesOnDevice(changed), guardMs);
      if (outcome === undefined) outcomes.ran++;
      else outcomes.failed++;
      const fault = outcome && faultOf(outcome);
      if (fault) wrong.push(`${mutation.what}: ${fault}`);
    }
    console.log(`${backend.name}: ${all.length} changes, ${refused} refused, ${accepted.length} accepted and ${unbounded ? "opened" : "run"}: ${outcomes.ran} with a result, ${outcomes.failed} with an error`);
    expect(wrong).toEqual([]);
    // None of them harmed what they share.
    expect(await doesOnDevice(plan)).toEqual(made);
    expect(refused).toBeGreaterThan(all.length * 0.7);
  }, 600_000);
});

interface Done {
  readonly logits: readonly number[];
  readonly ids: readonly number[];
  readonly text: readonly number[];
}

/** Everything that a plan's entries are used for. */
async function whatItDoes(session: Session): Promise<Done> {
  const { logits } = await session.call("forward", { tokens: tokens([1, 0, 3], [4, 5, 6]) });
  const sequence = await session.start(2);
  await sequence.prefill(tokens([1, 2, 3], [0, 5, 6]));
  const ids = await sequence.generate(3, { temperature: 0.7, topK: 4, topP: 0.9, seed: 1 });
  await sequence.decode(tokens([2], [3]));
  const restored = await session.restore(await sequence.save());
  restored.dispose();
  return { logits: [...logits!.data], ids: [...ids], text: await textOf(session) };
}

async function textOf(session: Session): Promise<number[]> {
  const ids: number[] = [];
  for await (const piece of session.generate({ tokens: 2 })) ids.push(...piece.ids);
  return ids;
}

/** The error, or nothing; an error of its own when it takes too long. */
function settle(work: Promise<unknown>, ms: number): Promise<unknown> {
  const started = performance.now();
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(new Error(`no end after ${ms} ms`)), ms);
    work.then(() => undefined, (error: unknown) => error).then((outcome) => {
      clearTimeout(timer);
      // What holds the thread is seen only when it lets go.
      const took = performance.now() - started;
      resolve(took > ms ? new Error(`an end after ${took.toFixed(0)} ms only`) : outcome);
    });
  });
}

/** What is wrong with an error as an answer to a damaged plan. */
function faultOf(error: unknown): string | undefined {
  if (!(error instanceof MszError)) return error instanceof Error ? (error.stack ?? String(error)).split("\n").slice(0, 9).join(" ") : String(error);
  if (error.message.length < 20) return `no words: ${error.message}`;
  // An internal failure that was only wrapped up.
  const { message, cause } = error;
  const wrapped = /Cannot read propert|is not a function|is not iterable|NaN/.test(message);
  return wrapped ? `${error.code}: ${message}${cause instanceof Error ? ` ${cause.stack!.split("\n")[1]!.trim()}` : ""}` : undefined;
}
