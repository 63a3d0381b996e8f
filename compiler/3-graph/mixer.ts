/** A mixer at one place: x [B, T, width] to its `out` [B, T, width], and its states' updates. */
import type { Node } from "../../src/graph/graph.js";
import type { MixerInstance } from "../../src/model/model.js";
import { containing } from "../2-derive/walk.js";
import { Caches } from "./attention.js";
import type { Call } from "./call.js";
import { convolve } from "./convolution.js";
import { Expressions } from "./expressions.js";
import { Recurrences } from "./recurrence.js";
import { Walks } from "./walk.js";

export function mix(call: Call, mixer: MixerInstance, x: Node, place: string): Node {
  const walked = containing((e) => e.kind === "state");
  const expressions: Expressions = new Expressions(call, place, {
    input: () => x,
    read: (expr) => recurrences.read(expr),
    attend: (expr) => caches.attend(expr),
    convolve: (expr, argument) => convolve(call, expr, argument),
    state: (expr) => walks.node(expr),
    dropout: (expr, argument) => (walked(expr) ? walks.dropout(expr, argument) : call.dropout(argument, call.model.attentionDropout)),
  });
  const walks = new Walks(call, { place, node: (expr) => expressions.node(expr), read: (expr) => recurrences.read(expr) });
  const recurrences = new Recurrences(call, (expr) => expressions.node(expr));
  const caches = new Caches(call, (expr) => expressions.node(expr));
  const out = expressions.node(mixer.out);
  if (call.started) {
    for (const state of mixer.states) (state.walk ? walks : recurrences).advance(state);
    for (const cache of mixer.caches) caches.slots(cache);
  }
  return out;
}
