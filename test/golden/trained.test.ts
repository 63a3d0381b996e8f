/**
 * The model that `msz train` made, `specs/shakespeare.msz`: its loss over the whole held-out part is the one that the run ended with in its
 * log, on tfjs; on WebGPU and CUDA a tenth of it is what tfjs says of that tenth. All go on from a prompt with the same characters.
 */
import { afterAll, expect, test } from "vitest";
import type { HostTensor, Session } from "../../runtime/index.js";
import { backends, simulated } from "../helpers/backends.js";
import { loggedLoss, openTrained, tinyShakespeare } from "./trained.js";

const window = 256;
const batch = 8;
/** On the machine of the run it is the same number; another processor may add in another order, which moves a loss by some 1e-6. */
const logTolerance = 1e-3;
const backendTolerance = 1e-4;
const prompts = ["ROMEO:\n", "First Citizen:\nBefore we proceed"];

const text = tinyShakespeare();
const heldOut = text.subarray(Math.floor(text.length * 0.9));
const windows = Math.floor((heldOut.length - 1) / window);
const tenth = Math.ceil(windows / 10);

interface Sum {
  readonly sum: number;
  readonly count: number;
}

const sessions = new Map<string, Promise<Session>>();
const open = (name: string, options: (typeof backends)[number]["options"]): Promise<Session> => {
  const session = sessions.get(name) ?? openTrained("shakespeare", options);
  sessions.set(name, session);
  return session;
};
afterAll(async () => {
  for (const session of sessions.values()) (await session).dispose();
});

const tfjs = backends.find((b) => b.options.backend === "tfjs");
// On simulated CUDA it takes minutes: `shakespeare.test.ts` runs a smaller model there.
const others = backends.filter(({ options }) => options.backend !== "tfjs" && !simulated(options.backend));

test.skipIf(!tfjs)("the loss over all that is held out is the one in the log", async () => {
  const session = await open("tfjs", tfjs!.options);
  const whole = await loss(session, 0, windows);
  const rest = await evaluate(session, windows * window, 1, heldOut.length - 1 - windows * window);
  expect(whole.count + rest.count).toBe(heldOut.length - 1);
  expect(Math.abs((whole.sum + rest.sum) / (whole.count + rest.count) - loggedLoss("shakespeare/metrics.jsonl"))).toBeLessThan(logTolerance);
}, 300_000);

// With `MSZ_TEST_BACKENDS` naming one there is nothing to compare.
test.skipIf(!tfjs).each(others)("a tenth of it on $name is what it is on tfjs", async ({ name, options }) => {
  const [a, b] = [await loss(await open(name, options), 0, tenth), await loss(await open("tfjs", tfjs!.options), 0, tenth)];
  expect(a.count).toBe(tenth * window);
  expect(Math.abs(a.sum / a.count - b.sum / b.count)).toBeLessThan(backendTolerance);
}, 300_000);

test.skipIf(!tfjs).each(others.flatMap(({ name, options }) => prompts.map((prompt) => [name, prompt, options] as const)))("%s goes on greedily from %j with the same characters", async (name, prompt, options) => {
  const [a, b] = [await greedy(await open(name, options), prompt), await greedy(await open("tfjs", tfjs!.options), prompt)];
  expect(a).toHaveLength(120);
  expect(a).toBe(b);
}, 60_000);

async function greedy(session: Session, prompt: string): Promise<string> {
  let out = "";
  for await (const piece of session.generate({ prompt, temperature: 0, tokens: 120 })) out += piece.text;
  return out;
}

/** Of the windows first … end - 1, each from an empty state. */
async function loss(session: Session, first: number, end: number): Promise<Sum> {
  let [sum, count] = [0, 0];
  for (let at = first; at < end; at += batch) {
    const part = await evaluate(session, at * window, Math.min(batch, end - at), window);
    sum += part.sum;
    count += part.count;
  }
  return { sum, count };
}

/** `rows` windows of `size` characters from a place on: each character's target is the next one. */
function evaluate(session: Session, from: number, rows: number, size: number): Promise<Sum> {
  const tensor = (shift: number): HostTensor => ({ shape: [rows, size], data: Int32Array.from(heldOut.subarray(from + shift, from + shift + rows * size)) });
  return session.evaluate({ tokens: tensor(0), targets: tensor(1) });
}
