/**
 * Which way the steps of an instance are launched: as a graph of its kernels, or as one persistent kernel. Both do the same work, so that real steps are what is measured:
 * in turn one way and the other, until the faster one is known and stays. In: steps to run. Out: work on the program's stream.
 */
import type { Bound, GraphKind } from "./bound.js";
import type { Event } from "./driver.js";
import { launchRecorded } from "./graph.js";
import type { Instance } from "./instance.js";
import type { Parts } from "./parts.js";
import { Persistent } from "./persistent.js";
import type { Side } from "./side.js";
import { untilDone } from "./wait.js";

export type Way = "graph" | "persistent";
export const allWays: readonly Way[] = ["graph", "persistent"];

/** Steps of an instance before the persistent kernel is compiled: fewer are not worth it. */
const worthwhile = 8;
/** Of one way, on one set of states, that are not timed: the first loads code, the second is recorded. */
const warming = 2;
/** Timed steps of each way. The shortest counts, for what disturbs only makes longer. */
const rounds = 4;

/** What is known of an instance's ways. */
export class Choice {
  /** The one that stays. */
  way: Way | null;
  private steps = 0;
  private readonly begun = { graph: 0, persistent: 0 };
  private readonly times: { readonly [W in Way]: number[] } = { graph: [], persistent: [] };

  /** @param forced for tests */
  constructor(forced: Way | null) {
    this.way = forced;
  }

  /** So many more steps are to be launched. */
  expect(steps: number): void {
    this.steps += steps;
  }

  /** Whether the persistent kernel is worth its compilation. */
  get wantsPersistent(): boolean {
    return this.way === "persistent" || (this.way === null && this.steps >= worthwhile);
  }

  /** @param runs of a way, on the states of the next step */
  next(runs: (way: Way) => number): { readonly way: Way; readonly timed: boolean } {
    if (this.way !== null) return { way: this.way, timed: false };
    const cold = allWays.find((way) => runs(way) < warming);
    if (cold !== undefined) return { way: cold, timed: false };
    const way = this.begun.graph <= this.begun.persistent ? "graph" : "persistent";
    if (this.begun[way] >= rounds) return { way, timed: false };
    this.begun[way]++;
    return { way, timed: true };
  }

  note(way: Way, milliseconds: number): void {
    const { times } = this;
    times[way].push(milliseconds);
    if (allWays.every((each) => times[each].length >= rounds)) this.way = Math.min(...times.persistent) < Math.min(...times.graph) ? "persistent" : "graph";
  }
}

export interface StepsOf {
  readonly instance: Instance;
  readonly side: Side;
  readonly bound: Bound;
  readonly kind: "call" | "step";
  /** Launches a step, of which `entry` launches the entry. */
  readonly around: (entry: () => void) => void;
}

export class Steps {
  private timed: { readonly way: Way; readonly from: Event; readonly to: Event }[] = [];

  private constructor(
    private readonly parts: Parts,
    private readonly of: StepsOf,
    private readonly persistent: Persistent | null,
  ) {}

  /** Compiles what so many steps will need, all at once. */
  static async compile(parts: Parts, instance: Instance, steps: number): Promise<void> {
    instance.choice.expect(steps);
    await Promise.all([instance.compile(), wantsPersistent(parts, instance) ? Persistent.compile(parts, instance) : undefined]);
  }

  static async prepare(parts: Parts, of: StepsOf): Promise<Steps> {
    const { instance, side, bound } = of;
    const wanted = wantsPersistent(parts, instance);
    if (wanted && bound.persistent === undefined) bound.persistent = await Persistent.prepare(parts, instance, side);
    return new Steps(parts, of, wanted ? (bound.persistent ?? null) : null);
  }

  launch(): void {
    const { context, stream } = this.parts;
    const { instance: { choice }, bound, kind } = this.of;
    if (!this.persistent) return this.launchWay("graph");
    const { way, timed } = choice.next((each) => bound.runs(kindOf(kind, each)));
    if (!timed) return this.launchWay(way);
    const [from, to] = [context.createEvent(true), context.createEvent(true)];
    this.timed.push({ way, from, to });
    context.record(from, stream);
    this.launchWay(way);
    context.record(to, stream);
  }

  /** Waits for what was timed. */
  async settle(): Promise<void> {
    const { context } = this.parts;
    for (const { way, from, to } of this.timed.splice(0)) {
      await untilDone(context, to);
      this.of.instance.choice.note(way, context.elapsed(from, to));
      context.destroyEvent(from);
      context.destroyEvent(to);
    }
  }

  private launchWay(way: Way): void {
    const { instance, bound, kind, around } = this.of;
    const { persistent } = this;
    const entry = way === "persistent" && persistent ? persistent.launch : (): void => bound.launches.forEach((launch) => launch?.());
    launchRecorded(this.parts, bound, kindOf(kind, way), instance.entry.name, () => around(entry));
  }
}

/** Not where errors are to name their kernels. */
function wantsPersistent(parts: Parts, { cuda, choice }: Instance): boolean {
  return !parts.debugSync && cuda.persistent !== undefined && parts.context.properties.cooperativeLaunch && choice.wantsPersistent;
}

function kindOf(kind: "call" | "step", way: Way): GraphKind {
  return way === "graph" ? kind : `persistent ${kind}`;
}
