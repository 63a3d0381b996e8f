/** Named axes: sets of them, what to say about them, and how an argument names one. */
import type { Expr } from "../../src/ast/ast.js";
import type { Span } from "../../src/base/source.js";
import type { Axis, TokenExpr } from "../../src/model/model.js";
import { didYouMean } from "../../src/base/suggest.js";
import type { Instance } from "./instance.js";
import { list, quote, type Report } from "./report.js";

/** No axis may be larger: a slip of the finger should not ask for terabytes. */
export const largestAxis = 1_000_000;
/** With batch, time and a convolution's taps it must remain a shape that a plan may have. */
const mostAxes = 12;
export const timeAxis: Axis = { name: "time", size: 0 };

export function hasAxis(axes: readonly Axis[], name: string): boolean {
  return axes.some((axis) => axis.name === name);
}

export function unionAxes(a: readonly Axis[], b: readonly Axis[]): readonly Axis[] {
  return [...a, ...b.filter((axis) => !hasAxis(a, axis.name))];
}

export function withoutAxes(axes: readonly Axis[], removed: readonly Axis[]): readonly Axis[] {
  return axes.filter((axis) => !hasAxis(removed, axis.name));
}

/** "the axes `heads` and `slots`" */
export function describeAxes(axes: readonly Axis[]): string {
  if (axes.length === 0) return "no axis";
  return `the ${axes.length === 1 ? "axis" : "axes"} ${list(axes.map((a) => a.name))}`;
}

/** Undefined, and said so, where a tensor would have more axes than it may. */
export function expectFewAxes(axes: readonly Axis[], span: Span, report: Report, what?: string): readonly Axis[] | undefined {
  if (axes.length <= mostAxes) return axes;
  return report.error("too-many-axes", span, `${what ?? quote(span)} has ${axes.length} axes, but a tensor has at most ${mostAxes}`, {
    hint: "sum some of them away before, or let one axis stand for several: its size is their product",
  });
}

/** The axis that an argument names, wherever it is in scope. */
export function readAxis(expr: Expr, what: string, instance: Instance): Axis | undefined {
  const { report } = instance;
  if (expr.kind !== "name") {
    return report.error("not-an-axis", expr.span, `${what} must be the name of an axis, but is ${quote(expr.span)}`, {
      reason: "an axis is known by its name: two axes of equal size are still two axes",
      hint: `write \`axis name = ${expr.kind === "number" ? expr.value : "…"}\` above and use that name`,
    });
  }
  const entry = instance.lookUp(expr.name, expr.span);
  if (entry?.kind === "axis") return entry.axis;
  if (entry?.kind === "faulty") return undefined;
  if (entry === undefined && expr.name === "time") {
    return report.error("unknown-name", expr.span, "there is no axis `time` here", {
      reason: "the axis `time` comes from a `cache`, which keeps every token",
      hint: "write `cache name = …` above",
    });
  }
  const known = instance.axisNames();
  const suggestion = didYouMean(expr.name, known);
  if (entry !== undefined || instance.isValue(expr.name)) {
    const kind = entry?.kind === "constant" ? "a constant" : entry?.kind === "state" ? "a state" : "a tensor";
    return report.error("not-an-axis", expr.span, `${what} must be an axis, but \`${expr.name}\` is ${kind}`, {
      reason: `the axes here are ${list(known)}`,
      hint: suggestion,
    });
  }
  return report.unknown("unknown-name", "axis", expr.name, expr.span, known);
}

/** The axes that arguments name, all of which `tensor` must have; what is wrong is reported at the argument. */
export function readAxesOf(tensor: TokenExpr, written: Expr, args: readonly Expr[], doing: string, instance: Instance): readonly Axis[] | undefined {
  const axes = args.map((arg) => {
    const axis = readAxis(arg, `what ${doing} names`, instance);
    if (axis === undefined || hasAxis(tensor.axes, axis.name)) return axis;
    const others = tensor.axes.map((a) => a.name);
    return instance.report.error("missing-axis", arg.span, `${doing} names the axis \`${axis.name}\`, but ${quote(written.span)} has ${describeAxes(tensor.axes)}`, {
      hint: didYouMean(axis.name, others) ?? (others.length === 0 ? "leave the call out: no axis is left" : `name ${list(others, "or")}, or leave it out`),
    });
  });
  return distinct(axes, args, doing, instance);
}

/** The axes, if all were found and none is named twice. */
export function distinct(axes: readonly (Axis | undefined)[], args: readonly Expr[], doing: string, instance: Instance): readonly Axis[] | undefined {
  const found: Axis[] = [];
  let whole = true;
  axes.forEach((axis, i) => {
    if (axis === undefined) whole = false;
    else if (hasAxis(found, axis.name)) {
      whole = false;
      instance.report.error("duplicate-axis", args[i]!.span, `${doing} names the axis \`${axis.name}\` twice`, { hint: "remove one of the two" });
    } else found.push(axis);
  });
  return whole ? found : undefined;
}
