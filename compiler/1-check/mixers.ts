/** A mixer at one place of the stack: its arguments read, its body written out, its `out` looked at. */
import type { Argument, Call, Expr, MixerParameter } from "../../src/ast/ast.js";
import type { Axis, Bidirectional, MixerInstance, TokenExpr } from "../../src/model/model.js";
import { describeAxes, largestAxis, withoutAxes } from "./axes.js";
import { innerCall, type InnerCall } from "./bidirectional.js";
import type { Constant, Constants, Scope } from "./constants.js";
import { elaborate } from "./expressions.js";
import { Instance, type Place } from "./instance.js";
import type { MixerDefinition } from "./names.js";
import { ParameterNames } from "./parameters.js";
import { spanText } from "../../src/base/source.js";
import { list, type Report } from "./report.js";
import { elaborateStatement } from "./statements.js";
import { flag, number, readValue, text, type Reader } from "./values.js";

/** Bounds the call stack, here and in later stages; a mixer that nothing calls is only looked at so far down. */
const deepestMixers = 64;
const axisSize = number({ whole: true, min: 1, max: largestAxis });
const parameterTypes: Readonly<Record<string, Reader<number | string | boolean>>> = { axis: axisSize, number: number(), text, flag };

export interface Surroundings {
  readonly report: Report;
  readonly constants: Constants;
  readonly width: Axis;
  readonly decoding: boolean;
  /** Of a mixer that stands in `layers` itself. */
  readonly reads: MixerInstance["reads"];
  readonly circular: Set<MixerDefinition>;
}

/** A sublayer's mixer; `scope` is the model's, for the arguments. */
export function instantiateMixer(call: Call, definition: MixerDefinition, names: ParameterNames, scope: Scope, around: Surroundings): MixerInstance | undefined {
  const place = openPlace(around, true, names);
  noteHiding(definition, around.report);
  const instance = new Instance(place, definition, "", call.span, [definition], abilities);
  const out = writeOut(call, scope, instance);
  return out && instanceOf(place, definition, out, call);
}

function instanceOf(place: Place, definition: MixerDefinition, out: TokenExpr, { span }: Call): MixerInstance {
  const { reads, states, caches, convolutions, bidirectional } = place;
  return { mixer: definition.item.name.text, reads, states, caches, convolutions, bidirectional, out, span };
}

/** A sublayer `bidirectional(mixer(…))`: a mixer that is nothing but the two directions. */
export function instantiateBoth(call: Call, { call: inner, definition }: InnerCall, names: ParameterNames, scope: Scope, around: Surroundings): MixerInstance | undefined {
  const place = openPlace(around, true, names);
  noteHiding(definition, around.report);
  const out = writeBoth(call, inner, scope, place, "", [definition]);
  return out && instanceOf(place, definition, out, call);
}

/** The mixer, last of `stack`, written out once for each direction, with parameters of its own. */
function writeBoth(call: Call, inner: Call, scope: Scope, outer: Place, prefix: string, stack: readonly MixerDefinition[]): TokenExpr | undefined {
  const definition = stack.at(-1)!;
  const direction = (name: keyof Bidirectional): MixerInstance | undefined => {
    const place: Place = { ...outer, reads: "causal", states: [], caches: [], convolutions: [], bidirectional: [] };
    const out = writeOut(inner, scope, new Instance(place, definition, `${prefix}${name}.`, outer.called ? inner.span : undefined, stack, abilities));
    return out && instanceOf(place, definition, out, inner);
  };
  const [forward, backward] = [direction("forward"), direction("backward")];
  if (forward === undefined || backward === undefined) return undefined;
  const index = outer.bidirectional.push({ forward, backward }) - 1;
  return { kind: "both", index, axes: [outer.width], span: call.span };
}

/** A mixer that no model calls, with sizes not known. */
export function checkUncalled(definition: MixerDefinition, around: Omit<Surroundings, "width" | "decoding" | "reads">): void {
  const names = new ParameterNames("", [], around.report);
  const place = openPlace({ ...around, width: { name: "width", size: NaN }, decoding: false, reads: "whole" }, false, names);
  const instance = new Instance(place, definition, "", undefined, [definition], abilities);
  writeOut(undefined, instance.scope(), instance);
}

function openPlace(around: Surroundings, called: boolean, names: ParameterNames): Place {
  const { report, constants, width, decoding, reads, circular } = around;
  return {
    report, constants, width, decoding, circular, called, names, reads, operations: { count: 0 },
    states: [], caches: [], convolutions: [], bidirectional: [],
  };
}

/** A mixer called within another: it reads the same tokens, and its parameters stand under the binding's name. */
function build(call: Call, definition: MixerDefinition, outer: Instance): TokenExpr | undefined {
  if (!mayBuildOn(call, definition, outer)) return undefined;
  const prefix = outer.place.names.claim(`${outer.prefix}${outer.binding}`, ".");
  const instance = new Instance(outer.place, definition, prefix, outer.call && call.span, [...outer.stack, definition], abilities);
  return writeOut(call, outer.scope(), instance);
}

function buildBoth(call: Call, outer: Instance): TokenExpr | undefined {
  const { place } = outer;
  const inner = innerCall(call, outer.definition.scope.mixers, { decoding: place.called && place.decoding, cross: place.reads === "cross" }, place.report);
  if (inner === undefined || !mayBuildOn(inner.call, inner.definition, outer)) return undefined;
  const prefix = place.names.claim(`${outer.prefix}${outer.binding}`, ".");
  return writeBoth(call, inner.call, outer.scope(), place, prefix, [...outer.stack, inner.definition]);
}

const abilities = { elaborate, build, buildBoth };

/** Whether the mixers on the way do not come back to themselves, or go too deep. */
function mayBuildOn(call: Call, definition: MixerDefinition, outer: Instance): boolean {
  if (outer.stack.includes(definition)) {
    const circle = [...outer.stack.slice(outer.stack.indexOf(definition)), definition];
    const { circular } = outer.place;
    if (circular.has(definition)) return false;
    for (const member of circle) circular.add(member);
    outer.report.error("recursive-mixer", call.span, `\`${definition.item.name.text}\` is built on itself`, {
      reason: `${circle.map((d) => `\`${d.item.name.text}\``).join(", which calls ").replace(", which", "")}, and so on for ever`,
      labels: [{ span: definition.item.name.span, message: "defined here" }],
      hint: "build it on mixers that do not lead back to it",
    });
    return false;
  }
  if (outer.stack.length >= deepestMixers) {
    const outermost = outer.stack[0]!.item.name;
    if (!outer.place.called) return false;
    outer.report.error("nesting-too-deep", call.span, `this is more than ${deepestMixers} mixers within one another`, {
      labels: [{ span: outermost.span, message: `\`${outermost.text}\` is the outermost` }],
      reason: `a mixer may be built on others at most ${deepestMixers} deep`,
      hint: "write one of those between out, or split the mixer into several sublayers",
    });
    return false;
  }
  noteHiding(definition, outer.report);
  return true;
}

function noteHiding({ item, hides }: MixerDefinition, report: Report): void {
  if (hides === undefined) return;
  const name = item.name.text;
  report.note("hides-standard", item.name.span, `\`${name}\` here takes the place of the standard mixer \`${name}\``, {
    hint: "rename it to use both",
  });
}

function writeOut(call: Call | undefined, callScope: Scope, instance: Instance): TokenExpr | undefined {
  const before = instance.report.errorCount;
  defineParameters(call, callScope, instance);
  for (const statement of instance.definition.item.body) elaborateStatement(statement, instance);
  const out = checkOut(instance);
  return instance.report.errorCount > before ? undefined : out;
}

function defineParameters(call: Call | undefined, callScope: Scope, instance: Instance): void {
  const { report, definition } = instance;
  const { name, parameters } = definition.item;
  const { given, strange } = matchArguments(call, definition, report);
  const missing: string[] = [];
  for (const parameter of parameters) {
    const argument = given.get(parameter.name.text);
    const value = argument !== undefined ? argument.value : parameter.default;
    if (value === undefined && call !== undefined) missing.push(parameter.name.text);
    const scope = argument !== undefined ? callScope : instance.scope();
    defineParameter(parameter, value, scope, instance);
  }
  // With a wrong name, or without any, the argument may be there all the same.
  if (call !== undefined && missing.length > 0 && !strange) {
    report.error("missing-argument", call.span, `\`${name.text}\` needs ${list(missing)}`, {
      hint: `write \`${usage(definition)}\``,
      labels: [{ span: name.span, message: "defined here" }],
    });
  }
}

function defineParameter(parameter: MixerParameter, value: Expr | undefined, scope: Scope, instance: Instance): void {
  const { name, type } = parameter;
  const reader = Object.hasOwn(parameterTypes, type.text) ? parameterTypes[type.text] : undefined;
  if (reader === undefined) {
    instance.report.unknown("unknown-type", "parameter type", type.text, type.span, Object.keys(parameterTypes));
    instance.define(name.text, name.span, { kind: "faulty" });
    return;
  }
  const read = value && readValue(reader, value, `\`${name.text}\` of \`${instance.definition.item.name.text}\``, scope);
  if (type.text === "axis") {
    const size = typeof read === "number" ? read : NaN;
    instance.define(name.text, name.span, { kind: "axis", axis: { name: name.text, size } });
  } else {
    instance.define(name.text, name.span, { kind: "constant", value: constantOf(read ?? unknownValue(type.text)) });
  }
}

/** What stands for an argument that nobody gave, or that was wrong: nothing complains about it again. */
function unknownValue(type: string): number | string | boolean {
  return type === "text" ? "" : type === "flag" ? true : NaN;
}

function constantOf(value: number | string | boolean): Constant {
  if (typeof value === "number") return { kind: "number", value };
  return typeof value === "string" ? { kind: "text", value } : { kind: "flag", value };
}

function matchArguments(call: Call | undefined, definition: MixerDefinition, report: Report): { given: ReadonlyMap<string, Argument>; strange: boolean } {
  const given = new Map<string, Argument>();
  let strange = false;
  const { item } = definition;
  const known = item.parameters.map((p) => p.name.text);
  for (const argument of call?.arguments ?? []) {
    const { name } = argument;
    if (name === undefined) {
      // One such argument tells enough.
      if (!strange) report.error("wrong-arguments", argument.span, `the arguments of \`${item.name.text}\` need their names`, {
        hint: known.length === 0 ? "it takes none" : `write \`${usage(definition)}\``,
      });
      strange = true;
    } else if (!known.includes(name.text)) {
      strange = true;
      report.unknown("unknown-argument", `argument of \`${item.name.text}\` called`, name.text, name.span, known, {
        labels: [{ span: item.name.span, message: "defined here" }],
      });
    } else if (given.has(name.text)) {
      report.error("duplicate-argument", name.span, `\`${name.text}\` is given twice`, { hint: "remove one of the two" });
    } else given.set(name.text, argument);
  }
  return { given, strange };
}

function usage({ item }: MixerDefinition): string {
  return `${item.name.text}(${item.parameters.map((p) => `${p.name.text}: ${p.default ? spanText(p.default.span) : "…"}`).join(", ")})`;
}

/** `out` has exactly the axis `width`. */
function checkOut(instance: Instance): TokenExpr | undefined {
  const { report, definition } = instance;
  const name = definition.item.name;
  const statement = definition.item.body.find((s) => s.name.text === "out");
  if (statement === undefined) {
    return report.error("missing-out", name.span, `the mixer \`${name.text}\` has no \`out\``, {
      reason: "`out` is what it gives back to the token stream",
      hint: "end it with `out = …`, a tensor whose one axis is `width`",
    });
  }
  if (statement.kind !== "bind") {
    return report.error("missing-out", statement.name.span, `\`out\` must be a plain binding, but is ${statement.kind === "axis" ? "an axis" : `a ${statement.kind}`}`, {
      hint: "write `out = …` without a word before it",
    });
  }
  const entry = instance.lookUp("out", statement.name.span);
  if (entry?.kind !== "tensor") return undefined;
  const { axes } = entry.value;
  if (axes.length === 1 && axes[0]!.name === "width") return entry.value;
  const extra = withoutAxes(axes, [instance.place.width]).map((a) => a.name);
  return report.error("out-axes", statement.value.span, `\`out\` has ${describeAxes(axes)}, but must have exactly \`width\``, {
    reason: "the result of a mixer is added to the token stream, whose one axis is `width`",
    hint: repairOut(extra, axes.length > extra.length),
  });
}

function repairOut(extra: readonly string[], hasWidth: boolean): string {
  if (extra.length === 0) return "write `linear(…, width)`, or multiply by a tensor that has `width`";
  if (hasWidth) return `remove ${list(extra)}: \`sum(…, ${extra.join(", ")})\`, or \`mean\``;
  return `write \`out = linear(…, width)\`, which contracts ${list(extra)}`;
}

