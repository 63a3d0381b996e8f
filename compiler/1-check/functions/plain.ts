/** Functions without parameters of their own that look at one token only: elementwise, reductions, softmax. */
import type { ReduceFn, TokenExpr, UnaryFn } from "../../../src/model/model.js";
import { describeAxes, readAxesOf, withoutAxes } from "../axes.js";
import type { Axis } from "../../../src/model/model.js";
import { whyNotFinite } from "../constants.js";
import type { Instance } from "../instance.js";
import { foldUnary } from "../numbers.js";
import { quote } from "../report.js";
import type { FunctionRule, Matched } from "./rule.js";

export function elementwise(fn: UnaryFn): FunctionRule {
  return {
    usage: `${fn}(t)`,
    positional: [1, 1],
    elaborate: ({ call, positional }, instance) => {
      const argument = instance.elaborate(positional[0]!);
      if (argument === undefined) return undefined;
      const fold = foldUnary(fn);
      if (argument.kind !== "number" || fold === undefined) return { kind: "unary", fn, argument, axes: argument.axes, span: call.span };
      const value = fold(argument.value);
      if (Number.isFinite(value) || Number.isNaN(argument.value)) return { kind: "number", value, axes: [], span: call.span };
      return instance.report.error("not-finite", call.span, `${quote(call.span)} has no finite value`, {
        reason: whyNotFinite(call, value, undefined),
      });
    },
  };
}

export function reduction(fn: ReduceFn): FunctionRule {
  return {
    usage: `${fn}(t, axis…)`,
    positional: [1, Infinity],
    elaborate: (args, instance) => {
      const found = tensorAndAxes(args, `\`${fn}\``, instance);
      if (found === undefined) return undefined;
      const { argument, over } = found;
      return { kind: "reduce", fn, argument, over, axes: withoutAxes(argument.axes, over), span: args.call.span };
    },
  };
}

export const softmax: FunctionRule = {
  usage: "softmax(t, axis…)",
  positional: [1, Infinity],
  elaborate: (args, instance) => {
    const found = tensorAndAxes(args, "`softmax`", instance);
    return found && { kind: "softmax", argument: found.argument, over: found.over, axes: found.argument.axes, span: args.call.span };
  },
};

function tensorAndAxes({ call, positional }: Matched, doing: string, instance: Instance): { argument: TokenExpr; over: readonly Axis[] } | undefined {
  const [written, ...rest] = positional;
  const argument = instance.elaborate(written!);
  if (argument === undefined) return undefined;
  if (rest.length === 0) {
    return instance.report.error("missing-axis", call.span, `${doing} does not say over which axis`, {
      reason: `${quote(written!.span)} has ${describeAxes(argument.axes)}`,
      hint: argument.axes.length === 0 ? "there is nothing to reduce" : `write \`${call.callee.text}(…, ${argument.axes[argument.axes.length - 1]!.name})\``,
    });
  }
  const over = readAxesOf(argument, written!, rest, doing, instance);
  return over && { argument, over };
}
