/** A derived state or cache as text: its class, and its recurrence as formulas. */
import type { Cache, MixerInstance, NormalForm, RecurrenceClass, State, TokenExpr } from "../../src/model/model.js";
import { localName, printExpr } from "../../src/model/print.js";
import { factor, isNumber, product } from "./algebra.js";
import { mapAll } from "./walk.js";

export interface PrintedRecurrence {
  /** Full name. */
  readonly name: string;
  readonly class: RecurrenceClass;
  /** `bank = bank + key[slots] * value[width]`; of a walked state, its update. */
  readonly formula: string;
  /** Formulas of the parts, written out; absent = 1. */
  readonly decay?: string;
  /** Each adds writer · Σ_over reader · the old value. */
  readonly corrections: readonly { readonly writer: string; readonly reader: string; readonly over: string }[];
  readonly terms: readonly { readonly key: string; readonly value: string }[];
}

/** The mixer must be in normal form. */
export function printMixer(mixer: MixerInstance): PrintedRecurrence[] {
  return [...mixer.states.map(printState), ...mixer.caches.map(printCache)];
}

export function printState(state: State): PrintedRecurrence {
  const name = localName(state.name);
  const { normal } = state;
  if (!normal) {
    const update = mapAll((e) => (e.kind === "state" && e.state === state && e.when === "old" ? oldOf(state) : e))(state.update);
    return { name: state.name, class: "sequential", formula: `${name} = ${printExpr(update, { whole: true })}`, corrections: [], terms: [] };
  }
  return {
    name: state.name,
    class: normal.class,
    formula: `${name} = ${formulaOf(state, normal)}`,
    ...(normal.decay ? { decay: whole(normal.decay) } : {}),
    corrections: normal.corrections.map((c) => ({ writer: whole(c.writer), reader: whole(c.reader), over: c.over.map((a) => a.name).join(", ") })),
    terms: normal.terms.map((t) => ({ key: whole(t.key), value: whole(t.value) })),
  };
}

function formulaOf(state: State, { decay, corrections, terms }: NormalForm): string {
  const { span } = state;
  const old = oldOf(state);
  const kept = decay ? (isNumber(decay, 0) ? [] : [printExpr(product([factor(decay), factor(old)], span))]) : [printExpr(old)];
  const corrected = corrections.map(({ writer, reader, over }) => {
    const read: TokenExpr = { kind: "reduce", fn: "sum", argument: product([factor(reader), factor(old)], span), over, axes: [], span };
    const negated = writer.kind === "unary" && writer.fn === "negate" && writer.label === undefined;
    return `${negated ? "-" : ""}${printExpr(product([factor(negated ? writer.argument : writer), factor(read)], span))}`;
  });
  const written = terms.map((t) => printExpr(product([factor(t.key), factor(t.value)], span)));
  const sum = [...kept, ...corrected, ...written].join(" + ").replaceAll("+ -", "- ");
  return sum === "" ? "0" : sum;
}

/** Prints as the state's name, without axes. */
function oldOf(state: State): TokenExpr {
  return { kind: "input", name: "x", axes: [], span: state.span, label: localName(state.name) };
}

function whole(expr: TokenExpr): string {
  return printExpr(expr, { whole: true });
}

export function printCache(cache: Cache): PrintedRecurrence {
  return { name: cache.name, class: "growing", formula: `cache ${localName(cache.name)} = ${whole(cache.value)}`, corrections: [], terms: [] };
}
