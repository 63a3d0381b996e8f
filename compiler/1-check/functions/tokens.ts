/** Functions about axes, positions and states: size, index, rotary, at, previous; and dropout. */
import { describeAxes, hasAxis, readAxesOf, readAxis, withoutAxes } from "../axes.js";
import { list, quote } from "../report.js";
import type { FunctionRule } from "./rule.js";

export const size: FunctionRule = {
  usage: "size(axis)",
  positional: [1, 1],
  elaborate: ({ call, positional }, instance) => {
    const axis = readAxis(positional[0]!, "the argument of `size`", instance);
    if (axis === undefined) return undefined;
    if (axis.name !== "time") return { kind: "number", value: axis.size, axes: [], span: call.span };
    return instance.report.error("time-axis", call.span, "`time` has no size", {
      reason: "it grows with every token",
      hint: "`count` is the number of tokens so far",
    });
  },
};

export const index: FunctionRule = {
  usage: "index(axis)",
  positional: [1, 1],
  elaborate: ({ call, positional }, instance) => {
    const axis = readAxis(positional[0]!, "the argument of `index`", instance);
    if (axis === undefined) return undefined;
    if (axis.name !== "time") return { kind: "index", axis, axes: [axis], span: call.span };
    return instance.report.error("time-axis", call.span, "`index(time)` is not available", {
      reason: "a cached token does not know its distance",
      hint: "cache what depends on the position: `cache key = rotary(…)`",
    });
  },
};

export const rotary: FunctionRule = {
  usage: "rotary(t, axis)",
  positional: [2, 2],
  elaborate: ({ call, positional }, instance) => {
    const [written, along] = positional;
    const argument = instance.elaborate(written!);
    const axes = argument && readAxesOf(argument, written!, [along!], "`rotary`", instance);
    const axis = axes?.[0];
    if (argument === undefined || axis === undefined) return undefined;
    if (hasAxis(argument.axes, "time")) {
      return instance.report.error("time-axis", call.span, "`rotary` cannot turn what is cached", {
        reason: `${quote(written!.span)} has ${describeAxes(argument.axes)}, and each cached token has its own position`,
        hint: "turn it before the cache: `cache key = rotary(…)`",
      });
    }
    if (!Number.isNaN(axis.size) && axis.size % 2 !== 0) {
      if (instance.isToldAlready(`odd ${axis.name}`)) return undefined;
      return instance.report.error("odd-axis", along!.span, `\`rotary\` needs an even axis, but \`${axis.name}\` has size ${axis.size}`, {
        reason: "it turns pairs of entries",
        hint: `choose sizes that make \`${axis.name}\` even`,
        labels: instance.call === undefined ? [] : [{ span: instance.call, message: "sized by this call" }],
      });
    }
    return { kind: "rotary", argument, axis, axes: argument.axes, span: call.span };
  },
};

/** `at(param, axis, position)`: sized in advance, so it exists in encoders only. */
export const at: FunctionRule = {
  usage: "at(param, axis, position)",
  positional: [3, 3],
  elaborate: ({ call, positional }, instance) => {
    const [written, along, place] = positional;
    const table = instance.elaborate(written!);
    const axes = table && readAxesOf(table, written!, [along!], "`at`", instance);
    const where = instance.elaborate(place!);
    const axis = axes?.[0];
    if (table === undefined || axis === undefined || where === undefined) return undefined;
    if (table.kind !== "parameter") {
      return instance.report.error("wrong-value", written!.span, `\`at\` takes a parameter, but ${quote(written!.span)} is none`, {
        reason: "what it picks from is trained, and has an entry for each position",
        hint: `write \`param name[${axis.name}, …] = normal(0.02)\` and pick from that`,
      });
    }
    if (where.kind !== "position") {
      return instance.report.error("wrong-value", place!.span, `\`at\` picks by \`position\`, not by ${quote(place!.span)}`, {
        reason: "positions are whole numbers, and where a text ends is known",
        hint: `write \`at(${quote(written!.span).replaceAll("`", "")}, ${axis.name}, position)\``,
      });
    }
    if (instance.place.called && instance.place.decoding && instance.place.reads !== "cross") {
      const name = instance.definition.item.name.text;
      instance.report.error("fixed-length", call.span, `\`${name}\` is sized for ${axis.size} positions, but decoding has no end`, {
        reason: `\`at\` picks one of the ${axis.size} entries along \`${axis.name}\``,
        hint: "move it into an `encoder { … }`, which reads a text whole; a decoder wants a mixer that picks nothing by position",
        labels: instance.call === undefined ? [] : [{ span: instance.call, message: "used in a decoder here" }],
      });
    }
    return { kind: "at", parameter: table.parameter, stored: table.axes, axis, axes: withoutAxes(table.axes, [axis]), span: call.span };
  },
};

export const previous: FunctionRule = {
  usage: "previous(state)",
  positional: [1, 1],
  elaborate: ({ call, positional }, instance) => {
    const argument = positional[0]!;
    const states = instance.definition.item.body.filter((s) => s.kind === "state").map((s) => s.name.text);
    if (argument.kind === "name") {
      const entry = instance.lookUp(argument.name, argument.span);
      if (entry?.kind === "faulty") return undefined;
      if (entry?.kind === "state") return { kind: "state", state: entry.state, when: "old", axes: entry.state.axes, span: call.span };
      const below = entry === undefined ? instance.stateBelow(argument.name) : undefined;
      if (below) return { kind: "state", state: below, when: "old", axes: below.axes, span: call.span };
      if (entry === undefined && (states.includes(argument.name) || instance.definedLater(argument.name) === undefined)) return instance.elaborate(argument);
    }
    return instance.report.error("not-a-state", argument.span, `\`previous\` takes the name of a state, but ${quote(argument.span)} is none`, {
      reason: states.length === 0 ? "this mixer has no state" : `the ${states.length === 1 ? "state" : "states"} of this mixer: ${list(states)}`,
    });
  },
};

export const dropout: FunctionRule = {
  usage: "dropout(t)",
  positional: [1, 1],
  elaborate: ({ call, positional }, instance) => {
    const argument = instance.elaborate(positional[0]!);
    return argument && { kind: "dropout", argument, axes: argument.axes, span: call.span };
  },
};
