/** Padding never changes a result: what is written at it is nothing, what is kept through it stays. */
import { hasDim, tokenDim, type Node } from "../../src/graph/graph.js";
import type { Model } from "../../src/model/model.js";
import type { Call } from "./call.js";
import type { Emitter } from "./emit.js";

/** As good as never drawn, at every temperature that a session takes; a plan's JSON has no infinity. */
const hopeless = -1e30;

/** i32 [B, T], 1 = a real token; undefined when the side has no padding id. */
export function padMask(call: Call): Node | undefined {
  const { padding } = call.side;
  return padding === undefined ? undefined : call.emit.binary("not_equal", call.ids, call.emit.scalar(padding, "i32"));
}

/** Zero at padding. A choice and not a product, for a padding token may have computed something that is not finite. */
export function zeroAtPadding(call: Call, x: Node): Node {
  return call.mask ? call.emit.select(call.mask, x, call.scalar(0)) : x;
}

/** A term of a recurrence at padding: a key of zero, and a value that is finite. */
export function hidePadding(call: Call, term: { key: Node; value: Node }): { key: Node; value: Node } {
  const value = hasDim(term.value, tokenDim) ? zeroAtPadding(call, term.value) : term.value;
  return { key: zeroAtPadding(call, term.key), value };
}

/** One at padding, where the state is to stay as it is. */
export function keepAtPadding(call: Call, decay: Node): Node {
  return call.mask ? call.emit.select(call.mask, decay, call.scalar(1)) : decay;
}

/**
 * What a padding token reads counts for nothing, but before the first real token it would be 0, and a mixer may divide by it: no infinity then, whose cotangent would
 * be 0 · ∞.
 */
export function oneAtPadding(call: Call, read: Node): Node {
  return call.mask ? call.emit.select(call.mask, read, call.scalar(1)) : read;
}

/** After a call that may have had rows of padding only, which keep what they had. */
export function keepRowsOfPadding(call: Call, now: Node, before: Node): Node {
  if (!call.mask) return now;
  const { emit } = call;
  return emit.select(emit.binary("not_equal", lastCount(call), call.state("count")), now, before);
}

/**
 * Logits to draw from, [B, 1, vocab], in which padding has no chance: a drawn padding id would leave the state as it is, and
 * greedy would draw it for ever.
 */
export function neverPadding(model: Model, emit: Emitter, logits: Node): Node {
  if (model.padding === undefined) return logits;
  const isPadding = emit.binary("equal", emit.iota(logits.dims.at(-1)!), emit.scalar(model.padding));
  return emit.select(isPadding, emit.scalar(hopeless), logits);
}

/** Tokens so far after this call, i32 [B]. */
export function lastCount(call: Call): Node {
  return call.once("last count", () => {
    const last = call.form === "decode" ? call.count() : call.emit.last(call.count(), call.mask);
    return call.emit.squeeze(last, tokenDim);
  });
}
