/**
 * A run of several ranks. Rank 0 does all that a run of one does, and says before each update that it is due; the others take it too, on micro-batches of their own, and do nothing
 * else. What is measured and written is rank 0's, as all have the same parameters.
 */
import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { cudaDeviceNames, meetRanks, MszError, type HostTensors, type RankGroup, type Training } from "../../runtime/index.js";
import { assert } from "../../src/base/assert.js";
import type { Batches } from "../corpus/batches.js";
import { note } from "../report.js";
import { Children } from "./children.js";
import { expectDevice, expectDevices, startedVariable, type Launch } from "./launch.js";
import { endingBySignal } from "./stopper.js";

/** Between a sum that fails and the end of the connection, milliseconds. */
const moment = 1000;

/** Is told what went wrong, if anything did. */
export type Closer = (error?: unknown) => void;

/** Meets the other ranks, and does `work` while all of them are there. @throws MszError of whichever rank failed first, which it names */
export async function together(launch: Launch, closers: Closer[], work: (group: RankGroup) => Promise<void>): Promise<void> {
  const { place, starts } = launch;
  const children = new Children();
  closers.push(() => children.end());
  if (starts) expectDevices(place.size, await cudaDeviceNames());
  else await expectOwnDevice(launch);
  let group: RankGroup | undefined;
  // The wait may be long, and a folder has been made for the run.
  const release = endingBySignal(() => {
    for (const close of [...closers].reverse()) close();
  });
  try {
    const meeting = meetRanks(starts ? { ...place, onPort: (port) => children.start(place.size, port) } : { ...place, onWaiting: note });
    const met = (group = await Promise.race([meeting, children.failed]).finally(release));
    closers.push((error) => met.leave(error));
    await Promise.race([work(met), met.lost]);
    met.check();
  } catch (error) {
    const told = named(await children.explain(await whoIsGone(error, group)), place.rank);
    // Before the device is closed: NCCL, closed in order, waits for the other ranks, which do not know yet that there is an end.
    group?.leave(told);
    throw told;
  }
}

/** Before the others are waited for. Without a driver there is no number to check by, which all are told when the device is opened. */
async function expectOwnDevice(launch: Launch): Promise<void> {
  const names = await cudaDeviceNames().catch(() => undefined);
  if (names) expectDevice(launch, names);
}

/** A sum that fails does not say whose fault it is; that rank's connection, which ends about then, does. */
async function whoIsGone(error: unknown, group: RankGroup | undefined): Promise<unknown> {
  if (!group || !(error instanceof MszError && error.code === "rank-gone")) return error;
  return Promise.race([group.lost.catch((lost: unknown) => lost), pause(moment, error)]);
}

/** Several ranks may write to one terminal. */
function named(error: unknown, rank: number): unknown {
  if (rank === 0 || !(error instanceof MszError) || /\brank \d/.test(error.message)) return error;
  const { code, message, blame, reason, hint } = error;
  return new MszError(code, `rank ${rank}: ${message}`, { blame, reason, hint, cause: error });
}

/** What all ranks must have alike, by name, in words for one that has not. */
const alike = {
  plan: ["another plan", "its spec, its options or its version of msz is not that of rank 0"],
  corpus: ["another corpus", "each rank reads the files that the spec or the command line names"],
  step: ["another checkpoint", "each rank reads the one in the folder of `--resume`"],
  weights: ["other weights to begin with", "each rank reads the file of `--weights` or the checkpoint, or draws them from the seed"],
} as const;

/** @param own digests @throws MszError `ranks-differ` on all ranks, naming the first that has something else than rank 0 */
export async function agree(group: RankGroup | undefined, own: { readonly [K in keyof typeof alike]?: string }): Promise<void> {
  if (!group) return;
  const [zero, ...others] = await group.gather(own);
  for (const [i, other] of others.entries()) {
    const key = (Object.keys(alike) as (keyof typeof alike)[]).find((k) => other[k] !== zero![k]);
    if (key === undefined) continue;
    const [what, reason] = alike[key];
    throw new MszError("ranks-differ", `rank ${i + 1} has ${what} than rank 0${key === "step" ? ` (step ${other.step} and not ${zero!.step})` : ""}`, { reason, hint: "give all ranks the same files and options" });
  }
  await group.broadcast("agreed");
}

export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function digestOfTensors(tensors: HostTensors): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(tensors).sort()) {
    const { shape, data } = tensors[name]!;
    hash.update(`\n${name} ${shape.join("x")}\n`).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}

/** Says that update `step` is due; undefined: there are no more. */
export async function lead(group: RankGroup, step: number | undefined): Promise<void> {
  group.check();
  await group.broadcast<number | null>(step ?? null);
}

/** What a rank does that is not rank 0, until that says that all is done. Signals are rank 0's to obey: they are handed on to it. */
export async function follow(group: RankGroup, training: Training, batches: Batches): Promise<void> {
  const { accumulate, seed } = training.plan.training!;
  const started = process.env[startedVariable] !== undefined;
  // One that rank 0 started gets a terminal's Ctrl-C together with it.
  const onSignal = (): void => void (started || group.requestStop());
  const signals = started ? (["SIGINT"] as const) : (["SIGINT", "SIGTERM"] as const);
  for (const signal of signals) process.on(signal, onSignal);
  try {
    for (let step = await group.broadcast<number | null>(null); step !== null; step = await group.broadcast<number | null>(null)) {
      assert(step === training.taken, `update ${step} is due, and this rank is at ${training.taken}`);
      const first = training.firstBatch(step);
      await training.step(Array.from({ length: accumulate }, (_, i) => batches.shuffled(first + i, seed)));
    }
    // What is under way ends before its memory goes.
    await training.report();
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
