/** Every state of a model: what is counted about the tokens, and what its mixers carry; zero at first, in a fixed order. */
import { batchDim, oneDim, timeDim, tokenDim, type Dim, type StateSpec } from "../../src/graph/graph.js";
import type { MixerInstance, Model } from "../../src/model/model.js";
import { walk } from "../2-derive/walk.js";
import { dimsOf } from "./call.js";
import { tapsState } from "./convolution.js";
import { keepsValid, sourceCount, sourceValid } from "./source.js";

const batch: Dim = { name: batchDim, size: "B" };
const one: Dim = { name: oneDim, size: 1 };
const slots: Dim = { name: timeDim, size: "C" };

const slotsOfSource: Dim = { name: timeDim, size: "E" };

export function modelStates(model: Model): StateSpec[] {
  // An encoder alone reads a text at once and carries nothing on.
  if (model.layers.length === 0) return [];
  const mixers = model.layers.flat().flatMap((sublayer) => (sublayer.kind === "mixer" ? [sublayer.mixer] : []));
  const padded = model.padding !== undefined && mixers.some((m) => m.reads !== "cross" && m.caches.length > 0);
  return [
    // Real tokens so far.
    { name: "count", dtype: "i32", dims: [batch], class: "constant" },
    // Slots used, padding included.
    { name: "length", dtype: "i32", dims: [one], class: "constant" },
    // Logits after the last real token.
    { name: "next_logits", dtype: "f32", dims: [batch, { name: tokenDim, size: 1 }, { name: "vocab", size: model.vocabularySize }], class: "constant" },
    // Tokens drawn.
    { name: "drawn", dtype: "i32", dims: [one], class: "constant" },
    ...(padded ? [{ name: "valid", dtype: "i32", dims: [batch, slots], class: "growing" } as const] : []),
    ...(model.encoder ? [{ name: sourceCount, dtype: "i32", dims: [batch], class: "constant" } as const] : []),
    ...(keepsValid(model) ? [{ name: sourceValid, dtype: "i32", dims: [batch, slotsOfSource], class: "constant" } as const] : []),
    ...mixers.flatMap((mixer): StateSpec[] => [
      ...mixer.states.map((s): StateSpec => ({ name: s.name, dtype: "f32", dims: [batch, ...dimsOf(s.axes)], class: "constant" })),
      ...mixer.caches.map((c): StateSpec => (mixer.reads === "cross" ?
        { name: c.name, dtype: "f32", dims: [batch, slotsOfSource, ...dimsOf(c.axes)], class: "constant" } :
        { name: c.name, dtype: "f32", dims: [batch, slots, ...dimsOf(c.axes)], class: "growing" })),
      ...convolutionsOf(mixer).filter((c) => c.size > 1).map((c): StateSpec => ({
        name: tapsState(c), dtype: "f32", dims: [batch, { name: "@past", size: c.size - 1 }, ...dimsOf(c.axes)], class: "constant",
      })),
    ]),
  ];
}

/** Those that go on from token to token: what a cross mixer writes is of a whole text. */
function convolutionsOf(mixer: MixerInstance): MixerInstance["convolutions"] {
  if (mixer.reads !== "cross") return mixer.convolutions;
  const read = new Set<string>();
  walk([mixer.out], (e) => {
    if (e.kind === "convolve") read.add(e.name);
  });
  return mixer.convolutions.filter((c) => read.has(c.name));
}
