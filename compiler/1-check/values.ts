/**
 * The kinds of values a setting or an argument may have: each reads an expression, or says what it expected instead.
 * `readValue` turns the answer into a diagnostic, so that all of them are told in one shape.
 */
import type { Call, Expr } from "../../src/ast/ast.js";
import type { Span } from "../../src/base/source.js";
import { suggest } from "../../src/base/suggest.js";
import { describeConstant, evaluate, type Scope } from "./constants.js";
import { foldUnary } from "./numbers.js";
import { list, quote, show } from "./report.js";

export interface Reader<T> {
  /** "a number from 0 to 1": completes "must be …". */
  readonly expected: string;
  /** Bare words and callees that it understands, for did-you-mean. */
  readonly words: readonly string[];
  /** undefined: a mistake was found and reported. */
  readonly read: (value: Expr, scope: Scope) => { readonly value: T } | Mismatch | undefined;
}

/** It is not of this kind; `found` completes "but is …". */
export interface Mismatch {
  readonly mismatch: string;
  readonly hint?: string;
}

/** The value of `what` ("the setting `width`"), or undefined when a mistake has been reported. */
export function readValue<T>(reader: Reader<T>, value: Expr, what: string, scope: Scope): T | undefined {
  const word = value.kind === "name" ? value.name : value.kind === "call" ? value.callee.text : undefined;
  if (word !== undefined && value.kind === "name" && !reader.words.includes(word) && scope.find(word, value.span) === undefined) {
    const near = suggest(word, [...reader.words, ...scope.names()]);
    if (reader.words.length === 0) {
      return scope.report.error("unknown-name", value.span, `\`${word}\` is not defined`, {
        reason: `${what} must be ${reader.expected}`,
        hint: near === undefined ? scope.elsewhere?.(word) : `did you mean \`${near}\`?`,
      });
    }
    return scope.report.error("wrong-value", value.span, `${what} must be ${reader.expected}, but is \`${word}\``, {
      reason: `there is no constant \`${word}\` either`,
      hint: near === undefined ? scope.elsewhere?.(word) : `did you mean \`${near}\`?`,
    });
  }
  if (value.kind === "call" && !reader.words.includes(value.callee.text) && foldUnary(value.callee.text) === undefined && value.callee.text !== "size") {
    const near = suggest(value.callee.text, reader.words);
    return scope.report.error("wrong-value", value.span, `${what} must be ${reader.expected}, but is ${quote(value.span)}`, {
      hint: near === undefined ? undefined : `did you mean \`${near}\`?`,
    });
  }
  const result = reader.read(value, scope);
  if (result === undefined) return undefined;
  if ("value" in result) return result.value;
  const near = word === undefined ? undefined : suggest(word, reader.words);
  return scope.report.error("wrong-value", value.span, `${what} must be ${reader.expected}, but is ${result.mismatch}`, {
    hint: result.hint ?? (near === undefined || near === word ? undefined : `did you mean \`${near}\`?`),
  });
}

export interface NumberRange {
  readonly whole?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** Excluded bounds. */
  readonly above?: number;
  readonly below?: number;
  /** The way out, where one can be named. */
  readonly hint?: string;
}

export function number(range: NumberRange = {}): Reader<number> {
  return {
    expected: describeRange(range),
    words: [],
    read: (expr, scope) => {
      if (expr.kind === "list") return { mismatch: "a list" };
      const constant = evaluate(expr, scope);
      if (constant === undefined) return undefined;
      if (constant.kind === "text" && expr.kind === "string" && /^\d+(\.\d+)?$/.test(expr.value)) {
        return { mismatch: describeConstant(constant), hint: "write it without quotes" };
      }
      if (constant.kind !== "number") return { mismatch: describeConstant(constant) };
      const n = constant.value;
      if (Number.isNaN(n)) return { value: n };
      const fits =
        (!range.whole || Number.isInteger(n)) && n >= (range.min ?? -Infinity) && n <= (range.max ?? Infinity) &&
        n > (range.above ?? -Infinity) && n < (range.below ?? Infinity);
      return fits ? { value: n } : { mismatch: written(expr, n), ...(range.hint === undefined ? {} : { hint: range.hint }) };
    },
  };
}

/** "`4 * width` = 1024", or just "1024" where that is what was written. */
export function written(expr: Expr, value: number): string {
  const literal = expr.kind === "number" || (expr.kind === "unary" && expr.operand.kind === "number");
  return literal ? `${value}` : `${quote(expr.span)} = ${show(value)}`;
}

function describeRange({ whole, min, max, above, below }: NumberRange): string {
  const noun = whole ? "a whole number" : "a number";
  const from = min !== undefined ? `from ${min}` : above !== undefined ? `above ${above}` : "";
  if (min !== undefined && below !== undefined) return `${noun}, at least ${min} and below ${below}`;
  const to = max !== undefined ? `to ${max.toLocaleString("en-US")}` : below !== undefined ? `below ${below}` : "";
  if (from !== "" && to === "") return min === undefined ? `${noun} ${from}` : `${noun}, at least ${min}`;
  return [noun, from, from !== "" && max !== undefined && min === undefined ? `and at most ${max.toLocaleString("en-US")}` : to].filter((s) => s !== "").join(" ");
}

export const text: Reader<string> = {
  expected: "a text in quotes",
  words: [],
  read: (expr, scope) => {
    if (expr.kind === "list") return { mismatch: "a list" };
    const constant = evaluate(expr, scope);
    if (constant === undefined) return undefined;
    return constant.kind === "text" ? { value: constant.value } : { mismatch: describeConstant(constant) };
  },
};

export const flag: Reader<boolean> = {
  expected: "`true` or `false`",
  words: [],
  read: (expr, scope) => {
    if (expr.kind === "list") return { mismatch: "a list" };
    const constant = evaluate(expr, scope);
    if (constant === undefined) return undefined;
    if (constant.kind === "flag") return { value: constant.value };
    const meant = constant.value === 1 ? "true" : constant.value === 0 ? "false" : undefined;
    return { mismatch: describeConstant(constant), hint: meant && `write \`${meant}\`` };
  },
};

/** One of a few bare words; a text constant with such a value does too, so that `--set` can choose. */
export function choice<W extends string>(...words: readonly W[]): Reader<W> {
  const isWord = (word: string): word is W => (words as readonly string[]).includes(word);
  return {
    expected: list(words, "or"),
    words,
    read: (expr, scope) => {
      if (expr.kind === "name" && isWord(expr.name)) return { value: expr.name };
      if (expr.kind === "call" || expr.kind === "list") return { mismatch: quote(expr.span) };
      const constant = evaluate(expr, scope);
      if (constant === undefined) return undefined;
      if (constant.kind === "text" && isWord(constant.value)) return { value: constant.value };
      return { mismatch: describeConstant(constant) };
    },
  };
}

export function listOf<T>(item: Reader<T>, length?: number): Reader<readonly T[]> {
  const expected = `a list of ${length ?? "values"}, each ${item.expected}`;
  return {
    expected,
    words: [],
    read: (expr, scope) => {
      if (expr.kind !== "list") return { mismatch: quote(expr.span) };
      if (length !== undefined && expr.items.length !== length) return { mismatch: `a list of ${expr.items.length}` };
      const values = expr.items.map((e) => readValue(item, e, "an entry of this list", scope));
      return values.includes(undefined) ? undefined : { value: values as readonly T[] };
    },
  };
}

export interface Parameters {
  readonly positional?: readonly Reader<unknown>[];
  readonly named?: Readonly<Record<string, Reader<unknown>>>;
  readonly required?: readonly string[];
}

export interface ReadCall {
  readonly callee: string;
  readonly span: Span;
  readonly positional: readonly unknown[];
  readonly named: ReadonlyMap<string, unknown>;
}

/** One of a few forms that are written as calls; a bare name is a call without arguments. */
export function calls(forms: Readonly<Record<string, Parameters>>): Reader<ReadCall> {
  const names = Object.keys(forms);
  return {
    expected: list(names.map((n) => brief(n, forms[n]!)), "or"),
    words: names,
    read: (expr, scope) => {
      const callee = expr.kind === "name" ? expr.name : expr.kind === "call" ? expr.callee.text : undefined;
      const form = callee !== undefined && names.includes(callee) ? forms[callee] : undefined;
      if (form === undefined || callee === undefined) return { mismatch: quote(expr.span) };
      const call: Call = expr.kind === "call" ? expr : { kind: "call", callee: { text: callee, span: expr.span }, arguments: [], span: expr.span };
      return readCall(call, form, scope);
    },
  };
}

function readCall(call: Call, form: Parameters, scope: Scope): { value: ReadCall } | undefined {
  const { report } = scope;
  const before = report.errorCount;
  const callee = call.callee.text;
  const expected = form.positional ?? [];
  const readers = form.named ?? {};
  const positional: unknown[] = [];
  const named = new Map<string, unknown>();
  let strange = false;
  const misnamed = form.positional && !form.named ? call.arguments.find((a) => a.name !== undefined)?.name : undefined;
  if (misnamed !== undefined) {
    return report.error("wrong-arguments", misnamed.span, `\`${callee}\` takes its arguments without names`, { hint: `write \`${usage(callee, form)}\`` });
  }
  for (const argument of call.arguments) {
    if (argument.name === undefined) {
      const reader = expected[positional.length];
      positional.push(reader && readValue(reader, argument.value, `argument ${positional.length + 1} of \`${callee}\``, scope));
      continue;
    }
    const { text: name, span } = argument.name;
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (reader === undefined) {
      strange = true;
      report.unknown("unknown-argument", `argument of \`${callee}\` called`, name, span, Object.keys(readers));
    } else if (named.has(name)) {
      report.error("duplicate-argument", span, `\`${name}\` is given twice`);
    } else {
      named.set(name, readValue(reader, argument.value, `\`${name}\` of \`${callee}\``, scope));
    }
  }
  if (positional.length !== expected.length) {
    report.error("wrong-arguments", call.span, `\`${callee}\` takes ${counted(expected.length)} without a name, but is given ${positional.length}`, {
      hint: `write \`${usage(callee, form)}\``,
    });
  }
  for (const name of form.required ?? []) {
    // It may be there under a wrong name, or without one.
    if (named.has(name) || strange || positional.length > expected.length) continue;
    report.error("missing-argument", call.span, `\`${callee}\` needs \`${name}\``, { hint: `write \`${usage(callee, form)}\`` });
  }
  return report.errorCount > before ? undefined : { value: { callee, span: call.span, positional, named } };
}

/** What is asked for, without what may be left out. */
function brief(name: string, form: Parameters): string {
  return form.named === undefined ? usage(name, form) : `${name}(…)`;
}

function counted(n: number): string {
  return n === 0 ? "no argument" : n === 1 ? "one argument" : `${n} arguments`;
}

function usage(name: string, form: Parameters): string {
  const positional = (form.positional ?? []).map((r) => (r.expected.startsWith("a text") ? '"…"' : "…"));
  const named = Object.keys(form.named ?? {}).map((n) => `${n}: …`);
  const all = [...positional, ...named];
  return all.length === 0 ? name : `${name}(${all.join(", ")})`;
}

/** The first of several kinds that fits. Put kinds that know their words before those that evaluate. */
export function either<A, B>(a: Reader<A>, b: Reader<B>): Reader<A | B> {
  const words = [...a.words, ...b.words];
  return {
    expected: `${a.expected}, or ${b.expected}`,
    words,
    read: (expr, scope) => {
      const word = expr.kind === "name" ? expr.name : expr.kind === "call" ? expr.callee.text : undefined;
      if (word !== undefined && a.words.includes(word)) return a.read(expr, scope);
      if (word !== undefined && b.words.includes(word)) return b.read(expr, scope);
      // A word of neither: only the kind without words evaluates.
      if (a.words.length > 0 && b.words.length === 0) return b.read(expr, scope);
      if (b.words.length > 0 && a.words.length === 0) return a.read(expr, scope);
      const first = a.read(expr, scope);
      return first === undefined || "value" in first ? first : b.read(expr, scope);
    },
  };
}
