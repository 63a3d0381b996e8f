/**
 * Tensors that live as long as a program: constants, what steps ask for, and parameters in the layouts that its steps want. A
 * parameter may be replaced; layouts of its old value go, and are made again when an entry next wants them.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { MszError } from "../../src/base/error.js";
import type { Plan, PlanParameter, TfjsStep } from "../../src/plan/plan.js";
import type { HostTensor, Weights } from "../device.js";
import { giveBack } from "./failure.js";
import { turned } from "./steps/memory.js";
import { Attrs, type Resources } from "./value.js";

/** What a step `parameter` asks for. */
export interface ParameterLayout {
  readonly parameter: number;
  readonly shape: readonly number[];
  readonly perm: readonly number[];
  readonly to: readonly number[];
  readonly part: number;
  /** All of it, as text. */
  readonly key: string;
}

export class Constants implements Resources {
  private readonly tensors = new Map<string, Tensor>();
  private readonly layouts = new Map<number, Map<string, Tensor>>();
  /** Values that are no longer those of the weights that the program was opened with. */
  private readonly replaced = new Map<number, Tensor>();
  private replacements = 0;

  constructor(
    private readonly plan: Plan,
    private readonly weights: Weights,
  ) {}

  get count(): number {
    return [...this.layouts.values()].reduce((n, made) => n + made.size, this.tensors.size + this.replaced.size);
  }

  /** Another number after every replacement of parameters: layouts that were taken before it are gone. */
  get version(): number {
    return this.replacements;
  }

  constant(key: string, make: () => Tensor): Tensor {
    return keptIn(this.tensors, key, make);
  }

  scalar(value: number): Tensor {
    return this.constant(`scalar ${value}`, () => tf.scalar(value));
  }

  /** The value of a step `parameter`, good until `version` changes. */
  ofParameter(layout: ParameterLayout): Tensor {
    const { parameter } = layout;
    let made = this.layouts.get(parameter);
    if (!made) this.layouts.set(parameter, (made = new Map<string, Tensor>()));
    return keptIn(made, layout.key, () => tf.tidy(() => layOut(this.replaced.get(parameter) ?? this.uploaded(parameter), layout)));
  }

  /** New values by index into the plan's parameters, with their elements in order; they are this program's from here on. */
  replace(values: ReadonlyMap<number, Tensor>): void {
    for (const [parameter, value] of values) {
      const before = this.replaced.get(parameter);
      giveBack([...(this.layouts.get(parameter)?.values() ?? []), ...(before ? [before] : [])]);
      this.layouts.delete(parameter);
      this.replaced.set(parameter, tf.keep(value));
    }
    this.replacements++;
  }

  /** A parameter's value as it is now, row-major. */
  read(parameter: number, { name, shape }: PlanParameter): HostTensor {
    const value = this.replaced.get(parameter)?.dataSync() ?? this.weights.get(name)!.data;
    return { shape, data: value.slice() as Float32Array };
  }

  dispose(): void {
    giveBack([...this.tensors.values(), ...this.replaced.values()]);
    for (const made of this.layouts.values()) giveBack(made.values());
    for (const map of [this.tensors, this.replaced, this.layouts]) map.clear();
  }

  private uploaded(parameter: number): Tensor {
    const name = this.plan.parameters[parameter]?.name;
    const value = name === undefined ? undefined : this.weights.get(name);
    if (!value) throw new MszError("bad-plan", `the program reads parameter ${parameter}, which the plan or the weights lack`);
    return tf.tensor(value.data, [value.data.length]);
  }
}

/** The value of a step `constant`. */
export function constantOf(step: TfjsStep, attrs: Attrs, resources: Resources): Tensor {
  return resources.constant(JSON.stringify(step.attrs), () => {
    const dtype = attrs.text("dtype");
    const shape = attrs.numbers("shape");
    const data = attrs.data("data");
    return dtype === "f32" ? tf.tensor(Float32Array.from(data), shape) : tf.tensor(Int32Array.from(data, (n) => n | 0), shape, "int32");
  });
}

export function parameterLayout(step: TfjsStep, attrs: Attrs): ParameterLayout {
  return {
    parameter: attrs.number("parameter"), shape: attrs.numbers("shape"), perm: attrs.order("perm"), to: attrs.numbers("to"), part: attrs.number("part"),
    key: JSON.stringify(step.attrs),
  };
}

function layOut(value: Tensor, { shape, perm, to, part }: ParameterLayout): Tensor {
  const whole = tf.reshape(movedAxes(value, shape, perm), [...to]);
  if (part < 0) return whole;
  return tf.reshape(tf.slice(whole, [part], [1]), to.slice(1));
}

function movedAxes(value: Tensor, shape: readonly number[], perm: readonly number[]): Tensor {
  const first = perm[0] ?? 0;
  const turns = perm.every((axis, i) => axis === (first + i) % perm.length);
  // As it is stored already: the same memory.
  if (turns && first === 0) return value;
  const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1);
  // The last axes before the first: a matrix turned, which after every update is worth the faster way.
  if (turns) return turned(tf.reshape(value, [product(shape.slice(0, first)), product(shape.slice(first))]));
  return tf.transpose(tf.reshape(value, [...shape]), [...perm]);
}

function keptIn(map: Map<string, Tensor>, key: string, make: () => Tensor): Tensor {
  const known = map.get(key);
  if (known) return known;
  const made = tf.keep(make());
  map.set(key, made);
  return made;
}
