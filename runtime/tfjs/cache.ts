/**
 * A cache that grows without being copied at every token: pieces [B, G, s, O] whose sizes about double from the newest to the
 * oldest, so that a slot is copied a logarithmic number of times and there are few pieces. Caches are immutable; two may share pieces.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** See step op `append`: kept axis i is the stored axis perm[i]; the first `split` are G. */
export interface CacheLayout {
  readonly perm: readonly number[];
  readonly sizes: readonly number[];
  readonly split: number;
}

/** New tokens are joined to the newest piece until it has this many slots. */
const smallPiece = 32;

export class Cache {
  constructor(
    readonly pieces: readonly Tensor[],
    /** Undefined while the cache is empty. */
    readonly layout: CacheLayout | undefined,
  ) {}

  get slots(): number {
    return this.pieces.reduce((n, piece) => n + piece.shape[2]!, 0);
  }

  /** With x [B, G, T, O] in `layout` as the newest slots. Call inside a tidy: what it makes is not kept. */
  append(x: Tensor, layout: CacheLayout): Cache {
    const pieces = [...this.inLayout(layout).pieces, x.clone()];
    for (let last = pieces.length - 1; last > 0; last--) {
      const [before, newest] = [pieces[last - 1]!, pieces[last]!];
      const [older, newer] = [before.shape[2]!, newest.shape[2]!];
      if (older + newer > smallPiece && older > newer) break;
      pieces.splice(last - 1, 2, tf.concat([before, newest], 2));
      newest.dispose();
    }
    return new Cache(pieces, layout);
  }

  /** All slots as one tensor over the stored axes, [B, S, …]; undefined while empty. */
  tensor(): Tensor | undefined {
    if (!this.layout || this.pieces.length === 0) return undefined;
    const { perm, sizes, split } = this.layout;
    return tf.tidy(() => {
      const whole = tf.concat([...this.pieces], 2);
      const [batch, , slots] = whole.shape as [number, number, number];
      const apart = tf.reshape(whole, [batch, ...sizes.slice(0, split), slots, ...sizes.slice(split)]);
      const place = (i: number): number => 1 + i + (i >= split ? 1 : 0);
      return tf.transpose(apart, [0, 1 + split, ...perm.map((_, axis) => place(perm.indexOf(axis)))]);
    });
  }

  /** The same slots kept in another way: programs of one plan agree on it, restored states have to be brought into it. */
  inLayout(layout: CacheLayout): Cache {
    if (!this.layout || sameLayout(this.layout, layout) || this.pieces.length === 0) return new Cache(this.pieces, layout);
    return Cache.of(this.tensor()!, layout);
  }

  /** A cache of one piece from a tensor over the stored axes [B, S, …]. */
  static of(whole: Tensor, layout: CacheLayout): Cache {
    const { perm, sizes, split } = layout;
    const [batch, slots] = whole.shape as [number, number];
    if (slots === 0) return new Cache([], layout);
    const order = [...perm.slice(0, split).map((i) => i + 2), 1, ...perm.slice(split).map((i) => i + 2)];
    const product = (of: readonly number[]): number => of.reduce((n, size) => n * size, 1);
    const piece = tf.tidy(() => tf.reshape(tf.transpose(whole, [0, ...order]), [batch, product(sizes.slice(0, split)), slots, product(sizes.slice(split))]));
    return new Cache([piece], layout);
  }
}

export function plainLayout(sizes: readonly number[]): CacheLayout {
  return { perm: sizes.map((_, i) => i), sizes, split: 0 };
}

function sameLayout(a: CacheLayout, b: CacheLayout): boolean {
  return a.split === b.split && a.perm.join() === b.perm.join();
}
