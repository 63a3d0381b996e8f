/**
 * A tensor that lies in its storage by strides (transposed, a slice, expanded) → its elements row by row. The storage is read in windows, each
 * once and in order, so that a tensor of a gigabyte needs no second gigabyte.
 */
import type { Tensor } from "./values.js";

type Numbers = Float32Array | Int32Array;

/** A dimension, by its steps in the storage and in what is made. */
interface Dim {
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

/** Elements read at once. */
const windowElements = 4 * 1024 * 1024;

/** Whether elements overlap otherwise than by being all the same: no trained tensor does, and reading one could take for ever. */
export function overlaps(tensor: Tensor): boolean {
  const dims = dimsOf(tensor);
  if (dims.some((d) => d.size === 0)) return false;
  return dims.some((dim, i) => dim.from !== 0 && dim.from <= dims.slice(i + 1).reduce((n, d) => n + (d.size - 1) * d.from, 0));
}

/**
 * @param out zeros, as many as the tensor has elements
 * @param load elements `from` to `from + count` of the storage
 */
export async function gather<N extends Numbers>(tensor: Tensor, out: N, load: (from: number, count: number) => Promise<N>, window = windowElements): Promise<N> {
  if (out.length === 0) return out;
  const dims = merged(dimsOf(tensor));
  const inner = dims.pop() ?? { size: 1, from: 1, to: 1 };
  const end = tensor.offset + [...dims, inner].reduce((n, d) => n + (d.size - 1) * d.from, 0) + 1;
  let start = 0;
  let values: N | undefined;
  const index = dims.map(() => 0);
  let [from, to] = [tensor.offset, 0];
  for (;;) {
    for (let done = 0; done < inner.size; ) {
      const at = from + done * inner.from;
      if (!values || at >= start + values.length) {
        start = at;
        values = await load(at, Math.min(window, end - at));
      }
      const count = inner.from === 0 ? inner.size : Math.min(inner.size - done, Math.floor((start + values.length - 1 - at) / inner.from) + 1);
      copy(values, at - start, inner, out, to + done * inner.to, count);
      done += count;
    }
    // The next row: as an odometer turns, the last dimension first.
    let d = dims.length - 1;
    for (; d >= 0; d--) {
      const { size, from: step, to: pace } = dims[d]!;
      from += step;
      to += pace;
      if (++index[d]! < size) break;
      index[d] = 0;
      from -= size * step;
      to -= size * pace;
    }
    if (d < 0) return out;
  }
}

function copy(values: Numbers, at: number, inner: Dim, out: Numbers, to: number, count: number): void {
  if (inner.from === 1 && inner.to === 1) return out.set(values.subarray(at, at + count), to);
  for (let i = 0; i < count; i++) out[to + i * inner.to] = values[at + i * inner.from]!;
}

/** Of more than one element, the longest stride first: so the storage is gone through in order. */
function dimsOf({ shape, strides }: Tensor): Dim[] {
  const dims: Dim[] = [];
  let to = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    if (shape[d] !== 1) dims.unshift({ size: shape[d]!, from: strides[d]!, to });
    to *= shape[d]!;
  }
  return dims.sort((a, b) => b.from - a.from);
}

/** Neighbours that are one dimension cut in two are one again: a tensor that lies row by row has one dimension. */
function merged(dims: readonly Dim[]): Dim[] {
  const result: Dim[] = [];
  for (const dim of dims) {
    const before = result.at(-1);
    if (before && before.from === dim.from * dim.size && before.to === dim.to * dim.size) result[result.length - 1] = { size: before.size * dim.size, from: dim.from, to: dim.to };
    else result.push(dim);
  }
  return result;
}
