/**
 * In a state's own update: a sum over axes of ∏ factors · Σ_over ∏ reader · old, written as terms of the same form. What the sum takes
 * from the old value goes into the reader. Axes are names, so a factor that has an axis summed away inside the reader may not go there.
 */
import type { Span } from "../../src/base/source.js";
import type { Axis, TokenExpr } from "../../src/model/model.js";
import { axesOfFactors, binary, factor, number, product, sharedAxes, sizeOf, sumOfFactors, sumOver, unionAxes, withoutAxes, type Factor } from "./algebra.js";
import { expandFactors, type TooLong } from "./split.js";

/** Σ_over ∏ reader · the old value. */
export interface Contraction {
  /** Each has axes of `over`; none is a number. */
  readonly reader: readonly Factor[];
  readonly over: readonly Axis[];
}

export interface Contracted {
  readonly factors: readonly Factor[];
  /** Absent: the old value is whole. */
  readonly contraction?: Contraction;
}

/** A sum over axes that writer and reader share, so that neither has it alone, is as many corrections as it has places. */
const mostCorrections = 8;

/** Undefined: the sum is no sum of writer · Σ reader · old. `axes` are the state's. */
export function contractOld(
  factors: readonly Factor[], axes: readonly Axis[], earlier: Contraction | undefined, over: readonly Axis[], span: Span, tooLong: TooLong,
): Contracted[] | undefined {
  const { reader, over: gone } = earlier ?? { reader: [], over: [] };
  const left = withoutAxes(unionAxes(axes, axesOfFactors(reader)), gone);
  const summed = sharedAxes(over, left);
  if (summed.length === 0) return [{ factors: sumOfFactors(factors, over, span), contraction: earlier }];

  const found: Contracted[] = [];
  for (const term of expandFactors(factors, summed, span, tooLong)) {
    const lacking = withoutAxes(over, left);
    const parts = lacking.length === 0 ? term : sumOfFactors(term, lacking, span);
    const inside = parts.filter((f) => sharedAxes(summed, f.expr.axes).length > 0);
    const outside = parts.filter((f) => !inside.includes(f));
    const foreign = withoutAxes(summed, axes);
    if (sharedAxes(axesOfFactors(inside), gone).length === 0) {
      const whole = [...inside, ...reader];
      found.push(contracted(outside, foreign.length === 0 ? whole : sumOfFactors(whole, foreign, span), [...gone, ...sharedAxes(summed, axes)]));
    } else if (sizeOf(summed) <= mostCorrections) {
      const own = sharedAxes(summed, axes);
      for (const place of placesOf(summed)) {
        const here = (f: Factor): Factor => ({ ...f, expr: pick(f.expr, place, span) });
        const only = place.filter((p) => own.includes(p.axis)).map((p) => factor(oneAt(p.axis, p.at, span)));
        found.push(contracted([...outside, ...inside.map(here)], [...reader.map(here), ...only], [...gone, ...own]));
      }
    } else return undefined;
  }
  return found;
}

/** What does not take part in the sum stands before it. */
function contracted(factors: readonly Factor[], reader: readonly Factor[], over: readonly Axis[]): Contracted {
  const reads = reader.filter((f) => sharedAxes(over, f.expr.axes).length > 0);
  return { factors: [...factors, ...reader.filter((f) => !reads.includes(f))], contraction: { reader: reads, over } };
}

type Place = readonly { readonly axis: Axis; readonly at: number }[];

function placesOf(axes: readonly Axis[]): Place[] {
  return axes.reduce<Place[]>(
    (places, axis) => places.flatMap((place) => Array.from({ length: axis.size }, (_, at) => [...place, { axis, at }])),
    [[]],
  );
}

/** The part of an expression at one place of some of its axes: there is no op for that, but a sum against ones and zeros. */
function pick(expr: TokenExpr, place: Place, span: Span): TokenExpr {
  const here = place.filter(({ axis }) => sharedAxes([axis], expr.axes).length > 0);
  if (here.length === 0) return expr;
  const ones = here.map(({ axis, at }) => factor(oneAt(axis, at, span)));
  const picked = sumOver(product([factor(expr), ...ones], span), here.map(({ axis }) => axis), span);
  return expr.label === undefined ? picked : { ...picked, label: `${expr.label}_${here.map(({ at }) => at).join("_")}` };
}

function oneAt(axis: Axis, at: number, span: Span): TokenExpr {
  const index: TokenExpr = { kind: "index", axis, axes: [axis], span };
  const distance: TokenExpr = { kind: "unary", fn: "abs", argument: binary("subtract", index, number(at, span), span), axes: [axis], span };
  return { kind: "unary", fn: "relu", argument: binary("subtract", number(1, span), distance, span), axes: [axis], span };
}

/** Names of readers: equal ones, of the same factors over the same axes, have the same. */
export class Readers {
  private readonly ids = new Map<TokenExpr, number>();

  name({ reader, over }: Contraction): string {
    const factors = reader.map(({ expr, inverse }) => {
      const id = this.ids.get(expr) ?? this.ids.size;
      this.ids.set(expr, id);
      return `${inverse ? "/" : "*"}${id}`;
    });
    return `${factors.sort().join(" ")} over ${over.map((a) => a.name).sort().join(" ")}`;
  }
}
