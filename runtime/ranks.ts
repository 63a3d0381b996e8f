/**
 * Processes that train together: what each knows of the others, and the way to them, which only Node has (`cuda/ranks`). Rank 0 decides, the others follow; gradients go
 * another way, from device to device.
 */
import { MszError } from "../src/base/error.js";

/** Which of them this process is, and where rank 0 waits for the others. */
export interface RankPlace {
  readonly rank: number;
  readonly size: number;
  readonly host: string;
  /** 0, of rank 0 alone: any that is free, which `onPort` is told. */
  readonly port: number;
  readonly onPort?: (port: number) => void;
  /** Of rank 0 alone: hears once, after some seconds, which ranks are waited for. */
  readonly onWaiting?: (line: string) => void;
  /** How long the ranks wait for one another at the start. */
  readonly seconds: number;
}

export interface RankGroup {
  readonly rank: number;
  readonly size: number;
  /** What rank 0 says, a value of JSON, on every rank. The others' own is not looked at. */
  broadcast<T>(value: T): Promise<T>;
  /** On rank 0 what every rank says, in the order of ranks; on the others nothing. */
  gather<T>(value: T): Promise<T[]>;
  /** @throws MszError as soon as a rank is gone or has failed */
  check(): void;
  /** Rejects then, and never resolves. */
  readonly lost: Promise<never>;
  /** Is called then, before anyone who waits for `lost`; also when this rank is the one that leaves with an error. */
  onLost(act: () => void): void;
  /** Asks rank 0 to stop the run; `onStop` hears of it there. */
  requestStop(): void;
  onStop(act: () => void): void;
  /** Ends the connection. With an error the others fail with it, else they are told that all is done. */
  leave(error?: unknown): void;
}

/** Waits until all ranks are there. @throws MszError `ranks-missing`, `no-rank-0`, `other-ranks` */
export async function meetRanks(place: RankPlace): Promise<RankGroup> {
  const node = (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node;
  if (node === undefined) throw new MszError("no-cuda", "training on several devices runs in Node, not in a page", { blame: "machine", hint: "use the command line" });
  // As in open-cuda.ts.
  const specifier = ["./cuda/ranks", "rendezvous.js"].join("/");
  const { meet } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ specifier)) as { meet(place: RankPlace): Promise<RankGroup> };
  return meet(place);
}
