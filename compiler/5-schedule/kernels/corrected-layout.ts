/**
 * How a thread holds a line of a corrected state: all its places along the axes that some correction sums over, for what a correction reads of it goes back
 * to all of it with the next token. Neighbours go by fours, either four lines side by side or four places of one line, and a line lies, by its length,
 * in variables, in a thread's array or, where WGSL's private memory is too small, in a scratch value.
 */
import { bug } from "../../../src/base/assert.js";
import type { Dim, Node } from "../../../src/graph/graph.js";
import type { Reverse } from "../../../src/graph/ops.js";
import { staticCount } from "../../../src/kernel/view.js";
import type { CorrectionNodes } from "../../3-graph/recurrence-operands.js";
import { byFours, lastDim, layoutAlong } from "../vector.js";
import { writtenOut } from "./held.js";
import { finishVectors, type Epilogue } from "./types.js";

/** Floats in arrays of a thread: WGSL gives all variables of a function 8,192 bytes, which others need some of. */
const privateFloats = 1920;

/** What a line is walked with. */
export interface Corrected {
  readonly decay: Node | undefined;
  readonly terms: readonly { readonly key: Node; readonly value: Node }[];
  readonly corrections: readonly CorrectionNodes[];
  readonly reverse: Reverse | undefined;
}

/** What lines are cut from, and where they go. */
export interface Lines {
  /** Has the state's dims (and @chunk), as they lie in memory. */
  readonly state: Node;
  /** The state's axes along a line, and those of its other places. */
  readonly axes: readonly Dim[];
  readonly columns: readonly Dim[];
  /** What the kernel writes. */
  readonly result: Node;
  readonly epilogue: Epilogue | undefined;
}

export interface LineLayout {
  /** Four lines side by side along a column, four places of one line, or one element at a time. */
  readonly form: "lines" | "places" | "elements";
  /** The dim that goes by fours. */
  readonly fours: string | undefined;
  /** The axes along the line, and those of the other places: a thread each; that of `fours` counts fours. */
  readonly axes: readonly Dim[];
  readonly columns: readonly Dim[];
  /** Elements of a line, or vectors. */
  readonly count: number;
  /** Axes of the line that each correction leaves: what it reads has them. */
  readonly left: readonly (readonly Dim[])[];
  /** How much is read that is no sum over the whole line. */
  readonly leftCount: number;
  readonly holds: "variables" | "array" | "buffer";
}

export function lineLayout({ state, axes, columns, result, epilogue }: Lines, { decay, terms, corrections }: Corrected): LineLayout {
  const operands = [...(decay ? [decay] : []), ...terms.flatMap((t) => [t.key, t.value]), ...corrections.flatMap((c) => [c.writer, c.reader])];
  const byFour = (dim: Dim | undefined): dim is Dim => dim !== undefined && Number(dim.size) % 4 === 0 && operands.every((n) => layoutAlong(n, dim.name) !== "apart");
  const left = corrections.map((c) => axes.filter((d) => !c.over.includes(d.name)));
  const leftCount = left.reduce((sum, dims) => sum + leftOf(dims), 0);
  const length = staticCount(axes) ?? bug("a line of symbolic size");
  const held = length + leftCount;
  const [side, along] = [lastDim(columns), lastDim(axes)];
  const sides = byFour(side) && layoutAlong(state, side.name) === "vector" && finishVectors(result, epilogue, side.name) !== undefined;
  const alongs = byFour(along) && left.every(isWhole);
  const form = sides && held <= writtenOut ? "lines"
    : alongs && length <= 4 * writtenOut ? "places"
    : sides && 4 * held <= privateFloats ? "lines"
    : alongs ? "places" : "elements";
  const count = form === "places" ? length / 4 : length;
  return {
    form, count, left, leftCount,
    fours: form === "lines" ? side?.name : form === "places" ? along?.name : undefined,
    axes: form === "places" ? byFours(axes) : axes,
    columns: form === "lines" ? byFours(columns) : columns,
    holds: count + leftCount <= writtenOut ? "variables" : (form === "lines" ? 4 : 1) * held <= privateFloats ? "array" : "buffer",
  };
}

/** Whether a correction that leaves these axes of the line sums over all of it. */
export function isWhole(left: readonly Dim[]): boolean {
  return left.length === 0;
}

/** Places of what a correction reads that leaves these axes; one sum needs none. */
export function leftOf(left: readonly Dim[]): number {
  return isWhole(left) ? 0 : staticCount(left)!;
}
