/** What `2-derive` says of definitions that have no parallel form, and of those that have no meaning. */
import type { Diagnostic } from "../../src/base/diagnostic.js";
import type { Span } from "../../src/base/source.js";
import type { State } from "../../src/model/model.js";
import { localName } from "../../src/model/print.js";
import type { Together } from "./order.js";
import { mostProducts } from "./products.js";

/** `bytes`: of all the states walked together, for one token. */
export function warnOfWalk({ states, because, reason }: Together, bytes: number): Diagnostic {
  const names = states.map((s) => `\`${localName(s.name)}\``);
  const [one, many] = [names[0] ?? "", list(names)];
  const why =
    reason === "circle"
      ? `the updates of ${many} need one another`
      : `here the old ${one} is more than scaled, or contracted and written back, with per-token tensors`;
  return {
    code: "sequential-state",
    severity: "warning",
    message: `${states.length === 1 ? `the state ${one} is` : `the states ${many} are`} \`sequential\`: tokens are computed one after the other, in training too`,
    span: because,
    labels: states.map((s) => ({ span: s.span, message: states.length === 1 ? "the state" : "walked together" })),
    reason: `${why}, so that each token waits for the one before it; training keeps ${many} of every token, ${bytes.toLocaleString("en-US")} bytes a token in each layer that has this mixer`,
    hint: `${reason === "circle" ? "let one of them do without the others: " : ""}sums of \`decay * ${bare(one)}\`, \`key * sum(key * ${bare(one)}, axis)\` and \`key * value\`, whose factors do not depend on ${one}, are computed for all tokens side by side`,
  };
}

export function refuseCircle(states: readonly State[], span: Span): Diagnostic {
  const names = states.map((s) => `\`${localName(s.name)}\``);
  const [one, last] = [names[0] ?? "", names.at(-1) ?? ""];
  return {
    code: "state-circle",
    severity: "error",
    message: names.length === 1 ? `the new value of ${one} needs itself` : `the new values of ${list(names)} need one another`,
    span,
    labels: states.map((s) => ({ span: s.span, message: "in the circle" })),
    reason: "at each token some state must be computed first, from old values alone",
    hint: `write \`previous(${bare(last)})\` where ${one} uses ${last}: its value before the token`,
  };
}

/** What a walk needs of other tokens than the one it is at. */
export function refuseThroughTime(what: "cache" | "query" | "convolution", kept: { readonly name: string; readonly span: Span }, span: Span): Diagnostic {
  const name = localName(kept.name);
  const { found, property, way } = throughTime[what];
  return {
    code: "circle-through-time",
    severity: "error",
    message: `${found} depends on \`${name}\`, which depends on it`,
    span,
    labels: [{ span: kept.span, message: `\`${name}\`` }],
    reason: `${property}, but \`${name}\` is only known up to the token that is being computed`,
    hint: way,
  };
}

const throughTime: { readonly [W in "cache" | "query" | "convolution"]: { readonly found: string; readonly property: string; readonly way: string } } = {
  cache: {
    found: "what is kept in a cache", property: "attention takes the values of all tokens at once",
    way: "keep in the cache only what does not depend on the state, or let the state not be written from attention",
  },
  query: {
    found: "the query of an attention", property: "attention takes the queries of all tokens at once",
    way: "make the query from `x`, or attend in a sublayer of its own",
  },
  convolution: {
    found: "what a convolution sees", property: "a convolution takes the last tokens from what is known of all of them",
    way: "convolve `source` before the state's update, or carry the earlier values as states of their own",
  },
};

/** Without the quotes. */
function bare(name: string): string {
  return name.replaceAll("`", "");
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
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
    reason: "a state is zero at first, and this update of zero is zero again, for ever",
    hint: `add what each token writes: \`… + key * value\``,
  };
}

/** `at`: what is not linear; a product of two states is one. */
export function refuseRead(state: State, span: Span, at: { readonly place: "product" | "other"; readonly span: Span }): Diagnostic {
  const name = localName(state.name);
  const axes = state.axes.map((a) => a.name);
  return {
    code: "read-not-contraction",
    severity: "error",
    message: `\`${name}\` is used whole`,
    span,
    ...(at.span.start === span.start && at.span.end === span.end
      ? {}
      : { labels: [{ span: at.span, message: at.place === "product" ? "a product of two states" : `not linear in \`${name}\`` }] }),
    reason: `a state is never stored for every token: of its axes ${axes.join(", ")}, a use must sum some away against a per-token tensor before it meets another state or anything that is not linear`,
    hint: `for example \`sum(query * ${name}, ${axes[0] ?? "axis"})\` first, and the rest of that`,
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
