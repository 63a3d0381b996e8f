/** A batch's states as tensors and caches, by index into the plan's states; how they come from and go to the host, and rows of them in another order. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { PlanState } from "../../src/plan/plan.js";
import type { DeviceState, HostTensor } from "../device.js";
import { checkState, shapeOfState } from "../state-tensors.js";
import { Cache, plainLayout } from "./cache.js";
import { giveBack } from "./failure.js";
import { gatherRows } from "./steps/memory.js";
import type { Value } from "./value.js";

export class TfjsState implements DeviceState {
  private disposed = false;

  constructor(
    readonly batch: number,
    readonly source: number,
    public length: number,
    readonly values: Value[],
    private readonly onDispose: (state: TfjsState) => void,
  ) {}

  /** Takes new values over and gives the old ones back; caches may share pieces with what they were. */
  replace(updates: ReadonlyMap<number, Value>): void {
    for (const [index, next] of updates) {
      const before = this.values[index]!;
      const kept = new Set(piecesOf(next));
      giveBack(piecesOf(before).filter((tensor) => !kept.has(tensor)));
      this.values[index] = next;
    }
  }

  fork(onDispose: (state: TfjsState) => void): TfjsState {
    return new TfjsState(this.batch, this.source, this.length, this.values.map(sharing), onDispose);
  }

  /** These rows as a state of its own. @param kept states whose rows stay as they are */
  reordered(specs: readonly PlanState[], rows: Int32Array, kept: ReadonlySet<number>, onDispose: (state: TfjsState) => void): TfjsState {
    const made: Value[] = [];
    const same = rows.length === this.batch && rows.every((row, i) => row === i);
    try {
      for (const [i, value] of this.values.entries()) {
        const axis = specs[i]!.shape.indexOf("B");
        made.push(same || axis < 0 || kept.has(i) ? sharing(value) : rowsOf(value, axis, rows));
      }
    } catch (error) {
      for (const value of made) giveBack(piecesOf(value));
      throw error;
    }
    return new TfjsState(rows.length, this.source, this.length, made, onDispose);
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const value of this.values) giveBack(piecesOf(value));
    this.onDispose(this);
  }
}

export function emptyValue(spec: PlanState, batch: number, source: number): Value {
  if (spec.class === "growing") return new Cache([], undefined);
  return tf.zeros(shapeOfState(spec, batch, 0, source), dtypeOf(spec));
}

export function valueFromHost(spec: PlanState, batch: number, length: number, tensor: HostTensor | undefined, source = 0): Value {
  const { shape, data } = checkState(spec, batch, length, tensor, source);
  // tfjs keeps the array it is given: the caller's must stay theirs.
  const whole = tf.tensor(data.slice(), [...shape], dtypeOf(spec));
  if (spec.class !== "growing") return whole;
  const cache = Cache.of(whole, plainLayout(axesOf(spec)));
  whole.dispose();
  return cache;
}

export function valueToHost(spec: PlanState, value: Value, batch: number): HostTensor {
  const tensor = value instanceof Cache ? value.tensor() : value;
  if (!tensor) return { shape: shapeOfState(spec, batch, 0), data: spec.dtype === "f32" ? new Float32Array(0) : new Int32Array(0) };
  const host = { shape: [...tensor.shape], data: tensor.dataSync().slice() as Float32Array | Int32Array };
  if (value instanceof Cache) tensor.dispose();
  return host;
}

function piecesOf(value: Value): readonly Tensor[] {
  return value instanceof Cache ? value.pieces : [value];
}

/** The same numbers as tensors of their own. */
function sharing(value: Value): Value {
  return value instanceof Cache ? new Cache(value.pieces.map((p) => p.clone()), value.layout) : value.clone();
}

/** Pieces of a cache have the batch first. */
function rowsOf(value: Value, axis: number, rows: Int32Array): Value {
  if (value instanceof Cache) return new Cache(value.pieces.map((piece) => gatherRows(piece, 0, rows)), value.layout);
  return gatherRows(value, axis, rows);
}

function axesOf(spec: PlanState): number[] {
  return spec.shape.filter((size) => typeof size === "number");
}

function dtypeOf(spec: PlanState): "float32" | "int32" {
  return spec.dtype === "f32" ? "float32" : "int32";
}
