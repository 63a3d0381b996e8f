/** How the ranks find one another. In: which rank this is, and where rank 0 listens. Out: all of them connected, or an MszError that names those that are missing. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { MszError } from "../../../src/base/error.js";
import type { RankGroup, RankPlace } from "../../ranks.js";
import { errorOf, failureOf, Group } from "./group.js";
import { Link, type Message } from "./link.js";

/** Ranks that speak otherwise are of another version of msz. */
const protocol = 1;
/** Between two attempts to reach rank 0, milliseconds. */
const again = 100;
/** Until rank 0 says whom it waits for, milliseconds. */
const untilSaid = 5000;

export function meet(place: RankPlace): Promise<RankGroup> {
  return place.rank === 0 ? gatherRanks(place) : joinRankZero(place);
}

async function gatherRanks(place: RankPlace): Promise<RankGroup> {
  const { size, seconds } = place;
  const links = new Map<number, Link>();
  const strangers = new Set<Link>();
  const server = await listen(place);
  const timer = setTimeout(() => place.onWaiting?.(`rank 0 waits at ${place.host}:${place.port} for ${missingOf(size, links)} of ${size}`), untilSaid);
  try {
    await within<void>(seconds, () => missingRanks(place, links), (resolve, reject) => {
      const settle = (): void => {
        if (links.size === size - 1) resolve();
      };
      server.on("connection", (socket) => {
        const link = new Link(socket);
        strangers.add(link);
        greet(link, place, links, { settle, reject });
      });
      settle();
    });
  } catch (error) {
    for (const link of links.values()) {
      link.send(failureOf(error));
      link.finish();
    }
    throw error;
  } finally {
    clearTimeout(timer);
    server.close();
    for (const link of strangers) if (![...links.values()].includes(link)) link.finish();
  }
  for (const link of links.values()) link.send({ kind: "value", value: "welcome" });
  return new Group(0, size, links);
}

/** The first message says which rank it is. Who says nothing that makes sense is no rank, and is let go. */
function greet(link: Link, { size }: RankPlace, links: Map<number, Link>, { settle, reject }: { settle(): void; reject(error: MszError): void }): void {
  let own: number | undefined;
  link.listen({
    onMessage(message) {
      if (own !== undefined || message.kind !== "hello") return;
      const wrong = faultOf(message, size, links);
      if (wrong) {
        link.send(failureOf(wrong));
        link.finish();
        return reject(wrong);
      }
      own = message.rank;
      links.set(own, link);
      settle();
    },
    // It may come again while the others are waited for.
    onClosed: () => {
      if (own !== undefined && links.get(own) === link) links.delete(own);
    },
  });
}

function faultOf(hello: Extract<Message, { kind: "hello" }>, size: number, links: ReadonlyMap<number, Link>): MszError | undefined {
  const { rank } = hello;
  const wrong = (message: string, hint: string): MszError => new MszError("other-ranks", message, { hint });
  if (hello.protocol !== protocol) return wrong(`rank ${rank} runs another version of msz than rank 0`, "install the same version everywhere");
  if (hello.size !== size) return wrong(`rank ${rank} takes the run to have ${hello.size} ranks, and rank 0 takes it to have ${size}`, "WORLD_SIZE must be the same for all ranks");
  if (!(Number.isInteger(rank) && rank > 0 && rank < size)) return wrong(`a rank ${rank} came, and those of a run of ${size} are 0 to ${size - 1}`, "give each process a RANK of its own");
  if (links.has(rank)) return wrong(`two processes are rank ${rank}`, "give each process a RANK of its own");
  return undefined;
}

function missingOf(size: number, links: ReadonlyMap<number, Link>): string {
  const missing = Array.from({ length: size - 1 }, (_, i) => i + 1).filter((rank) => !links.has(rank));
  return missing.length === 1 ? `rank ${missing[0]}` : `ranks ${missing.slice(0, -1).join(", ")} and ${missing.at(-1)}`;
}

function missingRanks({ size, host, port, seconds }: RankPlace, links: ReadonlyMap<number, Link>): MszError {
  return new MszError("ranks-missing", `${missingOf(size, links)} of ${size} did not come to rank 0 within ${seconds} s`, {
    blame: "machine", reason: `rank 0 waited at ${host}:${port}`, hint: "start one process for each rank, all with the same MASTER_ADDR, MASTER_PORT and WORLD_SIZE",
  });
}

function listen({ host, port, onPort }: RankPlace): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === "EADDRINUSE";
      reject(new MszError("no-port", `rank 0 cannot listen at port ${port}${taken ? ", which is in use" : ""}`, { blame: "machine", reason: cause.message, hint: "name another port with MASTER_PORT, for all ranks", cause }));
    });
    // A host's own name may stand for an address that others cannot reach, so that all of its addresses are listened at, but for a run on one machine.
    server.listen({ port, ...(isLoopback(host) ? { host } : {}) }, () => {
      onPort?.((server.address() as AddressInfo).port);
      resolve(server);
    });
  });
}

async function joinRankZero({ rank, size, host, port, seconds }: RankPlace): Promise<RankGroup> {
  const until = performance.now() + 1000 * seconds;
  const left = (): number => Math.max(0.001, (until - performance.now()) / 1000);
  let last = "nothing answers there";
  const unreached = (): MszError => new MszError("no-rank-0", `rank ${rank} did not find rank 0 at ${host}:${port} within ${seconds} s`, {
    blame: "machine", reason: last, hint: "start rank 0, and give all ranks the same MASTER_ADDR and MASTER_PORT",
  });
  for (;;) {
    const socket = await tryConnect(host, port, left()).catch((error: Error) => {
      last = error.message;
      return undefined;
    });
    if (socket) {
      const link = new Link(socket);
      link.send({ kind: "hello", protocol, rank, size });
      const answer = await answerOf(link, left(), () => new MszError("ranks-missing", `rank ${rank} reached rank 0, but not all ranks came within ${seconds} s`, { blame: "machine", hint: "start one process for each rank" }));
      if (answer === "welcome") return new Group(rank, size, new Map([[0, link]]));
      last = answer;
    }
    if (performance.now() >= until) throw unreached();
    await pause(again);
  }
}

/** `welcome`, or why the connection ended, which may be for someone else listens there. @throws MszError that rank 0 tells */
async function answerOf(link: Link, seconds: number, late: () => MszError): Promise<string> {
  const answer = await within<Message | string>(seconds, late, (resolve) => void link.next().then(resolve));
  if (typeof answer === "string") return answer;
  if (answer.kind === "failed") throw errorOf(0, answer);
  return "welcome";
}

function tryConnect(host: string, port: number, seconds: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(1000 * seconds, () => fail(new Error("it does not answer")));
    socket.once("error", fail);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

function within<T>(seconds: number, late: () => MszError, work: (resolve: (value: T) => void, reject: (error: MszError) => void) => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), 1000 * seconds);
    const done = (): void => clearTimeout(timer);
    work((value) => (done(), resolve(value)), (error) => (done(), reject(error)));
  });
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}
