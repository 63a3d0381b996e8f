/** Inverses of I - M, where M is strictly lower triangular: by forward substitution, large ones in halves whose products are of matrices. */
import { multiplyNumbers } from "./host.js";

/** Up to this size a loop is faster than halves and two products. */
const smallest = 64;

/** (I - M)^-1 of M [size, size], row-major; what stands on and above the diagonal of M is not looked at. */
export function invertUnitLower(M: Float32Array, size: number): Float32Array {
  const inverse = new Float32Array(size * size);
  invertBlock(M, size, 0, size, inverse);
  return inverse;
}

function invertBlock(M: Float32Array, pitch: number, from: number, to: number, inverse: Float32Array): void {
  if (to - from <= smallest) return substitute(M, pitch, from, to, inverse);
  const middle = from + ((to - from) >> 1);
  invertBlock(M, pitch, from, middle, inverse);
  invertBlock(M, pitch, middle, to, inverse);
  // Of [I - A, 0; -C, I - D] the lower left is (I - D)^-1 · C · (I - A)^-1: only sums of products, as in the substitution itself.
  const [above, below] = [middle - from, to - middle];
  const product = new Float32Array(below * above);
  const [C, first] = [block(M, pitch, middle, from, below, above), block(inverse, pitch, from, from, above, above)];
  multiplyNumbers(C, first, { count: 1, M: below, K: above, N: above }, (made) => product.set(made));
  multiplyNumbers(block(inverse, pitch, middle, middle, below, below), product, { count: 1, M: below, K: below, N: above }, (made) => {
    for (let row = 0; row < below; row++) inverse.set(made.subarray(row * above, (row + 1) * above), (middle + row) * pitch + from);
  });
}

/** Row r of the inverse is row r of I and Σ_{s < r} M[r, s] times row s of the inverse. */
function substitute(M: Float32Array, pitch: number, from: number, to: number, inverse: Float32Array): void {
  for (let r = from; r < to; r++) {
    const row = r * pitch;
    for (let s = from; s < r; s++) {
      const factor = M[row + s]!;
      if (factor === 0) continue;
      const other = s * pitch;
      for (let column = from; column <= s; column++) inverse[row + column]! += factor * inverse[other + column]!;
    }
    inverse[row + r] = 1;
  }
}

function block(from: Float32Array, pitch: number, row: number, column: number, rows: number, columns: number): Float32Array {
  const to = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) to.set(from.subarray((row + r) * pitch + column, (row + r) * pitch + column + columns), r * columns);
  return to;
}
