/** An expression of a mixer as a `TokenExpr`: names looked up, axes broadcast by name, arithmetic on numbers done. */
import type { Binary, Call, Expr, Reference } from "../../src/ast/ast.js";
import { didYouMean } from "../../src/base/suggest.js";
import type { BinaryFn, TokenExpr } from "../../src/model/model.js";
import { timeAxis, unionAxes } from "./axes.js";
import { describeConstant, whyNotFinite } from "./constants.js";
import { functionNames } from "./function-names.js";
import { findFunction } from "./functions/index.js";
import { elaborateFunction } from "./functions/rule.js";
import type { Entry, Instance } from "./instance.js";
import { foldBinary } from "./numbers.js";
import { list, quote } from "./report.js";

const binaryFns = { "+": "add", "-": "subtract", "*": "multiply", "/": "divide", "^": "power" } as const satisfies Record<Binary["operator"], BinaryFn>;

/** undefined: a mistake in it has been reported, and whatever is made of it stays silent. */
export function elaborate(expr: Expr, instance: Instance): TokenExpr | undefined {
  switch (expr.kind) {
    case "number":
      return { kind: "number", value: expr.value, axes: [], span: expr.span };
    case "name":
      return elaborateName(expr, instance);
    case "unary": {
      const operand = instance.elaborate(expr.operand);
      if (operand === undefined) return undefined;
      if (operand.kind === "number") return { ...operand, value: -operand.value, span: expr.span };
      return { kind: "unary", fn: "negate", argument: operand, axes: operand.axes, span: expr.span };
    }
    case "binary":
      return elaborateBinary(expr, instance);
    case "call":
      return elaborateCall(expr, instance);
    case "string":
    case "flag":
    case "list":
      return instance.report.error("wrong-value", expr.span, `${quote(expr.span)} is ${expr.kind === "list" ? "a list" : `a ${expr.kind === "flag" ? "flag" : "text"}`}, where a tensor or a number is needed`);
  }
}

function elaborateName(expr: Reference, instance: Instance): TokenExpr | undefined {
  const entry = instance.lookUp(expr.name, expr.span);
  return entry === undefined ? reportUnknown(expr, instance) : valueOf(entry, expr, instance);
}

function valueOf(entry: Entry, expr: Reference, instance: Instance): TokenExpr | undefined {
  switch (entry.kind) {
    case "tensor":
    case "cache":
      return entry.value;
    case "state":
      return { kind: "state", state: entry.state, when: entry.when, axes: entry.state.axes, span: expr.span };
    case "axis":
      if (entry.axis === timeAxis) {
        return instance.report.error("wrong-value", expr.span, "`time` has no size", { reason: "it grows with every token", hint: "`count` is the number of tokens so far" });
      }
      return { kind: "number", value: entry.axis.size, axes: [], span: expr.span };
    case "constant":
      if (entry.value.kind === "number") return { kind: "number", value: entry.value.value, axes: [], span: expr.span };
      return instance.report.error("wrong-value", expr.span, `\`${expr.name}\` is ${describeConstant(entry.value)}, where a tensor or a number is needed`);
    case "faulty":
      return undefined;
  }
}

function reportUnknown(expr: Reference, instance: Instance): undefined {
  const { report } = instance;
  const { name, span } = expr;
  const later = instance.definedLater(name);
  if (later !== undefined) {
    return report.error("used-before-definition", span, `\`${name}\` is used before it is defined`, {
      labels: [{ span: later.span, message: "defined here" }],
      reason: "the statements of a mixer are read from top to bottom",
      hint: `move the definition up, or this line down${later.isState ? `; its value before this token is \`previous(${name})\`, here too` : ""}`,
    });
  }
  const usage = findFunction(name)?.usage;
  if (usage !== undefined || instance.definition.scope.mixers.has(name)) {
    return report.error("missing-arguments", span, `\`${name}\` is a ${usage === undefined ? "mixer" : "function"} and needs its arguments`, {
      hint: `write \`${usage ?? `${name}(…)`}\``,
    });
  }
  const known = instance.names();
  return report.error("unknown-name", span, `\`${name}\` is not defined`, { hint: didYouMean(name, known) ?? `known here: ${list(known)}` });
}

function elaborateBinary(expr: Binary, instance: Instance): TokenExpr | undefined {
  const left = instance.elaborate(expr.left);
  const right = instance.elaborate(expr.right);
  if (left === undefined || right === undefined) return undefined;
  if (left.kind === "number" && right.kind === "number") {
    const value = foldBinary(expr.operator, left.value, right.value);
    if (!Number.isFinite(value) && !Number.isNaN(left.value) && !Number.isNaN(right.value)) return reportNotFinite(expr, value, right.value, instance);
    return { kind: "number", value, axes: [], span: expr.span };
  }
  if (expr.operator === "/" && right.kind === "number" && right.value === 0) return reportNotFinite(expr, Infinity, 0, instance);
  return { kind: "binary", fn: binaryFns[expr.operator], left, right, axes: unionAxes(left.axes, right.axes), span: expr.span };
}

function reportNotFinite(expr: Expr, value: number, divisor: number, instance: Instance): undefined {
  return instance.report.error("not-finite", expr.span, `${quote(expr.span)} has no finite value`, { reason: whyNotFinite(expr, value, divisor) });
}

function elaborateCall(expr: Call, instance: Instance): TokenExpr | undefined {
  const name = expr.callee.text;
  const rule = findFunction(name);
  if (rule !== undefined) return elaborateFunction(expr, rule, instance);
  if (name === "bidirectional") return instance.buildBoth(expr);
  const mixer = instance.definition.scope.mixers.get(name);
  if (mixer !== undefined) return instance.build(expr, mixer);
  return reportUnknownFunction(expr, instance);
}

function reportUnknownFunction(expr: Call, instance: Instance): undefined {
  const { text: name, span } = expr.callee;
  const { report } = instance;
  if (name === "feed_forward") {
    return report.error("wrong-arguments", expr.span, "`feed_forward` stands in `layers`, not in a mixer", {
      hint: "within a mixer write it out: `linear(relu(linear(x, hidden)), width)`",
    });
  }
  if (functionNames.has(name)) {
    return report.error("wrong-value", expr.span, `\`${name}(…)\` is an initializer and no tensor`, {
      hint: "write it after `init:`, or as `param name[axes] = …`",
    });
  }
  if (instance.lookUp(name, span) !== undefined) {
    return report.error("unknown-function", span, `\`${name}\` is no function`, { hint: `write \`${name}\` alone, or \`${name} * (…)\`` });
  }
  const known = [...[...functionNames].filter((n) => findFunction(n) !== undefined), ...instance.definition.scope.mixers.keys()];
  return report.error("unknown-function", span, `there is no function or mixer \`${name}\``, {
    hint: didYouMean(name, known) ?? `known: ${list(known)}`,
  });
}
