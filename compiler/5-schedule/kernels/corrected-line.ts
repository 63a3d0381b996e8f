/**
 * A line of a corrected state, which a thread holds and walks: all its places along the axes that some correction sums over, for what a correction
 * reads of it goes back to all of it with the next token. Where it is held is chosen by its length: variables, a thread's array, or, where WGSL's
 * private memory is too small, a scratch value. Neighbours go by fours, either four lines side by side or four places of one line.
 */
import { bug } from "../../../src/base/assert.js";
import { tokenDim, type Dim, type Node } from "../../../src/graph/graph.js";
import type { Reverse } from "../../../src/graph/ops.js";
import { add, component, constantValue, div, f, fma, mul, u, vec4 } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { coordinatesOf, indexIn, staticCount, type Coordinates } from "../../../src/kernel/view.js";
import type { KernelWriter } from "../../../src/kernel/writer.js";
import type { CorrectionNodes } from "../../3-graph/recurrence-operands.js";
import { byFours, lastDim, layoutAlong, readVector, zeros } from "../vector.js";
import { merge, namePlaces, withPlace, type Places } from "./elements.js";
import { scratch } from "./scratch.js";
import { finish, finishVectors, type Epilogue } from "./types.js";

/** Elements or vectors that are written out one by one, so that they are registers: 128 floats at most. */
const writtenOut = 32;
/** Floats in arrays of a thread: WGSL gives all variables of a function 8,192 bytes, which others need some of. */
const privateFloats = 1920;

/** What a line is walked with. */
export interface Corrected {
  readonly decay: Node | undefined;
  readonly terms: readonly { readonly key: Node; readonly value: Node }[];
  readonly corrections: readonly CorrectionNodes[];
  readonly reverse: Reverse | undefined;
}

/** Values by their place, from 0. */
interface Held {
  get(j: KernelExpr): KernelExpr;
  set(j: KernelExpr, value: KernelExpr): void;
}

/** What a thread has at hand while it walks: the line, and room for what those corrections read that do not sum over all of it. */
export interface Thread {
  readonly at: Coordinates;
  readonly line: Held;
  readonly read: Held | undefined;
}

/** What each correction read at a token, at a place of the line: of the axes that it does not sum over. */
type Read = (correction: number, place: Coordinates) => KernelExpr;

/** Four lines side by side along a column, four places of one line, or one element at a time. */
type Form = "lines" | "places" | "elements";

export class CorrectedLine {
  /** The axes along the line, and those of the other places: a thread each (or each four). */
  readonly axes: readonly Dim[];
  readonly columns: readonly Dim[];
  private readonly form: Form;
  /** The dim that goes by fours. */
  private readonly fours: string | undefined;
  private readonly inner: readonly Dim[];
  private readonly count: number;
  private readonly written: boolean;
  /** Axes of the line that each correction leaves: what it reads has them. */
  private readonly left: readonly (readonly Dim[])[];
  private readonly zero: KernelExpr;

  /** `state` has the state's dims (and @chunk), as they lie in memory; `result` is what the kernel writes. */
  constructor(
    private readonly w: KernelWriter, state: Node, axes: readonly Dim[], columns: readonly Dim[], private readonly of: Corrected,
    private readonly result: Node, private readonly epilogue: Epilogue | undefined,
  ) {
    this.axes = axes;
    const operands = [...(of.decay ? [of.decay] : []), ...of.terms.flatMap((t) => [t.key, t.value]), ...of.corrections.flatMap((c) => [c.writer, c.reader])];
    const byFour = (dim: Dim | undefined): boolean => dim !== undefined && Number(dim.size) % 4 === 0 && operands.every((n) => layoutAlong(n, dim.name) !== "apart");
    const [side, along] = [lastDim(columns), lastDim(axes)];
    this.left = of.corrections.map((c) => axes.filter((d) => !c.over.includes(d.name)));
    const whole = this.left.every((dims) => dims.length === 0);
    const length = staticCount(axes) ?? bug("a line of symbolic size");
    const sides = byFour(side) && layoutAlong(state, side!.name) === "vector" && finishVectors(result, epilogue, side!.name) !== undefined;
    const alongs = byFour(along) && whole;
    const floats = (vectors: boolean): number => this.held(length, vectors);
    this.form = sides && floats(true) <= 4 * writtenOut ? "lines"
      : alongs && length <= 4 * writtenOut ? "places"
      : sides && floats(true) <= privateFloats ? "lines"
      : alongs ? "places" : "elements";
    this.fours = this.form === "lines" ? side!.name : this.form === "places" ? along!.name : undefined;
    this.columns = this.form === "lines" ? byFours(columns) : columns;
    this.inner = this.form === "places" ? byFours(axes) : axes;
    this.count = this.form === "places" ? length / 4 : length;
    this.written = this.count + this.leftCount <= writtenOut;
    this.zero = this.form === "elements" ? f(0) : zeros;
  }

  /** Memory for a thread; what a scratch value holds, where one is needed, is numbered from `which` among those of the kernel's node. */
  thread(at: Coordinates, threads: readonly Dim[]): Thread {
    const fits = this.held(staticCount(this.axes)!, this.form === "lines") <= privateFloats;
    const hold = (hint: string, count: number, written: boolean, which: number): Held => {
      if (written) return variables(this.w, hint, count, this.zero);
      return fits ? privateArray(this.w, hint, count, this.zero) : stored(this.w, scratch(this.result, which, "f32", [...threads, { name: "@place", size: this.zero.type === "f32" ? count : 4 * count }]), at, this.zero.type === "vec4f");
    };
    return { at, line: hold("state", this.count, this.written, 0), read: this.leftCount > 0 ? hold("read", this.leftCount, this.written, 1) : undefined };
  }

  /** Sets the line to `value` at each place. */
  fill({ at, line }: Thread, value: (at: Coordinates) => KernelExpr): void {
    this.each((j, place) => line.set(j, value(merge(at, place))));
  }

  get nothing(): KernelExpr {
    return this.zero;
  }

  /** `dim`'s coordinate in elements, of the `i`-th of four where it goes by fours. */
  element(at: Coordinates, dim: string, i: number): KernelExpr {
    const place = at.get(dim) ?? bug(`no place along ${dim}`);
    return dim === this.fours ? add(mul(place, u(4)), u(i)) : place;
  }

  /** How many neighbours go together. */
  get width(): 1 | 4 {
    return this.form === "elements" ? 1 : 4;
  }

  /** An element of the state, or four. */
  read(node: Node, at: Coordinates): KernelExpr {
    const { w, fours } = this;
    if (fours === undefined) return w.read(node, at);
    if (layoutAlong(node, fours) !== "apart") return readVector(w, node, at, fours);
    return vec4(...[0, 1, 2, 3].map((i) => w.read(node, withPlace(at, fours, this.element(at, fours, i)))));
  }

  /** Stores the line as the result's elements at `at`. */
  store({ line }: Thread, at: Coordinates): void {
    this.each((j, place) => this.write(line.get(j), merge(at, place)));
  }

  /** One token: what the corrections read, which `done` gets, then the state that the next token starts from. */
  step(thread: Thread, t: KernelExpr, done?: (at: Coordinates, read: Read) => void): void {
    const { w, of } = this;
    const { line } = thread;
    const at = withPlace(thread.at, tokenDim, t);
    const operand = this.operandsAt(at);
    const early = of.reverse ? of.terms.slice(0, of.terms.length - of.reverse.late) : [];
    const late = of.terms.slice(early.length);
    const plus = (state: KernelExpr, place: Places, terms: typeof late): KernelExpr => terms.reduce((sum, { key, value }) => fma(operand(key, place), operand(value, place), sum), state);
    const held = (): Held => thread.read ?? bug("no room for what is read");
    const placeIn = (i: number, place: Coordinates): KernelExpr => add(u(this.firstOf(i)), indexIn(this.left[i]!, place));
    const sums = of.corrections.map((_, i) => (this.whole(i) ? w.var_("sum", this.zero) : undefined));
    of.corrections.forEach((_, i) => {
      if (!this.whole(i)) this.eachLeft(i, (place) => held().set(placeIn(i, place), this.zero));
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
    const whole = sums.map((sum) => sum && (this.form === "places" ? w.let_("read", vec4([0, 1, 2, 3].map((k) => component(sum, k)).reduce((a, b) => add(a, b)))) : sum));
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
      if (this.form === "places") finish(this.w, this.result, this.epilogue, component(value, 0), at);
      else this.write(value, merge(at, place));
    });
  }

  private whole(i: number): boolean {
    return this.left[i]!.length === 0;
  }

  /** How much is read that is no sum over the whole line, and where the part of correction `i` begins. */
  private get leftCount(): number {
    return this.firstOf(this.left.length);
  }

  private firstOf(i: number): number {
    return this.left.slice(0, i).reduce((sum, dims) => sum + (dims.length === 0 ? 0 : staticCount(dims)!), 0);
  }

  /** Floats of a line of `length` and of what is read of it. */
  private held(length: number, vectors: boolean): number {
    return (length + this.leftCount) * (vectors ? 4 : 1);
  }

  private write(value: KernelExpr, at: Coordinates): void {
    const { w, result, epilogue, fours } = this;
    if (fours === undefined) return finish(w, result, epilogue, value, at);
    const vectors = finishVectors(result, epilogue, fours);
    if (vectors) return vectors(w, value, at);
    const four = w.let_("four", value);
    for (const i of [0, 1, 2, 3]) finish(w, result, epilogue, component(four, i), withPlace(at, fours, this.element(at, fours, i)));
  }

  private each(body: (j: KernelExpr, place: Places) => void): void {
    const { w, inner, count } = this;
    if (this.written) for (let j = 0; j < count; j++) body(u(j), coordinatesOf(inner, u(j)));
    else w.for_("j", u(0), u(count), (j) => body(j, inner.length > 1 ? namePlaces(w, coordinatesOf(inner, j)) : coordinatesOf(inner, j)));
  }

  private eachLeft(i: number, body: (place: Places) => void): void {
    const [dims, count] = [this.left[i]!, staticCount(this.left[i]!)!];
    if (this.written) for (let j = 0; j < count; j++) body(coordinatesOf(dims, u(j)));
    else this.w.for_("j", u(0), u(count), (j) => body(coordinatesOf(dims, j)));
  }

  /** Reads a token's operands: what is the same all along the line now, and, where the line is written out, each element once, by fours where they lie so. */
  private operandsAt(at: Coordinates): (node: Node, place: Coordinates) => KernelExpr {
    const { w, axes, form } = this;
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
      const here = own.map((d) => constantValue(place.get(d.name)!) ?? bug("a place that is not written out"));
      const four = form !== "places" && last && own.at(-1) === last && layoutAlong(node, last.name) === "vector" && (form === "elements" || layoutAlong(node, this.fours!) === "same");
      if (!four) return once(`${node.id} ${here.join(" ")}`, () => this.read(node, merge(at, place)));
      const [before, j] = [here.slice(0, -1), here.at(-1)!];
      const block = withPlace(merge(at, place), last.name, div(u(j), u(4)));
      const value = component(once(`${node.id} ${before.join(" ")} block ${Math.floor(j / 4)}`, () => readVector(w, node, block, last.name)), j % 4);
      return form === "elements" ? value : vec4(value);
    };
  }
}

function variables(w: KernelWriter, hint: string, count: number, zero: KernelExpr): Held {
  const held = Array.from({ length: count }, () => w.var_(hint, zero));
  const at = (j: KernelExpr): KernelExpr => held[constantValue(j) ?? bug("a place that is not written out")]!;
  return { get: at, set: (j, value) => w.assign(at(j), value) };
}

function privateArray(w: KernelWriter, hint: string, count: number, zero: KernelExpr): Held {
  const array = w.array(hint, zero.type, count, "thread");
  return { get: (j) => w.loadArray(array, j), set: (j, value) => w.storeArray(array, j, value) };
}

/** In a value that has a line for each thread. */
function stored(w: KernelWriter, node: Node, at: Coordinates, vector: boolean): Held {
  const binding = w.operand(node, "read_write", { name: "held", vector });
  const dims = vector ? byFours(node.dims) : node.dims;
  const first = w.let_("first", indexIn(dims, withPlace(at, "@place", u(0))));
  return { get: (j) => w.load(binding, add(first, j)), set: (j, value) => w.store(binding, add(first, j), value) };
}
