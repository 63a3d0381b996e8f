/**
 * Float64 tensors with named axes, and the derivatives of what is computed from them: every operation notes how a cotangent goes
 * back through it, and `backward` walks those notes from the last to the first. Plain and slow; knows nothing of tokens.
 */
import type { Axis } from "../../src/model/model.js";

export interface Value {
  readonly axes: readonly Axis[];
  /** Row-major over the axes. */
  readonly data: Float64Array;
  /** The cotangent, as far as it is known. */
  readonly grad: Float64Array;
}

export class Tape {
  private readonly notes: (() => void)[] = [];
  private readonly knownPlaces = new Map<string, Int32Array>();

  value(axes: readonly Axis[], data: ArrayLike<number>): Value {
    const size = sizeOf(axes);
    if (data.length !== size) throw new Error(`${data.length} numbers for ${size} places`);
    return { axes, data: Float64Array.from(data), grad: new Float64Array(size) };
  }

  /** `of` has one number; its cotangent is 1. */
  backward(of: Value): void {
    of.grad[0] = 1;
    for (const note of this.notes.reverse()) note();
    this.notes.length = 0;
  }

  /** @param slope dy/dx from x and y */
  map(x: Value, f: (x: number) => number, slope: (x: number, y: number) => number): Value {
    const y = this.value(x.axes, x.data.map(f));
    this.notes.push(() => y.grad.forEach((g, i) => (x.grad[i]! += g * slope(x.data[i]!, y.data[i]!))));
    return y;
  }

  /** Broadcast by name. @param slopes dy/da and dy/db from a, b and y */
  combine(a: Value, b: Value, f: (a: number, b: number) => number, slopes: (a: number, b: number, y: number) => readonly [number, number]): Value {
    const axes = union(a.axes, b.axes);
    const [inA, inB] = [this.places(a.axes, axes), this.places(b.axes, axes)];
    const y = this.value(axes, Float64Array.from(inA, (i, n) => f(a.data[i]!, b.data[inB[n]!]!)));
    this.notes.push(() => {
      for (let n = 0; n < inA.length; n++) {
        const [i, j] = [inA[n]!, inB[n]!];
        const [byA, byB] = slopes(a.data[i]!, b.data[j]!, y.data[n]!);
        a.grad[i]! += y.grad[n]! * byA;
        b.grad[j]! += y.grad[n]! * byB;
      }
    });
    return y;
  }

  add(a: Value, b: Value): Value {
    return this.combine(a, b, (x, y) => x + y, () => [1, 1]);
  }

  subtract(a: Value, b: Value): Value {
    return this.combine(a, b, (x, y) => x - y, () => [1, -1]);
  }

  multiply(a: Value, b: Value): Value {
    return this.combine(a, b, (x, y) => x * y, (x, y) => [y, x]);
  }

  divide(a: Value, b: Value): Value {
    return this.combine(a, b, (x, y) => x / y, (_, y, quotient) => [1 / y, -quotient / y]);
  }

  /** Axes that `x` lacks are repeated. */
  broadcast(x: Value, axes: readonly Axis[]): Value {
    const from = this.places(x.axes, axes);
    const y = this.value(axes, Float64Array.from(from, (i) => x.data[i]!));
    this.notes.push(() => from.forEach((i, n) => (x.grad[i]! += y.grad[n]!)));
    return y;
  }

  sum(x: Value, over: readonly Axis[]): Value {
    const axes = without(x.axes, over);
    const to = this.places(axes, x.axes);
    const y = this.value(axes, new Float64Array(sizeOf(axes)));
    x.data.forEach((v, n) => (y.data[to[n]!]! += v));
    this.notes.push(() => to.forEach((i, n) => (x.grad[n]! += y.grad[i]!)));
    return y;
  }

  /** The cotangent goes to the first of equal ones. */
  max(x: Value, over: readonly Axis[]): Value {
    const axes = without(x.axes, over);
    const to = this.places(axes, x.axes);
    const y = this.value(axes, new Float64Array(sizeOf(axes)).fill(-Infinity));
    const first = new Int32Array(y.data.length);
    x.data.forEach((v, n) => {
      if (v <= y.data[to[n]!]!) return;
      y.data[to[n]!] = v;
      first[to[n]!] = n;
    });
    this.notes.push(() => first.forEach((n, i) => (x.grad[n]! += y.grad[i]!)));
    return y;
  }

  /** y[n] = signs[n] · x[from[n]] */
  pick(x: Value, axes: readonly Axis[], from: ArrayLike<number>, signs?: ArrayLike<number>): Value {
    const sign = (n: number): number => signs?.[n] ?? 1;
    const y = this.value(axes, Float64Array.from(from, (i, n) => sign(n) * x.data[i]!));
    this.notes.push(() => y.grad.forEach((g, n) => (x.grad[from[n]!]! += sign(n) * g)));
    return y;
  }

  /** One behind the other along a new first axis. */
  stack(parts: readonly Value[], name: string): Value {
    const { axes } = parts[0]!;
    const size = sizeOf(axes);
    const y = this.value([{ name, size: parts.length }, ...axes], parts.flatMap((p) => Array.from(p.data)));
    this.notes.push(() => parts.forEach((p, i) => p.grad.forEach((_, n) => (p.grad[n]! += y.grad[i * size + n]!))));
    return y;
  }

  /** Σ_inputs weight[per, outputs, inputs] · x[per, inputs]; the weight is [∏per · ∏outputs, ∏inputs]. */
  contract(x: Value, weight: Value, per: readonly Axis[], outputs: readonly Axis[], inputs: readonly Axis[]): Value {
    const [groups, rows, columns] = [sizeOf(per), sizeOf(outputs), sizeOf(inputs)];
    const from = this.places(x.axes, [...per, ...inputs]);
    const y = this.value([...per, ...outputs], new Float64Array(groups * rows));
    const each = (visit: (row: number, at: number, weightAt: number) => void): void => {
      for (let row = 0; row < groups * rows; row++) {
        const group = Math.floor(row / rows);
        for (let i = 0; i < columns; i++) visit(row, from[group * columns + i]!, row * columns + i);
      }
    };
    each((row, at, w) => (y.data[row]! += weight.data[w]! * x.data[at]!));
    this.notes.push(() => each((row, at, w) => {
      x.grad[at]! += y.grad[row]! * weight.data[w]!;
      weight.grad[w]! += y.grad[row]! * x.data[at]!;
    }));
    return y;
  }

  /** For each place of `to`, in row-major order, the place in `from` with the same entries; axes that `from` lacks do not matter. */
  private places(from: readonly Axis[], to: readonly Axis[]): Int32Array {
    const key = `${describe(from)} in ${describe(to)}`;
    let places = this.knownPlaces.get(key);
    if (!places) {
      places = new Int32Array(sizeOf(to));
      let repeat = places.length;
      let stride = sizeOf(from);
      const strides = new Map(from.map((a): [string, number] => [a.name, (stride /= a.size)]));
      for (const axis of to) {
        repeat /= axis.size;
        const step = strides.get(axis.name) ?? 0;
        for (let n = 0; n < places.length; n++) places[n]! += step * (Math.floor(n / repeat) % axis.size);
      }
      this.knownPlaces.set(key, places);
    }
    return places;
  }
}

export function sizeOf(axes: readonly Axis[]): number {
  return axes.reduce((n, a) => n * a.size, 1);
}

function describe(axes: readonly Axis[]): string {
  return axes.map((a) => `${a.name} ${a.size}`).join();
}

function union(a: readonly Axis[], b: readonly Axis[]): readonly Axis[] {
  return [...a, ...without(b, a)];
}

function without(axes: readonly Axis[], gone: readonly Axis[]): readonly Axis[] {
  return axes.filter((a) => !gone.some((g) => g.name === a.name));
}
