/**
 * A recurrence of any form: the steps of a body, run once a token. In: what the states are at first, and the body's inputs for all tokens at
 * once. Out: what the states are before each token, flat and behind one another, [B, T, all].
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { TfjsBody, TfjsStep } from "../../../src/plan/plan.js";
import type { Extents } from "../../../src/plan/size.js";
import { constantOf } from "../constants.js";
import { expectRoom } from "../failure.js";
import { runStep, type ReadyStep } from "../run-step.js";
import { Attrs, type Resources, type StepMaker, type Value } from "../value.js";
import { walkedOf } from "./chunks.js";
import { copyMatrix, numbersOf, volume } from "./host.js";
import { broadcastTo, fromHost, onHost, tidied, type TensorMaker } from "./kernel.js";

/** @param makerOf how any other step is made */
export function scanMaker(makerOf: (op: string) => StepMaker | undefined): TensorMaker {
  return tidied((attrs, resources) => {
    const [started, reverse, perToken, body] = [attrs.flag("started"), attrs.flag("reverse"), new Set(attrs.numbers("tokens")), attrs.body()];
    const walked = walkedOf(attrs);
    const ready = new ReadyBody(body, makerOf, resources);
    const sizes = body.states.map((state) => volume(state.sizes));
    const width = sizes.reduce((sum, size) => sum + size, 0);
    return (inputs, extents) => {
      const { B, T } = walked(extents);
      expectRoom(4 * B * T * width, () => "a scan");
      const given = inputs.slice(started ? sizes.length : 0);
      let states = body.states.map((state, i): Tensor => {
        const shape = [B, ...state.sizes];
        return started ? broadcastTo(inputs[i]!, shape).clone() : tf.zeros(shape);
      });
      const out = new Float32Array(B * T * width);
      for (let i = 0; i < T; i++) {
        const t = reverse ? T - 1 - i : i;
        let from = t * width;
        for (const [s, state] of states.entries()) {
          const size = sizes[s]!;
          copyMatrix(numbersOf(state), { offset: 0, rowStride: size, columnStride: 1 }, B, size, out, from, T * width);
          from += size;
        }
        // What the last token would leave nobody asks for.
        if (i === T - 1) break;
        const before = states;
        states = tf.tidy(() => ready.run(before, given.map((x, k) => (perToken.has(k) ? tokenOf(x, t) : x)), extents));
        for (const state of before) state.dispose();
      }
      for (const state of states) state.dispose();
      return fromHost(out, [B, T, width]);
    };
  });
}

export const scanStateSteps = {
  scan_state: (attrs) => {
    const [from, size] = [attrs.number("from"), attrs.number("size")];
    return ([x]) => {
      const [B, T, width] = x!.shape as [number, number, number];
      const out = new Float32Array(B * T * size);
      copyMatrix(numbersOf(x!), { offset: from, rowStride: width, columnStride: 1 }, B * T, size, out, 0, size);
      return fromHost(out, [B, T, size]);
    };
  },
} satisfies Record<string, TensorMaker>;

/** [T, …] at token t. A slice on the wasm backend copies the whole tensor first. */
function tokenOf(x: Tensor, t: number): Tensor {
  const [tokens, ...shape] = x.shape as [number, ...number[]];
  if (!onHost()) return tf.reshape(tf.slice(x, [t], [1]), shape);
  const size = x.size / tokens;
  return tf.engine().makeTensor(numbersOf(x).slice(t * size, (t + 1) * size), shape, x.dtype) as Tensor;
}

class ReadyBody {
  private readonly steps: ReadyStep[] = [];
  /** Values that every token starts with, by number. */
  private readonly fixed: (Value | undefined)[];
  private readonly states: { readonly state: number; readonly value: number }[] = [];
  private readonly inputs: { readonly input: number; readonly value: number }[] = [];
  /** Values that a token does not own: a state that becomes one of them is a copy. */
  private readonly borrowed = new Set<number>();

  constructor(private readonly body: TfjsBody, makerOf: (op: string) => StepMaker | undefined, resources: Resources) {
    this.fixed = new Array<Value | undefined>(body.values).fill(undefined);
    for (const step of body.steps) this.prepare(step, makerOf, resources);
  }

  run(states: readonly Tensor[], inputs: readonly Tensor[], extents: Extents): Tensor[] {
    const values = [...this.fixed];
    for (const { state, value } of this.states) values[value] = states[state];
    for (const { input, value } of this.inputs) values[value] = inputs[input];
    for (const step of this.steps) runStep("a scan", step, values, extents);
    const taken = new Set(this.borrowed);
    return this.body.states.map(({ after }) => {
      const made = values[after] as Tensor;
      if (taken.has(after)) return made.clone();
      taken.add(after);
      return made;
    });
  }

  private prepare(step: TfjsStep, makerOf: (op: string) => StepMaker | undefined, resources: Resources): void {
    const attrs = new Attrs(`step ${step.out} (${step.op}) of a scan`, step.attrs ?? {});
    if (step.op === "input") {
      const name = attrs.text("name");
      if (name.startsWith("state.")) this.states.push({ state: Number(name.slice("state.".length)), value: step.out });
      else this.inputs.push({ input: Number(name), value: step.out });
      this.borrowed.add(step.out);
    } else if (step.op === "constant") {
      this.fixed[step.out] = constantOf(step, attrs, resources);
      this.borrowed.add(step.out);
    } else {
      const maker = makerOf(step.op) ?? attrs.refuse("op", "a step of a scan");
      this.steps.push({ step, run: maker(attrs, resources) });
    }
  }
}
