/**
 * Builds a linear tfjs program. In: steps with logical dims; out: a `TfjsEntry`. A value's tensor is row-major over its dims,
 * with neighbouring dims merged into axes (`cuts`), so that most views cost nothing: only a change of the merging is a reshape.
 */
import { assert } from "../../../src/base/assert.js";
import type { Dim, Extent } from "../../../src/graph/graph.js";
import type { TfjsAttr, TfjsBody, TfjsEntry, TfjsStep } from "../../../src/plan/plan.js";
import { tfjsSourceOps, type TfjsOp } from "../../../src/plan/tfjs-ops.js";
import { has } from "./dims.js";

export interface Value {
  /** Number of the value in the program. */
  readonly id: number;
  readonly dims: readonly Dim[];
  /** How many dims each axis of the tensor merges, in order; an axis of none has size 1. */
  readonly cuts: readonly number[];
}

type Attrs = Readonly<Record<string, TfjsAttr>>;
type Size = number | string;

export class ProgramBuilder {
  private readonly steps: TfjsStep[] = [];
  private readonly known = new Map<string, number>();

  /** A step's value number; the same step twice is one step. */
  step(op: TfjsOp, inputs: readonly number[], attrs?: Attrs, body?: TfjsBody): number {
    const key = `${op} ${inputs.join()}${attrs ? ` ${JSON.stringify(attrs)}` : ""}${body ? ` ${JSON.stringify(body)}` : ""}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const out = this.steps.length;
    this.steps.push({ op, in: [...inputs], out, ...(attrs ? { attrs } : {}), ...(body ? { body } : {}) });
    this.known.set(key, out);
    return out;
  }

  /**
   * The value as a tensor with one axis for each group of dims, in that order; a dim that the value lacks counts as 1.
   * A group of which it has only some dims is repeated to the whole group: `sizes` says how big.
   */
  arrange(value: Value, groups: readonly (readonly Dim[])[]): number {
    const wanted = groups.flat().filter((d) => value.dims.some((own) => own.name === d.name));
    assert(wanted.length === value.dims.length, `dims ${names(value.dims)} do not fit ${groups.map(names).join(" | ")}`);
    const ordered = this.reorder(value, wanted);
    const partial = groups.map((g) => g.some((d) => has(ordered.dims, d) && d.size !== 1) && g.some((d) => !has(ordered.dims, d) && d.size !== 1));
    if (!partial.includes(true)) {
      return this.reshape(ordered, groups.map((g) => product(g.filter((d) => has(ordered.dims, d)).map((d) => d.size))));
    }
    // Axes of a partial group stand alone while they are repeated.
    const fine = groups.flatMap((g, i) => (partial[i] ? g.map((d) => [d]) : [g]));
    const repeated = groups.flatMap((g, i) => (partial[i] ? g.map(() => true) : [false]));
    const thin = fine.map((g) => product(g.filter((d) => has(ordered.dims, d)).map((d) => d.size)));
    const full = fine.map((g, i) => (repeated[i] ? product(g.map((d) => d.size)) : thin[i]!));
    const id = this.step("broadcast", [this.reshape(ordered, thin)], { shape: full });
    const shape = groups.map((g, i) => product(g.filter((d) => partial[i] || has(ordered.dims, d)).map((d) => d.size)));
    return this.step("reshape", [id], { shape });
  }

  /** The value with each axis of the tensor merging as many of its dims as `cuts` says. */
  recut(value: Value, cuts: readonly number[]): Value {
    const cut = { ...value, cuts };
    return { ...cut, id: this.reshape(value, shapeOf(cut)) };
  }

  /** The value with its dims in another order, in as few axes as that needs. */
  reorder(value: Value, dims: readonly Dim[]): Value {
    const order = dims.map((d) => value.dims.findIndex((own) => own.name === d.name));
    // Dims of size 1 do not matter to the order of the elements in memory.
    const moving = order.filter((i) => value.dims[i]!.size !== 1);
    if (moving.every((place, i) => i === 0 || place > moving[i - 1]!)) {
      if (order.every((place, i) => place === i)) return value;
      const cuts = dims.map(() => 1);
      return { id: this.reshape(value, shapeOf({ dims, cuts })), dims, cuts };
    }
    const runs = ascendingRuns(order);
    const cuts = runs.map((run) => run.length);
    const source = runs.map((run, i) => ({ start: run[0]!, i })).sort((a, b) => a.start - b.start);
    const merged = this.recut(value, source.map(({ i }) => runs[i]!.length));
    const perm = runs.map((_, i) => source.findIndex((s) => s.i === i));
    return { id: this.step("transpose", [merged.id], { perm }), dims, cuts };
  }

  finish(
    outputs: TfjsEntry["outputs"], stateUpdates: TfjsEntry["stateUpdates"], parameterUpdates: NonNullable<TfjsEntry["parameterUpdates"]>,
  ): TfjsEntry {
    const { steps, renumber } = this.alive([...outputs, ...stateUpdates, ...parameterUpdates].map((o) => o.value));
    const numbered = <R extends { readonly value: number }>(results: readonly R[]): R[] => results.map((r) => ({ ...r, value: renumber[r.value]! }));
    const results = {
      outputs: numbered(outputs),
      stateUpdates: numbered(stateUpdates),
      ...(parameterUpdates.length > 0 ? { parameterUpdates: numbered(parameterUpdates) } : {}),
    };
    const kept = new Set([...results.outputs, ...results.stateUpdates, ...(results.parameterUpdates ?? [])].map((o) => o.value));
    const sources: ReadonlySet<string> = new Set(tfjsSourceOps);
    for (const step of steps) if (sources.has(step.op)) kept.add(step.out);
    return { values: steps.length, steps: withFree(steps, kept), ...results };
  }

  private reshape(value: Pick<Value, "id" | "dims" | "cuts">, shape: readonly Size[]): number {
    if (sameShape(shapeOf(value), shape)) return value.id;
    return this.step("reshape", [value.id], { shape });
  }

  /** The steps that a result needs, with dense numbers. */
  private alive(results: readonly number[]): { steps: TfjsStep[]; renumber: readonly number[] } {
    const needed = new Uint8Array(this.steps.length);
    for (const result of results) needed[result] = 1;
    for (const step of [...this.steps].reverse()) if (needed[step.out]) for (const i of step.in) needed[i] = 1;
    const renumber: number[] = [];
    const steps: TfjsStep[] = [];
    for (const step of this.steps) {
      if (!needed[step.out]) continue;
      renumber[step.out] = steps.length;
      steps.push({ ...step, in: step.in.map((i) => renumber[i]!), out: steps.length });
    }
    return { steps, renumber };
  }
}

/** Says after which step each value is no longer needed. */
function withFree(steps: readonly TfjsStep[], kept: ReadonlySet<number>): TfjsStep[] {
  const seen = new Set(kept);
  const backwards = [...steps].reverse().map((step) => {
    const free = [...new Set(step.in)].filter((i) => !seen.has(i));
    for (const i of free) seen.add(i);
    return free.length > 0 ? { ...step, free } : step;
  });
  return backwards.reverse();
}

/** A product of sizes: `8`, `"B"`, `"8*B*T"`. */
export function product(sizes: readonly Extent[]): Size {
  if (sizes.length === 1) return sizes[0]!;
  let number = 1;
  const symbols: string[] = [];
  for (const size of sizes) {
    if (typeof size === "number") number *= size;
    else symbols.push(size);
  }
  if (symbols.length === 0) return number;
  const joined = symbols.length === 1 ? symbols[0]! : symbols.sort().join("*");
  return number === 1 ? joined : `${number}*${joined}`;
}

export function shapeOf(value: Pick<Value, "dims" | "cuts">): Size[] {
  let at = 0;
  return value.cuts.map((n) => {
    // Most axes are one dim.
    if (n === 1) return value.dims[at++]!.size;
    const merged = value.dims.slice(at, at + n);
    at += n;
    return product(merged.map((d) => d.size));
  });
}

export function fullCuts(dims: readonly Dim[]): number[] {
  return dims.map(() => 1);
}

export function sameShape(a: readonly Size[], b: readonly Size[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** [2, 3, 0, 1] → [[2, 3], [0, 1]] */
function ascendingRuns(order: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const place of order) {
    const run = runs.at(-1);
    if (run && run.at(-1) === place - 1) run.push(place);
    else runs.push([place]);
  }
  return runs;
}

function names(dims: readonly Dim[]): string {
  return dims.map((d) => d.name).join(",");
}
