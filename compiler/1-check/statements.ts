/** The statements of a mixer, one function each: axis, param, state, cache, and the plain binding. */
import type { Expr, Name, Statement } from "../../src/ast/ast.js";
import type { Axis, Cache, TokenExpr } from "../../src/model/model.js";
import { describeAxes, expectFewAxes, hasAxis, largestAxis, readAxis, timeAxis, withoutAxes } from "./axes.js";
import { evaluateNumber } from "./constants.js";
import { readInitializer } from "./initializers.js";
import type { Instance } from "./instance.js";
import { product } from "./numbers.js";
import { list, quote, show } from "./report.js";

export function elaborateStatement(statement: Statement, instance: Instance): void {
  instance.binding = statement.name.text;
  switch (statement.kind) {
    case "axis": return defineAxis(statement.name, statement.value, instance);
    case "param": return defineParam(statement, instance);
    case "state": return defineState(statement, instance);
    case "cache": return defineCache(statement.name, statement.value, instance);
    case "bind": return bind(statement.name, statement.value, instance);
  }
}

function defineAxis(name: Name, value: Expr, instance: Instance): void {
  const size = readAxisSize(name, value, instance) ?? NaN;
  instance.define(name.text, name.span, { kind: "axis", axis: { name: name.text, size } });
}

function readAxisSize(name: Name, value: Expr, instance: Instance): number | undefined {
  const { report } = instance;
  const scope = instance.scope();
  const size = evaluateNumber(value, scope);
  if (size === undefined || Number.isNaN(size)) return size;
  const labels = instance.call === undefined ? [] : [{ span: instance.call, message: "in this call" }];
  if (value.kind === "binary" && value.operator === "/" && !Number.isInteger(size)) {
    const left = evaluateNumber(value.left, scope);
    const right = evaluateNumber(value.right, scope);
    if (instance.isToldAlready(`remainder of ${left} / ${right}`)) return undefined;
    return report.error("remainder", value.span, `${quote(value.span)} leaves a remainder: ${divisionText(left, right, size)}`, {
      reason: `\`${name.text}\` is an axis, and an axis has a whole number of entries`,
      hint: dividorHint(left, right, value.right),
      labels,
    });
  }
  if (Number.isInteger(size) && size >= 1 && size <= largestAxis) return size;
  return report.error("wrong-size", value.span, `the axis \`${name.text}\` would have ${show(size)} entries`, {
    reason: `an axis has a whole number of entries, from 1 to ${largestAxis}`,
    labels,
  });
}

function divisionText(left: number | undefined, right: number | undefined, size: number): string {
  if (left === undefined || right === undefined || !Number.isInteger(left) || !Number.isInteger(right)) return `it is ${show(size)}`;
  return `${left} / ${right} is ${Math.floor(size)} with ${left % right} left over`;
}

/** The nearest numbers that would divide. */
function dividorHint(left: number | undefined, right: number | undefined, written: Expr): string | undefined {
  if (left === undefined || right === undefined || !Number.isInteger(left) || right < 1) return undefined;
  const divides = (n: number): boolean => n >= 1 && left % n === 0;
  const near: number[] = [];
  for (let n = Math.floor(right); n >= 1 && near.length < 1; n--) if (divides(n)) near.push(n);
  for (let n = Math.ceil(right); n <= left && near.length < 2; n++) if (divides(n) && !near.includes(n)) near.push(n);
  return near.length === 0 ? undefined : `${quote(written.span)} may be ${near.join(" or ")}`;
}

function readDeclaredAxes(declared: { readonly name: Name; readonly axes: readonly Name[] }, what: string, instance: Instance): readonly Axis[] | undefined {
  const axes: Axis[] = [];
  let whole = true;
  for (const { text, span } of declared.axes) {
    const axis = readAxis({ kind: "name", name: text, span }, `what stands in the brackets of ${what}`, instance);
    if (axis === undefined) whole = false;
    else if (axis.name === timeAxis.name) {
      whole = false;
      instance.report.error("time-axis", span, `${what} cannot have the axis \`time\``, { reason: "its size must be fixed", hint: "a `cache` keeps one value for each token" });
    } else if (hasAxis(axes, axis.name)) {
      whole = false;
      instance.report.error("duplicate-axis", span, `${what} names the axis \`${axis.name}\` twice`, { hint: `for a second axis of that size write \`axis other = size(${axis.name})\`` });
    } else axes.push(axis);
  }
  return whole ? expectFewAxes(axes, declared.name.span, instance.report, what) : undefined;
}

function defineParam(statement: Statement & { kind: "param" }, instance: Instance): void {
  const { name, span } = statement;
  const axes = readDeclaredAxes(statement, `the parameter \`${name.text}\``, instance);
  // As in a weight [out…, in]: the last axis is the one that a contraction would remove.
  const fanIn = axes?.at(-1)?.size ?? 1;
  const initializer = readInitializer(statement.value, fanIn, product(axes ?? []) / fanIn, instance);
  if (axes === undefined || initializer === undefined) {
    instance.define(name.text, name.span, { kind: "faulty" });
    return;
  }
  const shape = axes.length === 0 ? [1] : axes.map((axis) => axis.size);
  const parameter = instance.place.names.add(instance.claim(), shape, initializer, span);
  instance.define(name.text, name.span, { kind: "tensor", value: { kind: "parameter", parameter, axes, span, label: name.text } });
}

function defineState(statement: Statement & { kind: "state" }, instance: Instance): void {
  const { name, span } = statement;
  const { report } = instance;
  const axes = readDeclaredAxes(statement, `the state \`${name.text}\``, instance);
  if (axes === undefined) {
    instance.define(name.text, name.span, { kind: "faulty" });
    instance.elaborate(statement.value);
    return;
  }
  const state = instance.state(name, axes, span);
  instance.define(name.text, name.span, { kind: "state", state, when: "old" });
  if (!instance.isDefinedAt(name.text, name.span)) return;
  const update = instance.elaborate(statement.value);
  const extra = update === undefined ? [] : withoutAxes(update.axes, axes);
  if (update !== undefined && extra.length > 0) {
    report.error("state-axes", statement.value.span, `the new value of \`${name.text}\` has ${describeAxes(extra)} too many`, {
      reason: `the state is declared with ${describeAxes(axes)}, its new value has ${describeAxes(update.axes)}`,
      hint: extra.some((a) => a.name === timeAxis.name)
        ? "`sum(…, time)` first: a state does not grow"
        : `declare \`${name.text}[${[...axes, ...extra].map((a) => a.name).join(", ")}]\`, or remove ${list(extra.map((a) => a.name))} with \`sum\``,
      labels: [{ span: name.span, message: `declared with ${describeAxes(axes)}` }],
    });
  }
  if (update !== undefined) state.update = label(update, statement.value, name.text);
  instance.place.states.push(state);
  instance.redefine(name.text, { kind: "state", state, when: "new" });
}

function defineCache(name: Name, written: Expr, instance: Instance): void {
  const value = instance.elaborate(written);
  if (value !== undefined && hasAxis(value.axes, timeAxis.name)) {
    instance.report.error("time-axis", written.span, `\`${name.text}\` would have the axis \`time\` twice`, {
      reason: `${quote(written.span)} is made from a cache, and is kept already`,
      hint: "bind it with `=` alone, without `cache`",
    });
  }
  instance.defineTime(timeAxis);
  if (value === undefined || hasAxis(value.axes, timeAxis.name)) {
    instance.define(name.text, name.span, { kind: "faulty" });
    return;
  }
  const cache: Cache = { name: fullName(name, instance), axes: value.axes, value: label(value, written, name.text), span: name.span };
  instance.place.caches.push(cache);
  const kept: TokenExpr = { kind: "cache", cache, axes: [timeAxis, ...cache.axes], span: name.span, label: name.text };
  instance.define(name.text, name.span, { kind: "cache", cache, value: kept });
}

function bind(name: Name, written: Expr, instance: Instance): void {
  const value = instance.elaborate(written);
  instance.define(name.text, name.span, value === undefined ? { kind: "faulty" } : { kind: "tensor", value: label(value, written, name.text) });
}

/** Names what the binding made; what it only names again keeps the name it has. */
function label(value: TokenExpr, written: Expr, name: string): TokenExpr {
  if (written.kind !== "name" && value.label === undefined) Object.assign(value, { label: name });
  return value;
}

function fullName(name: Name, instance: Instance): string {
  return instance.place.names.full(`${instance.prefix}${name.text}`);
}
