/**
 * Compares tensors and says how near they are. A failure shows the shape, the first mismatches with their places, the
 * largest difference and how much of the tolerance it uses.
 */
import { elements, type Tensor } from "./tensors.js";

export interface CloseOptions {
  /** `max`: the tolerance is times the reference's largest magnitude. `element`: times each element's own. `absolute`: as it stands. */
  readonly relativeTo?: "max" | "element" | "absolute";
  /** Elements to leave out, by their row-major place: those that are undefined by the op's words. */
  readonly skip?: (index: number) => boolean;
}

export interface Closeness {
  readonly maxDifference: number;
  /** 100 = just inside. */
  readonly percentOfTolerance: number;
}

const shownMismatches = 5;

/** Throws unless every element of `got` is within the tolerance of `reference`. NaN and infinities must be equal. */
export function expectClose(name: string, reference: Tensor, got: Tensor, tolerance: number, options: CloseOptions = {}): Closeness {
  const relativeTo = options.relativeTo ?? "max";
  const size = elements(reference.shape);
  if (reference.shape.join() !== got.shape.join()) {
    throw new Error(`${name}: shape [${got.shape.join(", ")}], expected [${reference.shape.join(", ")}]`);
  }
  if (got.data.length !== size) throw new Error(`${name}: ${got.data.length} numbers, expected ${size}`);
  let largest = 0;
  for (let i = 0; i < size; i++) {
    const magnitude = Math.abs(reference.data[i]!);
    if (!options.skip?.(i) && Number.isFinite(magnitude)) largest = Math.max(largest, magnitude);
  }
  const mismatches: string[] = [];
  let [wrong, maxDifference, worst] = [0, 0, 0];
  for (let i = 0; i < size; i++) {
    if (options.skip?.(i)) continue;
    const [want, is] = [reference.data[i]!, got.data[i]!];
    const unit = relativeTo === "max" ? largest : relativeTo === "element" ? Math.abs(want) : 1;
    // A reference of zeros, or of what float64 has rounded off, leaves no scale: then the tolerance is absolute.
    const allowed = tolerance * (unit < 1e-15 ? 1 : unit);
    const difference = Object.is(want, is) || want === is || (Number.isNaN(want) && Number.isNaN(is)) ? 0 : Math.abs(want - is);
    const share = difference === 0 ? 0 : difference / allowed;
    if (!(share <= 1)) {
      wrong++;
      if (mismatches.length < shownMismatches) mismatches.push(`  ${place(i, reference.shape)}: ${is}, expected ${want}`);
    }
    maxDifference = Number.isNaN(difference) ? NaN : Math.max(maxDifference, difference);
    worst = Number.isNaN(share) ? NaN : Math.max(worst, share);
  }
  const percentOfTolerance = worst * 100;
  if (wrong > 0) {
    const summary = `max difference ${maxDifference.toPrecision(3)}, ${percentOfTolerance.toPrecision(3)} % of tolerance ${tolerance} (relative to ${relativeTo}, largest ${largest.toPrecision(3)})`;
    throw new Error(`${name} [${reference.shape.join(", ")}]: ${wrong} of ${size} differ; ${summary}\n${mismatches.join("\n")}`);
  }
  return { maxDifference, percentOfTolerance };
}

/** `[0, 3, 12]`. */
function place(index: number, shape: readonly number[]): string {
  const at: number[] = [];
  for (let i = shape.length - 1; i >= 0; i--) {
    at.unshift(index % shape[i]!);
    index = Math.floor(index / shape[i]!);
  }
  return `[${at.join(", ")}]`;
}
