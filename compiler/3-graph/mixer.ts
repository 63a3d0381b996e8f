/** A mixer at one place: x [B, T, width] to its `out` [B, T, width], and its states' updates. */
import type { Node } from "../../src/graph/graph.js";
import type { MixerInstance } from "../../src/model/model.js";
import { containing } from "../2-derive/walk.js";
import { Caches } from "./attention.js";
import type { Call } from "./call.js";
import { convolve } from "./convolution.js";
import { mixAcross } from "./cross.js";
import { Expressions } from "./expressions.js";
import { Recurrences } from "./recurrence.js";
import { Walks } from "./walk.js";
import { WholeStates } from "./whole.js";

export function mix(call: Call, mixer: MixerInstance, x: Node, place: string): Node {
  const { reads } = mixer;
  if (reads === "cross") return mixAcross(call, mixer, x, place);
  const walked = containing((e) => e.kind === "state");
  const expressions: Expressions = new Expressions(call, place, {
    input: () => x,
    read: (expr) => (whole ?? recurrences).read(expr),
    attend: (expr) => caches.attend(expr),
    convolve: (expr, argument) => convolve(call, expr, argument),
    state: ({ state, when }) => walks.node(state, when),
    ...(reads === "whole" ? { count: () => call.wholeCount() } : {}),
    both: ({ index }) => {
      const { forward, backward } = mixer.bidirectional[index]!;
      const ahead = mix(call, forward, x, `${place}.forward`);
      const back = mix(call.flipped(), backward, call.emit.flip(x), `${place}.backward`);
      return call.emit.add(ahead, call.emit.flip(call.perToken(back)));
    },
    dropout: (expr, argument) => (walked(expr) ? walks.dropout(expr, argument) : call.dropout(argument, call.model.attentionDropout)),
  });
  const walks = new Walks(call, { place, node: (expr) => expressions.node(expr), read: (expr) => recurrences.read(expr) });
  const whole = reads === "whole" ? new WholeStates(call, (expr) => expressions.node(expr)) : undefined;
  const recurrences = new Recurrences(call, (expr) => expressions.node(expr));
  const caches = new Caches(call, reads === "whole", (expr) => expressions.node(expr));
  const out = expressions.node(mixer.out);
  if (call.started) {
    for (const state of mixer.states) (state.walk ? walks : recurrences).advance(state);
    for (const cache of mixer.caches) caches.slots(cache);
  }
  return out;
}
