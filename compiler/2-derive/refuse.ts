/** What `2-derive` says when a definition has no parallel form yet, or none at all. */
import type { Diagnostic } from "../../src/base/diagnostic.js";
import type { Span } from "../../src/base/source.js";
import type { State } from "../../src/model/model.js";
import { localName } from "../../src/model/print.js";
import { mostProducts } from "./products.js";

export function refuseCorrected(state: State, span: Span): Diagnostic {
  const name = localName(state.name);
  return {
    code: "not-supported-yet",
    severity: "error",
    message: `the state \`${name}\` is \`corrected\`, a class that is not supported yet`,
    span,
    labels: [{ span: state.span, message: "the state" }],
    reason: `its update contracts the old \`${name}\` and writes the result back (a delta rule); only \`additive\`, \`decayed\` and \`growing\` compile so far`,
    hint: `an update of the form \`decay * ${name} + key * value\` compiles`,
  };
}

export function refuseSequential(state: State, span: Span): Diagnostic {
  const name = localName(state.name);
  return {
    code: "not-supported-yet",
    severity: "error",
    message: `the state \`${name}\` is \`sequential\`, a class that is not supported yet`,
    span,
    labels: [{ span: state.span, message: "the state" }],
    reason: `here the old \`${name}\` is more than scaled by per-token tensors, so tokens cannot be computed side by side`,
    hint: `an update of the form \`decay * ${name} + key * value\`, with a decay that does not depend on \`${name}\`, compiles`,
  };
}

export function refuseCycle(names: readonly string[], span: Span): Diagnostic {
  const list = names.map((n) => `\`${localName(n)}\``).join(" → ");
  return {
    code: "not-supported-yet",
    severity: "error",
    message: `the state \`${localName(names[0] ?? "")}\` is \`sequential\`, a class that is not supported yet`,
    span,
    reason: `updates read one another in a circle, ${list}, so no one of them can be computed for all tokens first`,
    hint: "let each state read only states that do not depend on it",
  };
}

export function refuseLength(span: Span): Diagnostic {
  return {
    code: "too-large",
    severity: "error",
    message: `written out, this is a sum of more than ${mostProducts} products, or of very long ones`,
    span,
    reason: "what is done with a state is taken as a sum of products of per-token tensors, and brackets that are multiplied with one another double it each time",
    hint: "take common factors out of the brackets, or split the mixer into several sublayers",
  };
}

export function refuseUnwritten(state: State): Diagnostic {
  const name = localName(state.name);
  return {
    code: "nothing-written",
    severity: "error",
    message: `nothing is ever written into the state \`${name}\``,
    span: state.update.span,
    labels: [{ span: state.span, message: "the state" }],
    reason: "a state is zero at first, and an update that only scales it leaves it zero for ever",
    hint: `add what each token writes: \`… * ${name} + key * value\``,
  };
}

export function refuseRead(state: State, span: Span): Diagnostic {
  const name = localName(state.name);
  const axes = state.axes.map((a) => a.name);
  return {
    code: "read-not-contraction",
    severity: "error",
    message: `\`${name}\` is used whole`,
    span,
    reason: `a state is never stored for every token: of its axes ${axes.join(", ")}, a use must sum some away against a per-token tensor before anything that is not linear`,
    hint: `for example \`sum(query * ${name}, ${axes[0] ?? "axis"})\``,
  };
}

export function refuseTime(span: Span): Diagnostic {
  return {
    code: "time-use-not-supported",
    severity: "error",
    message: "this use of a cache is not supported",
    span,
    reason: "a cache is read by softmax attention only: a softmax over `time` of one product of a query and a cache, then the sum over `time` of its product with a cache",
    hint: "write `sum(softmax(sum(query * key, channel), time) * value, time)`; factors without the axis `time` may stand anywhere",
  };
}
