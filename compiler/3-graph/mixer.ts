/** A mixer at one place: x [B, T, width] to its `out` [B, T, width], and its states' updates. */
import type { Node } from "../../src/graph/graph.js";
import type { MixerInstance } from "../../src/model/model.js";
import { Caches } from "./attention.js";
import type { Call } from "./call.js";
import { convolve } from "./convolution.js";
import { Expressions } from "./expressions.js";
import { Recurrences } from "./recurrence.js";

export function mix(call: Call, mixer: MixerInstance, x: Node, place: string): Node {
  const expressions: Expressions = new Expressions(call, x, place, {
    read: (expr) => recurrences.read(expr),
    attend: (expr) => caches.attend(expr),
    convolve: (expr, argument) => convolve(call, expr, argument),
  });
  const recurrences = new Recurrences(call, (expr) => expressions.node(expr));
  const caches = new Caches(call, (expr) => expressions.node(expr));
  const out = expressions.node(mixer.out);
  if (call.started) {
    for (const state of mixer.states) recurrences.advance(state);
    for (const cache of mixer.caches) caches.slots(cache);
  }
  return out;
}
