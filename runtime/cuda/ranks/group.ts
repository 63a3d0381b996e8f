/**
 * The ranks of a run, connected: a star with rank 0 in the middle. In: a link to each rank (of rank 0) or to rank 0. Out: `RankGroup`. The first failure, a message or a
 * connection that ends without one, is the failure of all, and names the rank that it began with.
 */
import { MszError } from "../../../src/base/error.js";
import type { RankGroup } from "../../ranks.js";
import type { Link, Message } from "./link.js";

interface Peer {
  readonly rank: number;
  readonly link: Link;
  readonly values: unknown[];
  waiting: ((value: unknown) => void) | null;
  done: boolean;
}

export class Group implements RankGroup {
  readonly lost: Promise<never>;
  private reject!: (error: MszError) => void;
  private fault: MszError | null = null;
  private left = false;
  private readonly peers: readonly Peer[];
  private readonly lostActs: (() => void)[] = [];
  private readonly stopActs: (() => void)[] = [];

  /** @param links by rank: of rank 0 to all others, of the others to rank 0 */
  constructor(readonly rank: number, readonly size: number, links: ReadonlyMap<number, Link>) {
    this.lost = new Promise((_, reject) => (this.reject = reject));
    // Not everyone waits for it.
    this.lost.catch(() => undefined);
    this.peers = [...links].sort(([a], [b]) => a - b).map(([of, link]) => ({ rank: of, link, values: [], waiting: null, done: false }));
    for (const peer of this.peers) {
      peer.link.listen({
        onMessage: (message) => this.take(peer, message),
        onClosed: (reason) => {
          if (!peer.done) this.fail(goneError(peer.rank, reason), peer);
        },
      });
    }
  }

  async broadcast<T>(value: T): Promise<T> {
    this.check();
    if (this.rank > 0) return (await this.next(this.peers[0]!)) as T;
    this.tell({ kind: "value", value });
    return value;
  }

  async gather<T>(value: T): Promise<T[]> {
    this.check();
    if (this.rank === 0) return [value, ...((await Promise.all(this.peers.map((peer) => this.next(peer)))) as T[])];
    this.tell({ kind: "value", value });
    return [];
  }

  check(): void {
    if (this.fault) throw this.fault;
  }

  onLost(act: () => void): void {
    if (this.fault) act();
    else this.lostActs.push(act);
  }

  requestStop(): void {
    if (this.rank === 0) this.stopActs.forEach((act) => act());
    else this.tell({ kind: "stop" });
  }

  onStop(act: () => void): void {
    this.stopActs.push(act);
  }

  leave(error?: unknown): void {
    if (this.left) return;
    this.left = true;
    // What another began with all know already: rank 0 has passed it on.
    if (!this.fault) this.tell(error === undefined ? { kind: "done" } : failureOf(error));
    if (error !== undefined && !this.fault) for (const act of this.lostActs) act();
    for (const { link } of this.peers) link.finish();
  }

  private next(peer: Peer): Promise<unknown> {
    const value = new Promise<unknown>((resolve) => {
      if (peer.values.length > 0) resolve(peer.values.shift());
      else peer.waiting = resolve;
    });
    return Promise.race([value, this.lost]);
  }

  private take(peer: Peer, message: Message): void {
    switch (message.kind) {
      case "value": {
        const { waiting } = peer;
        peer.waiting = null;
        if (waiting) waiting(message.value);
        else peer.values.push(message.value);
        return;
      }
      case "stop": return this.stopActs.forEach((act) => act());
      case "failed": return this.fail(errorOf(peer.rank, message), peer);
      case "done":
        peer.done = true;
        // Rank 0 says it when all is done; a rank that leaves before has left the others alone.
        if (this.rank === 0 && !this.left) this.fail(goneError(peer.rank, "it ended before the run did"), peer);
        else if (this.rank > 0 && peer.waiting) this.fail(goneError(0, "it ended the run"), peer);
        return;
      case "hello": return;
      default: return message satisfies never;
    }
  }

  private fail(error: MszError, from: Peer): void {
    if (this.fault || this.left) return;
    this.fault = error;
    // The others know no one but rank 0.
    for (const peer of this.peers) if (peer !== from) peer.link.send(failureOf(error));
    for (const act of this.lostActs) act();
    this.reject(error);
  }

  private tell(message: Message): void {
    for (const { link } of this.peers) link.send(message);
  }
}

/** Errors that name the rank already. */
const told = new Set(["rank-gone", "rank-failed", "other-ranks", "ranks-differ"]);

function goneError(rank: number, reason: string): MszError {
  return new MszError("rank-gone", `rank ${rank} is gone`, {
    blame: "machine", reason: `${reason}; all ranks end, for an update needs every one of them`, hint: "its own output may say more; go on from the last checkpoint with `--resume`",
  });
}

export function failureOf(error: unknown): Message {
  const known = error instanceof MszError;
  const { reason, hint } = known ? error : { reason: undefined, hint: undefined };
  return {
    kind: "failed", code: known ? error.code : "internal", message: error instanceof Error ? error.message : String(error), blame: known ? error.blame : "machine",
    ...(reason ? { reason } : {}), ...(hint ? { hint } : {}),
  };
}

export function errorOf(rank: number, { code, message, blame, reason, hint }: Extract<Message, { kind: "failed" }>): MszError {
  const own = told.has(code);
  return new MszError(own ? code : "rank-failed", own ? message : `rank ${rank} ended the run: ${message}`, { blame, reason, hint });
}
