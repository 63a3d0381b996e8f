/**
 * Recurrences with corrections, token by token: right for any decay and any axes. A row of the batch is walked from chunk to chunk in loops over the
 * state where it lies, since a kernel a token and factor costs more than all of them.
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Operands, Reverse, Walked } from "./chunks.js";
import { numbersOf, stridesOf, volume } from "./host.js";

interface Frame extends Walked {
  readonly chunk: number;
  /** Of the state's axes. */
  readonly sizes: readonly number[];
  readonly overs: readonly (readonly number[])[];
  /** Whether what is given is the state before each chunk. */
  readonly bounded: boolean;
}

/** Numbers seen along the state's axes, all but the last of them taken as rows; those of a token begin at a place of its own. */
interface View {
  readonly data: Float32Array;
  /** Where each row begins. */
  readonly rows: Int32Array;
  /** Along the last axis: 0 where one number stands for all of it. */
  readonly inner: 0 | 1;
  placeOf(b: number, t: number): number;
}

export class StepWalk {
  private readonly size: number;
  private readonly all: Float32Array;
  private readonly state: View;
  private readonly decay: View | undefined;
  private readonly terms: readonly (readonly [View, View])[];
  private readonly corrections: readonly { readonly writer: View; readonly reader: View; readonly read: View }[];

  constructor(private readonly operands: Operands, private readonly frame: Frame, private readonly reverse: Reverse | undefined) {
    const { B, T, N, sizes, overs } = frame;
    this.size = volume(sizes);
    const shapes = overs.map((over) => sizes.map((size, i) => (over.includes(i) ? 1 : size)));
    this.all = new Float32Array(B * N * this.size + B * T * shapes.reduce((sum, shape) => sum + volume(shape), 0));
    this.state = viewOf(new Float32Array(this.size), [1, 1, ...sizes], sizes);
    const operand = (x: Tensor): View => viewOf(numbersOf(x), x.shape, sizes);
    this.decay = operands.decay && operand(operands.decay);
    this.terms = operands.terms.map(({ key, value }) => [operand(key), operand(value)] as const);
    let from = B * N * this.size;
    this.corrections = operands.corrections.map(({ writer, reader }, i) => {
      const read = viewOf(this.all, [B, T, ...shapes[i]!], sizes, from);
      from += B * T * volume(shapes[i]!);
      return { writer: operand(writer), reader: operand(reader), read };
    });
  }

  run(): Float32Array {
    const { B, T, N, chunk, sizes, bounded } = this.frame;
    const { first } = this.operands;
    const given = first && viewOf(numbersOf(first), bounded ? first.shape : [first.shape[0]!, 1, ...first.shape.slice(1)], sizes);
    for (let b = 0; b < B; b++) {
      this.state.data.fill(0);
      for (let i = 0; i < N; i++) {
        const n = this.reverse ? N - 1 - i : i;
        if (given && (i === 0 || bounded)) copy(this.state, given, given.placeOf(b, bounded ? n : 0), sizes.at(-1) ?? 1);
        this.all.set(this.state.data, (b * N + n) * this.size);
        const [from, to] = [n * chunk, Math.min((n + 1) * chunk, T)];
        if (this.reverse) for (let t = to - 1; t >= from; t--) this.step(b, t);
        else for (let t = from; t < to; t++) this.step(b, t);
      }
    }
    return this.all;
  }

  private step(b: number, t: number): void {
    const { state, decay, terms, corrections, frame: { sizes } } = this;
    const inner = sizes.at(-1) ?? 1;
    // All terms of a forward recurrence come behind the decay, and a correction reads what they have not reached.
    const early = this.reverse ? terms.length - this.reverse.late : 0;
    for (let i = 0; i < early; i++) this.add(terms[i]![0], terms[i]![1], b, t, inner);
    for (const { reader, read } of corrections) addProducts(read, read.placeOf(b, t), reader, reader.placeOf(b, t), state, 0, inner);
    if (decay) scale(state, decay, decay.placeOf(b, t), inner);
    for (let i = early; i < terms.length; i++) this.add(terms[i]![0], terms[i]![1], b, t, inner);
    for (const { writer, read } of corrections) this.add(writer, read, b, t, inner);
  }

  private add(x: View, y: View, b: number, t: number, inner: number): void {
    addProducts(this.state, 0, x, x.placeOf(b, t), y, y.placeOf(b, t), inner);
  }
}

/** to += x · y for every number of the state; where `to` lacks an axis the products are summed along it. */
function addProducts(to: View, toPlace: number, x: View, xPlace: number, y: View, yPlace: number, inner: number): void {
  const [sums, left, right] = [to.data, x.data, y.data];
  for (let row = 0; row < to.rows.length; row++) {
    const [at, from, other] = [toPlace + to.rows[row]!, xPlace + x.rows[row]!, yPlace + y.rows[row]!];
    if (to.inner === 0) {
      let sum = 0;
      for (let i = 0; i < inner; i++) sum += left[from + i * x.inner]! * right[other + i * y.inner]!;
      sums[at]! += sum;
    } else if (x.inner === 0 && y.inner === 1) {
      const factor = left[from]!;
      for (let i = 0; i < inner; i++) sums[at + i]! += factor * right[other + i]!;
    } else {
      for (let i = 0; i < inner; i++) sums[at + i]! += left[from + i * x.inner]! * right[other + i * y.inner]!;
    }
  }
}

function scale(state: View, by: View, place: number, inner: number): void {
  const [numbers, factors] = [state.data, by.data];
  for (let row = 0; row < state.rows.length; row++) {
    const [at, from] = [state.rows[row]!, place + by.rows[row]!];
    for (let i = 0; i < inner; i++) numbers[at + i]! *= factors[from + i * by.inner]!;
  }
}

function copy(state: View, from: View, place: number, inner: number): void {
  for (let row = 0; row < state.rows.length; row++) {
    for (let i = 0; i < inner; i++) state.data[state.rows[row]! + i] = from.data[place + from.rows[row]! + i * from.inner]!;
  }
}

/** Numbers of the shape [B|1, T|1, A|1…] that begin at `offset`, along axes A… of these sizes. */
function viewOf(data: Float32Array, shape: readonly number[], sizes: readonly number[], offset = 0): View {
  const [batch, token, ...along] = stridesOf(shape) as [number, number, ...number[]];
  const outer = sizes.slice(0, -1);
  const rows = Int32Array.from({ length: volume(outer) }, (_, row) => {
    let [place, rest] = [0, row];
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      place += (rest % outer[axis]!) * along[axis]!;
      rest = Math.floor(rest / outer[axis]!);
    }
    return place;
  });
  const inner = sizes.length > 0 && along[sizes.length - 1]! > 0 ? 1 : 0;
  return { data, rows, inner, placeOf: (b, t) => offset + b * batch + t * token };
}
