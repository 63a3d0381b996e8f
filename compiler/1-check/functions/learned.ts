/**
 * Functions that bring parameters: linear, norms, convolution. Each takes its name before its arguments take theirs,
 * so that names follow the source from left to right.
 */
import type { Argument, Call, Expr } from "../../../src/ast/ast.js";
import type { Axis, Parameter, TokenExpr } from "../../../src/model/model.js";
import { describeAxes, distinct, hasAxis, readAxesOf, readAxis, withoutAxes } from "../axes.js";
import { readInitializer } from "../initializers.js";
import type { Instance } from "../instance.js";
import { product } from "../numbers.js";
import { ones, zeros } from "../parameters.js";
import { quote } from "../report.js";
import { flag, number, readValue } from "../values.js";
import type { FunctionRule } from "./rule.js";

/** A convolution over more steps would better be a state. */
const longestConvolution = 1024;

export const linear: FunctionRule = {
  usage: "linear(t, axis…, bias: true, init: xavier(1), per: axis)",
  positional: [1, Infinity],
  named: ["bias", "init", "per"],
  elaborate: ({ call, positional, named }, instance) => {
    const [written, ...rest] = positional;
    const group = instance.claim();
    const argument = instance.elaborate(written!);
    const outputs = distinct(rest.map((e) => readAxis(e, "an output of `linear`", instance)), rest, "`linear`", instance);
    const per = readPer(named.get("per"), argument, written!, instance);
    const bias = readBias(named.get("bias"), instance);
    if (argument === undefined || outputs === undefined || per === undefined || bias === undefined) return undefined;
    if (refuseTime(argument, call, written!, instance)) return undefined;
    const inputs = withoutAxes(argument.axes, per);
    if (inputs.length === 0) {
      return instance.report.error("missing-axis", call.span, `\`linear\` has nothing to contract: ${quote(written!.span)} has ${describeAxes(argument.axes)}`, {
        reason: per.length === 0 ? "it multiplies the axes of its tensor by a weight" : "`per:` keeps all of them",
      });
    }
    const clash = outputs.find((axis) => hasAxis(per, axis.name));
    if (clash !== undefined) {
      return instance.report.error("duplicate-axis", call.span, `\`linear\` would have the axis \`${clash.name}\` twice`, {
        reason: `\`per: ${clash.name}\` keeps it, and it is named as an output too`,
        hint: "name it once",
      });
    }
    const init = named.get("init");
    const initializer = init === undefined
      ? { kind: "xavier" as const, gain: 1, fanIn: product(inputs), fanOut: product(outputs) }
      : readInitializer(init.value, product(inputs), product(outputs), instance);
    if (initializer === undefined) return undefined;
    const rows = product(per) * product(outputs);
    const { names } = instance.place;
    return {
      kind: "linear", argument, per, outputs, inputs,
      weight: names.add(`${group}.weight`, [rows, product(inputs)], initializer, call.span),
      bias: bias ? names.add(`${group}.bias`, [rows], zeros, call.span) : undefined,
      axes: [...per, ...outputs], span: call.span,
    };
  },
};

function readPer(given: Argument | undefined, argument: TokenExpr | undefined, written: Expr, instance: Instance): readonly Axis[] | undefined {
  if (given === undefined) return [];
  const exprs = given.value.kind === "list" ? given.value.items : [given.value];
  if (argument !== undefined) return readAxesOf(argument, written, exprs, "`per:`", instance);
  return distinct(exprs.map((e) => readAxis(e, "`per:`", instance)), exprs, "`per:`", instance);
}

function readBias(given: Argument | undefined, instance: Instance): boolean | undefined {
  return given === undefined ? true : readValue(flag, given.value, "`bias` of `linear`", instance.scope());
}

export function norm(fn: "layer_norm" | "rms_norm"): FunctionRule {
  return {
    usage: `${fn}(t, axis…)`,
    positional: [1, Infinity],
    elaborate: ({ call, positional }, instance) => {
      const [written, ...rest] = positional;
      const group = instance.claim(".norm");
      const argument = instance.elaborate(written!);
      if (argument === undefined) return undefined;
      const over = rest.length === 0 ? argument.axes : readAxesOf(argument, written!, rest, `\`${fn}\``, instance);
      if (over === undefined) return undefined;
      if (over.length === 0) {
        return instance.report.error("missing-axis", call.span, `\`${fn}\` has nothing to normalise: ${quote(written!.span)} has no axis`);
      }
      if (hasAxis(over, "time")) {
        return instance.report.error("time-axis", call.span, `\`${fn}\` cannot run over \`time\``, {
          reason: "its scale has a fixed size, and time has none",
          hint: `name the axes: \`${fn}(t, axis…)\``,
        });
      }
      const { names } = instance.place;
      const shape = over.map((axis) => axis.size);
      return {
        kind: "norm", fn, argument, over,
        scale: names.add(`${group}.weight`, shape, ones, call.span),
        shift: fn === "layer_norm" ? names.add(`${group}.bias`, shape, zeros, call.span) : undefined,
        axes: argument.axes, span: call.span,
      };
    },
  };
}

export const convolve: FunctionRule = {
  usage: "convolve(t, size)",
  positional: [2, 2],
  elaborate: ({ call, positional }, instance) => {
    const [written, steps] = positional;
    const group = instance.claim();
    const argument = instance.elaborate(written!);
    const size = readValue(number({ whole: true, min: 1, max: longestConvolution }), steps!, "the size of `convolve`", instance.scope());
    if (argument === undefined || size === undefined || refuseTime(argument, call, written!, instance)) return undefined;
    const shape = argument.axes.map((axis) => axis.size);
    const { names } = instance.place;
    const weight: Parameter = names.add(`${group}.weight`, [...shape, size], { kind: "identity_tap" }, call.span);
    const bias = names.add(`${group}.bias`, shape, zeros, call.span);
    const made: TokenExpr & { kind: "convolve" } = {
      kind: "convolve", argument, size, weight, bias, name: names.full(group), axes: argument.axes, span: call.span,
    };
    instance.place.convolutions.push(made);
    return made;
  },
};

/** Weights have fixed sizes; what a cache keeps has none. */
function refuseTime(argument: TokenExpr, call: Call, written: Expr, instance: Instance): boolean {
  if (!hasAxis(argument.axes, "time")) return false;
  const name = call.callee.text;
  instance.report.error("time-axis", call.span, `\`${name}\` cannot work on the axis \`time\``, {
    reason: `${quote(written.span)} has ${describeAxes(argument.axes)}, and time has no fixed size`,
    hint: `\`${name}\` before the cache: \`cache name = ${name}(…)\`, or \`sum(…, time)\` first`,
  });
  return true;
}
