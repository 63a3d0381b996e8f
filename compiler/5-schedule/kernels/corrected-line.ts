/**
 * Writes what a thread does with a line of a corrected state, which it holds (see `corrected-layout.ts`) while it walks tokens: filling it, a token's
 * step, storing it and what corrections have read of it.
 */
import { bug } from "../../../src/base/assert.js";
import { tokenDim, type Dim, type Node } from "../../../src/graph/graph.js";
import { add, component, div, f, fma, mul, u, vec4 } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { coordinatesOf, indexIn, type Coordinates } from "../../../src/kernel/view.js";
import type { KernelWriter } from "../../../src/kernel/writer.js";
import { lastDim, layoutAlong, readVector, zeros } from "../vector.js";
import { isWhole, leftOf, lineLayout, type Corrected, type LineLayout, type Lines } from "./corrected-layout.js";
import { elementAt, merge, namePlaces, withPlace, type Places } from "./elements.js";
import { heldInArray, heldInMemory, heldInVariables, placeDim, writtenPlace, type Held } from "./held.js";
import { scratch } from "./scratch.js";
import { finish, finishAlong } from "./types.js";

/** What a thread has at hand while it walks: the line, and room for what those corrections read that do not sum over all of it. */
export interface Thread {
  readonly at: Coordinates;
  readonly line: Held;
  readonly read: Held | undefined;
}

/** What each correction read at a token, at a place of the line: of the axes that it does not sum over. */
type Read = (correction: number, place: Coordinates) => KernelExpr;

export class CorrectedLine {
  private readonly layout: LineLayout;
  private readonly written: boolean;
  readonly zero: KernelExpr;

  constructor(private readonly w: KernelWriter, private readonly lines: Lines, private readonly of: Corrected) {
    this.layout = lineLayout(lines, of);
    this.written = this.layout.holds === "variables";
    this.zero = this.fours === undefined ? f(0) : zeros;
  }

  /** The places beside the line's own, a thread each. */
  get columns(): readonly Dim[] {
    return this.layout.columns;
  }

  /** The dim that goes by fours. */
  get fours(): string | undefined {
    return this.layout.fours;
  }

  /** Memory for a thread. */
  thread(at: Coordinates, threads: readonly Dim[]): Thread {
    const { count, leftCount } = this.layout;
    return { at, line: this.hold("state", count, at, threads), read: leftCount > 0 ? this.hold("read", leftCount, at, threads) : undefined };
  }

  /** Sets the line to `value` at each place. */
  fill({ at, line }: Thread, value: (at: Coordinates) => KernelExpr): void {
    this.each((j, place) => line.set(j, value(merge(at, place))));
  }

  /** An element of the state, or four. */
  read(node: Node, at: Coordinates): KernelExpr {
    const { w, fours } = this;
    if (fours === undefined) return w.read(node, at);
    if (layoutAlong(node, fours) !== "apart") return readVector(w, node, at, fours);
    return vec4(...[0, 1, 2, 3].map((i) => w.read(node, withPlace(at, fours, elementAt(at, fours, i)))));
  }

  /** Stores the line as the result's elements at `at`. */
  store({ line }: Thread, at: Coordinates): void {
    this.each((j, place) => this.write(line.get(j), merge(at, place)));
  }

  /** One token: what the corrections read, which `done` gets, then the state that the next token starts from. */
  step(thread: Thread, t: KernelExpr, done?: (at: Coordinates, read: Read) => void): void {
    const { w, of, layout: { form, left } } = this;
    const { line } = thread;
    const at = withPlace(thread.at, tokenDim, t);
    const operand = this.operandsAt(at);
    const early = of.reverse ? of.terms.slice(0, of.terms.length - of.reverse.late) : [];
    const late = of.terms.slice(early.length);
    const plus = (state: KernelExpr, place: Places, terms: typeof late): KernelExpr => terms.reduce((sum, { key, value }) => fma(operand(key, place), operand(value, place), sum), state);
    const held = (): Held => thread.read ?? bug("no room for what is read");
    const placeIn = (i: number, place: Coordinates): KernelExpr => add(u(this.firstOf(i)), indexIn(left[i]!, place));
    const sums = left.map((dims) => (isWhole(dims) ? w.var_("sum", this.zero) : undefined));
    left.forEach((dims, i) => {
      if (!isWhole(dims)) this.eachLeft(i, (place) => held().set(placeIn(i, place), this.zero));
    });
    this.each((j, place) => {
      const seen = w.let_("seen", plus(line.get(j), place, early));
      if (early.length > 0) line.set(j, seen);
      of.corrections.forEach(({ reader }, i) => {
        const sum = sums[i];
        if (sum) return w.assign(sum, fma(operand(reader, place), seen, sum));
        const index = w.let_("index", placeIn(i, place));
        held().set(index, fma(operand(reader, place), seen, held().get(index)));
      });
    });
    const whole = sums.map((sum) => sum && (form === "places" ? w.let_("read", vec4([0, 1, 2, 3].map((k) => component(sum, k)).reduce((a, b) => add(a, b)))) : sum));
    const read: Read = (i, place) => whole[i] ?? held().get(placeIn(i, place));
    done?.(at, read);
    this.each((j, place) => {
      const state = line.get(j);
      const decayed = of.decay ? mul(operand(of.decay, place), state) : state;
      const corrected = of.corrections.reduce((sum, { writer }, i) => fma(operand(writer, place), read(i, place), sum), decayed);
      line.set(j, plus(corrected, place, late));
    });
  }

  /** Stores what correction `i` read at a token as the result's elements. */
  storeRead(i: number, at: Coordinates, read: Read): void {
    this.eachLeft(i, (place) => {
      const value = read(i, place);
      // A sum over the line's fours is in all four alike.
      if (this.layout.form === "places") finish(this.w, this.lines.result, this.lines.epilogue, component(value, 0), at);
      else this.write(value, merge(at, place));
    });
  }

  /** Where the part of correction `i` begins in what is read. */
  private firstOf(i: number): number {
    return this.layout.left.slice(0, i).reduce((sum, dims) => sum + leftOf(dims), 0);
  }

  private hold(hint: "state" | "read", count: number, at: Coordinates, threads: readonly Dim[]): Held {
    const { w, zero, fours, layout } = this;
    if (layout.holds === "variables") return heldInVariables(w, hint, count, zero);
    const type = fours === undefined ? "f32" : "vec4f";
    if (layout.holds === "array") return heldInArray(w, hint, count, type);
    const dims = [...threads, { name: placeDim, size: fours === undefined ? count : 4 * count }];
    return heldInMemory(w, scratch(this.lines.result, hint === "state" ? 0 : 1, "f32", dims), at, type);
  }

  private write(value: KernelExpr, at: Coordinates): void {
    finishAlong(this.w, this.lines.result, this.lines.epilogue, this.fours, value, at);
  }

  private each(body: (j: KernelExpr, place: Places) => void): void {
    const { w, layout: { axes, count } } = this;
    if (this.written) for (let j = 0; j < count; j++) body(u(j), coordinatesOf(axes, u(j)));
    else w.for_("j", u(0), u(count), (j) => body(j, axes.length > 1 ? namePlaces(w, coordinatesOf(axes, j)) : coordinatesOf(axes, j)));
  }

  private eachLeft(i: number, body: (place: Places) => void): void {
    const dims = this.layout.left[i]!;
    const count = isWhole(dims) ? 1 : leftOf(dims);
    if (this.written) for (let j = 0; j < count; j++) body(coordinatesOf(dims, u(j)));
    else this.w.for_("j", u(0), u(count), (j) => body(coordinatesOf(dims, j)));
  }

  /** Reads a token's operands: what is the same all along the line now, and, where the line is written out, each element once, by fours where they lie so. */
  private operandsAt(at: Coordinates): (node: Node, place: Coordinates) => KernelExpr {
    const { w, lines: { axes }, layout: { form } } = this;
    const known = new Map<string, KernelExpr>();
    const depth = w.depth;
    const once = (key: string, value: () => KernelExpr): KernelExpr => {
      const found = known.get(key);
      if (found) return found;
      let made: KernelExpr | undefined;
      w.at(depth, () => { made = w.let_("read", value()); });
      known.set(key, made!);
      return made!;
    };
    const last = lastDim(axes);
    return (node, place) => {
      const own = axes.filter((d) => d.size !== 1 && node.dims.some((n) => n.name === d.name));
      if (own.length === 0) return once(`${node.id}`, () => this.read(node, at));
      if (!this.written) return this.read(node, merge(at, place));
      const here = own.map((d) => writtenPlace(place.get(d.name)!));
      const four = form !== "places" && last && own.at(-1) === last && layoutAlong(node, last.name) === "vector" && (form === "elements" || layoutAlong(node, this.fours!) === "same");
      if (!four) return once(`${node.id} ${here.join(" ")}`, () => this.read(node, merge(at, place)));
      const [before, j] = [here.slice(0, -1), here.at(-1)!];
      const block = withPlace(merge(at, place), last.name, div(u(j), u(4)));
      const value = component(once(`${node.id} ${before.join(" ")} block ${Math.floor(j / 4)}`, () => readVector(w, node, block, last.name)), j % 4);
      return form === "elements" ? value : vec4(value);
    };
  }
}
