/** Tensors that live as long as a program: parameters in the layouts that its steps want, constants, and what steps ask for. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { MszError } from "../../src/base/error.js";
import type { Plan, TfjsStep } from "../../src/plan/plan.js";
import type { HostTensor, Weights } from "../device.js";
import { Attrs, type Resources } from "./value.js";

export class Constants implements Resources {
  private readonly tensors = new Map<string, Tensor>();

  constructor(
    private readonly plan: Plan,
    private readonly weights: Weights,
  ) {}

  get count(): number {
    return this.tensors.size;
  }

  constant(key: string, make: () => Tensor): Tensor {
    let tensor = this.tensors.get(key);
    if (!tensor) {
      tensor = tf.keep(make());
      this.tensors.set(key, tensor);
    }
    return tensor;
  }

  scalar(value: number): Tensor {
    return this.constant(`scalar ${value}`, () => tf.scalar(value));
  }

  /** The value of a step `constant`. */
  ofStep(step: TfjsStep, attrs: Attrs): Tensor {
    return this.constant(JSON.stringify(step.attrs), () => {
      const dtype = attrs.text("dtype");
      const shape = attrs.numbers("shape");
      const data = attrs.data("data");
      return dtype === "f32" ? tf.tensor(Float32Array.from(data), shape) : tf.tensor(Int32Array.from(data, (n) => n | 0), shape, "int32");
    });
  }

  /** The value of a step `parameter`. Parts of one layout share its upload only while they are made. */
  ofParameter(step: TfjsStep, attrs: Attrs): Tensor {
    return this.constant(`parameter ${JSON.stringify(step.attrs)}`, () => {
      const [index, shape, perm, to, part] = [attrs.number("parameter"), attrs.numbers("shape"), attrs.order("perm"), attrs.numbers("to"), attrs.number("part")];
      const name = this.plan.parameters[index]?.name;
      const value = name === undefined ? undefined : this.weights.get(name);
      if (!value) throw new MszError("bad-plan", `the program reads parameter ${index}, which the plan or the weights lack`);
      return tf.tidy(() => layOut(value, shape, perm, to, part));
    });
  }

  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose();
    this.tensors.clear();
  }
}

function layOut(value: HostTensor, shape: number[], perm: number[], to: number[], part: number): Tensor {
  const moved = tf.transpose(tf.tensor(value.data, shape), perm);
  const whole = tf.reshape(moved, to);
  if (part < 0) return whole;
  return tf.reshape(tf.slice(whole, [part], [1]), to.slice(1));
}
