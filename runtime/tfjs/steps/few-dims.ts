/**
 * Two shapes that broadcast, with neighbouring axes that both sides stretch alike made one, and axes of 1 left out: XNNPACK takes six axes
 * at most, and with more it only writes a line to stderr and leaves the result as it found it.
 */
export const mostDims = 6;

export interface FewDims {
  readonly left: number[];
  readonly right: number[];
  /** The result's shape, as it is with all axes. */
  readonly result: number[];
}

export function fewDims(a: readonly number[], b: readonly number[]): FewDims {
  const rank = Math.max(a.length, b.length);
  const [wide, other] = [padded(a, rank), padded(b, rank)];
  const [left, right]: [number[], number[]] = [[], []];
  let before: string | undefined;
  for (const [i, m] of wide.entries()) {
    const n = other[i]!;
    if (m === 1 && n === 1) continue;
    const kind = m === n ? "both" : m === 1 ? "right" : "left";
    if (kind === before) {
      left.push(left.pop()! * m);
      right.push(right.pop()! * n);
    } else {
      left.push(m);
      right.push(n);
    }
    before = kind;
  }
  return { left, right, result: wide.map((m, i) => Math.max(m, other[i]!)) };
}

function padded(shape: readonly number[], rank: number): number[] {
  return [...new Array<number>(rank - shape.length).fill(1), ...shape];
}
