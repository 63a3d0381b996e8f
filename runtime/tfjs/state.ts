/** A batch's states as tensors and caches, by index into the plan's states; and how they come from and go to the host. */
import * as tf from "@tensorflow/tfjs-core";
import type { PlanState } from "../../src/plan/plan.js";
import type { DeviceState, HostTensor } from "../device.js";
import { checkState, shapeOfState } from "../state-tensors.js";
import { Cache, plainLayout } from "./cache.js";
import { giveBack } from "./failure.js";
import type { Value } from "./value.js";

export class TfjsState implements DeviceState {
  private disposed = false;

  constructor(
    readonly batch: number,
    public length: number,
    readonly values: Value[],
    private readonly onDispose: (state: TfjsState) => void,
  ) {}

  /** Takes new values over and gives the old ones back; caches may share pieces with what they were. */
  replace(updates: ReadonlyMap<number, Value>): void {
    for (const [index, next] of updates) {
      const before = this.values[index]!;
      const kept = new Set(next instanceof Cache ? next.pieces : [next]);
      giveBack((before instanceof Cache ? before.pieces : [before]).filter((tensor) => !kept.has(tensor)));
      this.values[index] = next;
    }
  }

  fork(onDispose: (state: TfjsState) => void): TfjsState {
    const values = this.values.map((v) => (v instanceof Cache ? new Cache(v.pieces.map((p) => p.clone()), v.layout) : v.clone()));
    return new TfjsState(this.batch, this.length, values, onDispose);
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const value of this.values) giveBack(value instanceof Cache ? value.pieces : [value]);
    this.onDispose(this);
  }
}

export function emptyValue(spec: PlanState, batch: number): Value {
  if (spec.class === "growing") return new Cache([], undefined);
  return tf.zeros(shapeOfState(spec, batch, 0), dtypeOf(spec));
}

export function valueFromHost(spec: PlanState, batch: number, length: number, tensor: HostTensor | undefined): Value {
  const { shape, data } = checkState(spec, batch, length, tensor);
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

function axesOf(spec: PlanState): number[] {
  return spec.shape.filter((size) => typeof size === "number");
}

function dtypeOf(spec: PlanState): "float32" | "int32" {
  return spec.dtype === "f32" ? "float32" : "int32";
}
