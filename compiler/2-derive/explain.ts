/** What `msz explain` says of a state or a cache: its class, and its recurrence as formulas. */
import type { Cache, MixerInstance, RecurrenceClass, State, TokenExpr } from "../../src/model/model.js";
import { localName, printExpr } from "../../src/model/print.js";
import { factor, isNumber, product } from "./algebra.js";

export interface Explanation {
  /** Full name. */
  readonly name: string;
  readonly class: RecurrenceClass;
  /** `bank = bank + key[slots] * value[width]` */
  readonly formula: string;
  /** Formulas of the parts, written out; absent = 1. */
  readonly decay?: string;
  readonly terms: readonly { readonly key: string; readonly value: string }[];
}

/** The mixer must be in normal form. */
export function explainMixer(mixer: MixerInstance): Explanation[] {
  return [...mixer.states.map(explainState), ...mixer.caches.map(explainCache)];
}

export function explainState(state: State): Explanation {
  const { class: recurrence, decay, terms } = state.normal ?? { class: "sequential", terms: [] };
  const name = localName(state.name);
  const old: TokenExpr = { kind: "input", name: "x", axes: [], span: state.span, label: name };
  const kept = decay ? (isNumber(decay, 0) ? [] : [product([factor(decay), factor(old)], state.span)]) : [old];
  const written = terms.map((t) => product([factor(t.key), factor(t.value)], state.span));
  const sum = [...kept, ...written].map((e) => printExpr(e)).join(" + ").replaceAll("+ -", "- ");
  return {
    name: state.name,
    class: recurrence,
    formula: `${name} = ${sum === "" ? "0" : sum}`,
    ...(decay ? { decay: printExpr(decay, { whole: true }) } : {}),
    terms: terms.map((t) => ({ key: printExpr(t.key, { whole: true }), value: printExpr(t.value, { whole: true }) })),
  };
}

export function explainCache(cache: Cache): Explanation {
  const value = printExpr(cache.value, { whole: true });
  const name = localName(cache.name);
  return { name: cache.name, class: "growing", formula: `${name} = ${name} and ${value}`, terms: [{ key: value, value: "1" }] };
}
