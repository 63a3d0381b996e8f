/** Padding never changes a result: what is written at it is nothing, what is kept through it stays. */
import { hasDim, tokenDim, type Node } from "../../src/graph/graph.js";
import type { Call } from "./call.js";

/** i32 [B, T], 1 = a real token; undefined when the model has no padding id. */
export function padMask(call: Call): Node | undefined {
  const { padding } = call.model;
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

/** After a call that may have had rows of padding only, which keep what they had. */
export function keepRowsOfPadding(call: Call, now: Node, before: Node): Node {
  if (!call.mask) return now;
  const { emit } = call;
  return emit.select(emit.binary("not_equal", lastCount(call), call.state("count")), now, before);
}

/** Tokens so far after this call, i32 [B]. */
export function lastCount(call: Call): Node {
  return call.once("last count", () => {
    const last = call.form === "decode" ? call.count() : call.emit.last(call.count(), call.mask);
    return call.emit.squeeze(last, tokenDim);
  });
}
