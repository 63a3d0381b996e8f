/** Steps that move data and do not compute: views, ranges, products' layouts, look-ups. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { broadcastTo, fromHost, kernel, multiply2d, multiplyBatched, onHost, tidied, unstack, type TensorMaker } from "./kernel.js";
import { filled, turned } from "./memory.js";
import { isSmall } from "./small.js";
import { clampedIds } from "./tokens.js";

export const shapeSteps = {
  range: (attrs) => {
    const size = attrs.shape("size");
    return (_, extents) => tf.range(0, size(extents)[0]!, 1, "float32");
  },
  extent: (attrs) => {
    const symbol = attrs.symbol("symbol");
    return (_, extents) => tf.tensor1d([extents[symbol]], "int32");
  },
  reshape: (attrs) => {
    const shape = attrs.shape("shape");
    return ([x], extents) => kernel(tf.Reshape, { x: x! }, { shape: checked(x!.size, shape(extents)) });
  },
  transpose: (attrs) => {
    const perm = attrs.order("perm");
    return ([x]) => {
      if (x!.rank !== perm.length) throw new Error(`[${x!.shape.join(", ")}] does not have the ${perm.length} axes that are put in order`);
      if (perm.join() === "1,0" || perm.join() === "0,2,1") return turned(x!);
      return kernel(tf.Transpose, { x: x! }, { perm });
    };
  },
  broadcast: tidied((attrs) => {
    const shape = attrs.shape("shape");
    return ([x], extents) => broadcastTo(x!, shape(extents)).clone();
  }),
  turn_half: tidied((attrs) => {
    const axis = attrs.number("axis");
    return ([x]) => {
      if (isSmall(x!)) return turnHalf(x!, axis);
      const [first, second] = tf.split(x!, 2, axis);
      return tf.concat([tf.neg(second!), first!], axis);
    };
  }),
  flip: (attrs) => {
    const axis = attrs.number("axis");
    return ([x]) => {
      const count = x!.shape[axis]!;
      if (x!.dtype !== "float32" || !onHost()) return tf.reverse(x!, axis);
      const width = x!.shape.slice(axis + 1).reduce((n, size) => n * size, 1);
      return filled(x!.shape, [x!], (out, [data]) => {
        for (let to = 0; to < out.length; to += width) {
          const place = (to / width) % count;
          copyRow(data as Float32Array, to + (count - 1 - 2 * place) * width, out, to, width);
        }
      });
    };
  },
} satisfies Record<string, TensorMaker>;

export const productSteps = {
  matmul: () => ([a, b]) => multiply2d(a!, b!),
  matmul_per: tidied((attrs) => {
    const stacked = attrs.flag("stacked");
    return ([x, ...parts]) => {
      const weights = stacked ? unstack(parts[0]!) : parts;
      const made = unstack(tf.transpose(x!, [1, 0, 2])).map((rows, p) => multiply2d(rows, weights[p]!));
      return tf.stack(made, 1);
    };
  }),
  matmul_batched: tidied(() => ([a, b]) => multiplyBatched(a!, b!)),
  weight_gradient: tidied(() => ([a, b]) => {
    if (a!.rank === 2) return sumOfProducts(a!, b!);
    const [left, right] = [a!, b!].map((x) => unstack(tf.transpose(x, [1, 0, 2]))) as [Tensor[], Tensor[]];
    return tf.stack(left.map((x, p) => sumOfProducts(x, right[p]!)));
  }),
  scatter_add: (attrs) => {
    const rows = attrs.number("rows");
    return ([given, x]) => {
      const ids = clampedIds(given!, rows);
      const width = x!.size / Math.max(1, ids.length);
      return filled([rows, width], [x!], (out, [data]) => {
        out.fill(0);
        addRows(ids, data as Float32Array, out, width);
      });
    };
  },
  gather: tidied(() => ([table, ids]) => {
    const rows = table!.shape[0]!;
    const width = table!.size / rows;
    if (table!.dtype === "float32" && onHost()) {
      const inside = clampedIds(ids!, rows);
      return filled([inside.length, width], [table!], (out, [data]) => inside.forEach((id, row) => copyRow(data as Float32Array, id * width, out, row * width, width)));
    }
    const inside = tf.minimum(tf.maximum(ids!, tf.scalar(0, "int32")), tf.scalar(rows - 1, "int32"));
    return kernel(tf.GatherV2, { x: table!, indices: inside }, { axis: 0, batchDims: 0 });
  }),
} satisfies Record<string, TensorMaker>;

/** Σ_rows of a [rows, M] · b [rows, N]: the wider factor is transposed, since the other one is packed, which costs more a number. */
function sumOfProducts(a: Tensor, b: Tensor): Tensor {
  return a.shape[1]! >= b.shape[1]! ? multiply2d(turned(a), b) : turned(multiply2d(turned(b), a));
}

function turnHalf(x: Tensor, axis: number): Tensor {
  const data = x.dataSync<"float32">();
  const half = x.shape.slice(axis).reduce((n, size) => n * size, 1) / 2;
  const out = new Float32Array(x.size);
  for (let from = 0; from < out.length; from += 2 * half) {
    for (let i = from; i < from + half; i++) {
      out[i] = -data[i + half]!;
      out[i + half] = data[i]!;
    }
  }
  return fromHost(out, x.shape);
}

function addRows(ids: Int32Array, from: Float32Array, to: Float32Array, width: number): void {
  for (let row = 0, source = 0; row < ids.length; row++) {
    const start = ids[row]! * width;
    for (let i = start; i < start + width; i++, source++) to[i]! += from[source]!;
  }
}

/** Below some numbers a loop is faster than a call. */
function copyRow(from: Float32Array, source: number, to: Float32Array, place: number, width: number): void {
  if (width >= 32) to.set(from.subarray(source, source + width), place);
  else for (let i = 0; i < width; i++) to[place + i] = from[source + i]!;
}

/** The kernel itself trusts its shape. */
function checked(size: number, shape: number[]): number[] {
  if (shape.reduce((n, s) => n * s, 1) !== size) throw new Error(`${size} numbers do not fit [${shape.join(", ")}]`);
  return shape;
}
