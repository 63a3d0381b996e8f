/** How ranks find one another and what they say, over real sockets in one process: values, missing ranks, wrong ranks, ranks that fail or die. */
import { connect } from "node:net";
import { describe, expect, test, vi } from "vitest";
import { meetRanks, type RankGroup } from "../../runtime/ranks.js";

const host = "127.0.0.1";

interface Start {
  readonly ports: Promise<number>;
  readonly zero: Promise<RankGroup>;
}

function startZero(size: number, seconds = 5): Start {
  let onPort!: (port: number) => void;
  const ports = new Promise<number>((resolve) => (onPort = resolve));
  const zero = meetRanks({ rank: 0, size, host, port: 0, onPort, seconds });
  zero.catch(() => undefined);
  return { ports, zero };
}

async function meetAll(size: number): Promise<RankGroup[]> {
  const { ports, zero } = startZero(size);
  const port = await ports;
  const others = Array.from({ length: size - 1 }, (_, i) => meetRanks({ rank: i + 1, size, host, port, seconds: 5 }));
  return Promise.all([zero, ...others]);
}

describe("ranks that are all there", () => {
  test("hear what rank 0 says, in order, and rank 0 hears them all", async () => {
    const groups = await meetAll(3);
    const all = await Promise.all(groups.map(async (group) => [await group.broadcast(group.rank * 10 + 7), await group.broadcast({ step: group.rank }), await group.gather(`of ${group.rank}`)]));
    for (const [first, second] of all) expect([first, second]).toEqual([7, { step: 0 }]);
    expect(all.map(([, , gathered]) => gathered)).toEqual([["of 0", "of 1", "of 2"], [], []]);
    for (const group of groups) group.leave();
  });

  test("ask rank 0 to stop", async () => {
    const groups = await meetAll(2);
    const stopped = new Promise<void>((resolve) => groups[0]!.onStop(resolve));
    groups[1]!.requestStop();
    await stopped;
    for (const group of groups) group.leave();
  });

  test("a rank that fails ends all others, which name it", async () => {
    const groups = await meetAll(3);
    const lost: number[] = [];
    groups.forEach((group, i) => group.onLost(() => lost.push(i)));
    groups[2]!.leave(new Error("no room"));
    await expect(groups[0]!.lost).rejects.toThrow("rank 2 ended the run: no room");
    await expect(groups[1]!.lost).rejects.toThrow("rank 2 ended the run: no room");
    expect(() => groups[1]!.check()).toThrow("rank 2");
    expect(lost).toEqual([2, 0, 1]);
    await expect(groups[0]!.gather(1)).rejects.toThrow("rank 2");
    for (const group of groups) group.leave();
  });

  test("an end without a word is told of too, of rank 0 and of another", async () => {
    for (const dying of [0, 1]) {
      const groups = await meetAll(2);
      const other = groups[1 - dying]!;
      const waiting = other.rank === 0 ? other.gather(1) : other.broadcast(1);
      groups[dying]!.leave();
      await expect(waiting).rejects.toThrow(`rank ${dying} is gone`);
      other.leave();
    }
  });
});

describe("ranks that do not come together", () => {
  test("rank 0 names those that are missing, and those that came hear of it", async () => {
    const { ports, zero } = startZero(4, 0.4);
    const come = meetRanks({ rank: 2, size: 4, host, port: await ports, seconds: 5 });
    await expect(zero).rejects.toThrow("ranks 1 and 3 of 4 did not come to rank 0 within 0.4 s");
    await expect(come).rejects.toThrow("ranks 1 and 3 of 4");
  });

  test("rank 0 says once whom it waits for, when that takes a while", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const said: string[] = [];
      const port = await new Promise<number>((resolve, reject) => {
        const zero = meetRanks({ rank: 0, size: 3, host, port: 0, onPort: resolve, seconds: 20, onWaiting: (line) => said.push(line) });
        zero.catch(reject);
      });
      await new Promise(setImmediate);
      vi.advanceTimersByTime(4000);
      expect(said).toEqual([]);
      const others = [1, 2].map((rank) => meetRanks({ rank, size: 3, host, port, seconds: 20 }));
      vi.advanceTimersByTime(1500);
      expect(said).toEqual([`rank 0 waits at ${host}:0 for ranks 1 and 2 of 3`]);
      vi.advanceTimersByTime(10_000);
      expect(said.length).toBe(1);
      for (const group of await Promise.all(others)) group.leave();
    } finally {
      vi.useRealTimers();
    }
  });

  test("a rank says where it looked for rank 0", async () => {
    const { ports, zero } = startZero(2, 0.1);
    const port = await ports;
    await zero.catch(() => undefined);
    await expect(meetRanks({ rank: 1, size: 2, host, port, seconds: 0.3 })).rejects.toThrow(`rank 1 did not find rank 0 at ${host}:${port} within 0.3 s`);
  });

  test("a port that is in use", async () => {
    const { ports, zero } = startZero(2);
    const port = await ports;
    await expect(meetRanks({ rank: 0, size: 2, host, port, seconds: 1 })).rejects.toThrow(`rank 0 cannot listen at port ${port}, which is in use`);
    const other = await meetRanks({ rank: 1, size: 2, host, port, seconds: 5 });
    for (const group of [await zero, other]) group.leave();
  });

  test.each([
    ["another number of ranks", { rank: 1, size: 3 }, "rank 1 takes the run to have 3 ranks, and rank 0 takes it to have 2"],
    ["a rank that there is none of", { rank: 7, size: 2 }, "a rank 7 came"],
  ])("%s", async (_, { rank, size }, message) => {
    const { ports, zero } = startZero(2);
    const other = meetRanks({ rank, size, host, port: await ports, seconds: 5 });
    await expect(other).rejects.toThrow(message);
    await expect(zero).rejects.toThrow(message);
  });

  test("two processes of one rank", async () => {
    const { ports, zero } = startZero(3);
    const port = await ports;
    const twice = [1, 1].map((rank) => meetRanks({ rank, size: 3, host, port, seconds: 5 }));
    await Promise.all(twice.map((other) => expect(other).rejects.toThrow("two processes are rank 1")));
    await expect(zero).rejects.toThrow("two processes are rank 1");
  });

  test("a stranger at the port is let go", async () => {
    const { ports, zero } = startZero(2);
    const port = await ports;
    const stranger = connect({ host, port });
    const ended = new Promise((resolve) => stranger.on("close", resolve));
    stranger.on("error", () => undefined);
    stranger.write("GET / HTTP/1.0\n\n");
    const other = await meetRanks({ rank: 1, size: 2, host, port, seconds: 5 });
    await ended;
    (await zero).leave();
    other.leave();
  });
});
