/**
 * Softmax attention over slots s <= offset + t, and the caches it reads. query [B, T, E, G, O], key [B, G, S, O],
 * value [B, G, S, W]; rows of a product are (token, E). Queries go in blocks, so memory is a block times the slots.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { Cache, type CacheLayout } from "../cache.js";
import type { StepMaker, Value } from "../value.js";
import { forEachBlock, hidden, seenScores, slotsOf, type Frame } from "./attention-blocks.js";
import { numbersOf } from "./host.js";
import { broadcastTo, fromHost, kernel, multiply2d } from "./kernel.js";
import { attendShort, isShort } from "./short-attention.js";
import { integers } from "./tokens.js";

/** With no more rows than this a product is bound by reading the cache, which transposing it would double. */
const fewRows = 8;

export const attentionSteps = {
  append: (attrs) => {
    const layout: CacheLayout = { perm: attrs.order("perm"), sizes: attrs.numbers("sizes"), split: attrs.number("split") };
    return ([cache, x]) => cacheOf(cache!).append(tensorOf(x!), layout);
  },
  read_cache: () => ([cache]) => cacheOf(cache!).tensor() ?? refuse("an empty cache is read"),
  attention: (attrs) => {
    const [masked, block, full] = [attrs.flag("masked"), attrs.number("block"), attrs.option("full")];
    return (inputs) =>
      tf.tidy(() => {
        const query = tensorOf(inputs[0]!);
        const [key, value] = [piecesOf(inputs[1]!), piecesOf(inputs[2]!)];
        const slots = key.reduce((n, piece) => n + piece.shape[2]!, 0);
        const valid = masked ? validOf(inputs[3]!, query.shape[0]!, slots) : undefined;
        const [, tokens, extra] = query.shape as [number, number, number];
        const few = tokens * extra <= fewRows;
        const offset = full ? slots : slots - tokens;
        const frame = frameOf(query, key, value, slots, offset);
        // What few rows read is left in its pieces, unless it is one piece.
        if (isShort(frame) && key.length === 1 && value.length === 1) return attendShort(frame, ...wholeOf(frame, query, key[0]!, value[0]!), valid && integers(valid));
        if (few) return attendFew(query, key, value, offset, valid && hiddenWhereInvalid(valid));
        return attendBlocks(frame, ...wholeOf(frame, query, joined(key), joined(value)), valid && integers(valid), block);
      });
  },
} satisfies Record<string, StepMaker>;

/** All rows at once, piece by piece, and nothing of a piece is moved. */
function attendFew(query: Tensor, key: Tensor[], value: Tensor[], offset: number, valid: Tensor | undefined): Tensor {
  const [batch, time, E, , O] = query.shape as [number, number, number, number, number];
  const G = Math.max(query.shape[3]!, key[0]!.shape[1]!, value[0]!.shape[1]!);
  const rows = time * E;
  const q = tf.reshape(tf.transpose(broadcastTo(query, [batch, time, E, G, O]), [0, 3, 1, 2, 4]), [batch, G, rows, O]);
  // Groups that share keys or values have them each: a product of batches whose inner dim is broadcast takes the wrong ones from the second row on.
  const ofGroups = (x: Tensor): Tensor => broadcastTo(x, [batch, G, x.shape[2]!, x.shape[3]!]);
  const scores = tf.concat(key.map((k) => tf.matMul(q, ofGroups(k), false, true)), 3);
  const slots = scores.shape[3]!;
  let hide: Tensor | undefined = time > 1 && offset < slots ? tf.reshape(futureMask(offset, 0, time, E, slots), [1, 1, rows, slots]) : undefined;
  if (valid) {
    const invalid = tf.reshape(valid, [batch, 1, 1, slots]);
    hide = hide ? tf.add(hide, invalid) : invalid;
  }
  const weights = softmaxOf(scores, hide, !!valid);
  let at = 0;
  const parts = value.map((v) => {
    const size = v.shape[2]!;
    const part = value.length === 1 ? weights : tf.slice(weights, [0, 0, 0, at], [-1, -1, -1, size]);
    at += size;
    return tf.matMul(part, ofGroups(v));
  });
  const out = parts.reduce((sum, x) => tf.add(sum, x));
  return tf.transpose(tf.reshape(out, [batch, G, time, E, out.shape[3]!]), [0, 2, 3, 1, 4]);
}

/** Of keys and values in pieces. */
function frameOf(query: Tensor, [key]: readonly Tensor[], [value]: readonly Tensor[], S: number, offset: number): Frame {
  const [B, T, E, groups, O] = query.shape as [number, number, number, number, number];
  return { B, T, S, offset, E, G: Math.max(groups, key!.shape[1]!, value!.shape[1]!), O, W: value!.shape[3]! };
}

function wholeOf({ B, T, S, E, G, O, W }: Frame, query: Tensor, key: Tensor, value: Tensor): [query: Tensor, key: Tensor, value: Tensor] {
  return [broadcastTo(query, [B, T, E, G, O]), broadcastTo(key, [B, G, S, O]), broadcastTo(value, [B, G, S, W])];
}

/** A block of queries against the slots it may see, one plain product for each row of the batch and group. */
function attendBlocks(frame: Frame, q: Tensor, k: Tensor, v: Tensor, valid: Int32Array | undefined, block: number): Tensor {
  const { B, T, E, G, W } = frame;
  const out = new Float32Array(B * T * E * G * W);
  forEachBlock(frame, block, (at) => {
    const { scores, highest } = seenScores(frame, q, k, valid, at);
    const read = numbersOf(multiply2d(kernel(tf.Softmax, { logits: scores }, { dim: 1 }), slotsOf(v, frame, at)));
    const first = (at.b * T + at.from) * E * G + at.g;
    for (let row = 0; row < at.rows; row++) {
      // A row without a slot gets 0.
      if (highest[row]! < 0) continue;
      for (let w = 0; w < W; w++) out[(first + row * G) * W + w] = read[row * W + w]!;
    }
  });
  return fromHost(out, [B, T, E, G, W]);
}

/** @param empty whether a row may have no slot at all: it gets 0 */
function softmaxOf(scores: Tensor, hide: Tensor | undefined, empty: boolean): Tensor {
  const weights = kernel(tf.Softmax, { logits: hide ? tf.add(scores, hide) : scores }, { dim: scores.rank - 1 });
  return empty ? tf.mul(weights, tf.cast(tf.greater(hide!, tf.scalar(hidden / 2)), "float32")) : weights;
}

/** [size · E, slots]: `hidden` where the slot comes after the token, else 0. */
function futureMask(offset: number, from: number, size: number, E: number, slots: number): Tensor {
  const last = Float32Array.from({ length: size * E }, (_, row) => offset + from + Math.floor(row / E));
  const later = tf.greater(tf.range(0, slots, 1, "float32"), tf.tensor2d(last, [size * E, 1]));
  return tf.mul(tf.cast(later, "float32"), tf.scalar(hidden));
}

/** i32 [B, S] or a cache of that */
function validOf(value: Value, batch: number, slots: number): Tensor {
  return tf.reshape(joined(piecesOf(value)), [batch, slots]);
}

/** [B, S]: `hidden` for slots that are left out, else 0. */
function hiddenWhereInvalid(valid: Tensor): Tensor {
  return tf.mul(tf.cast(tf.equal(valid, tf.scalar(0, "int32")), "float32"), tf.scalar(hidden));
}

/** Pieces of a cache as one tensor. */
function joined(pieces: readonly Tensor[]): Tensor {
  return pieces.length === 1 ? pieces[0]! : tf.concat([...pieces], 2);
}

function piecesOf(value: Value): Tensor[] {
  return value instanceof Cache ? [...value.pieces] : [value];
}

export function tensorOf(value: Value): Tensor {
  return value instanceof Cache ? refuse("a cache stands where a tensor must") : value;
}

function cacheOf(value: Value): Cache {
  return value instanceof Cache ? value : refuse("a tensor stands where a cache must");
}

function refuse(message: string): never {
  throw new Error(message);
}
