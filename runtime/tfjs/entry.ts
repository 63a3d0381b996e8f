/**
 * One entry of a program, ready to run. In: values of inputs and states. Out: outputs and new states. Whatever a run makes is
 * given back when it ends, also when it fails.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { MszError } from "../../src/base/error.js";
import type { PlanEntry, TfjsEntry, TfjsStep } from "../../src/plan/plan.js";
import type { Extents } from "../../src/plan/size.js";
import { tfjsSourceOps, type TfjsComputeOp } from "../../src/plan/tfjs-ops.js";
import { Cache } from "./cache.js";
import { constantOf, parameterLayout, type Constants, type ParameterLayout } from "./constants.js";
import { runStep, type ReadyStep } from "./run-step.js";
import { stepMakers } from "./steps/index.js";
import { Attrs, type Value } from "./value.js";

export interface EntryResult {
  readonly outputs: ReadonlyMap<string, Tensor>;
  /** By index into the plan's states. */
  readonly states: ReadonlyMap<number, Value>;
  /** By index into the plan's parameters. */
  readonly parameters: ReadonlyMap<number, Tensor>;
}

type Results = { readonly [K in keyof EntryResult]: EntryResult[K] extends ReadonlyMap<infer Key, infer V> ? Map<Key, V> : never };

export class ReadyEntry {
  private readonly steps: ReadyStep[] = [];
  /** Values that every run starts with, by number. */
  private readonly fixed: (Value | undefined)[];
  private readonly inputs: { readonly name: string; readonly value: number }[] = [];
  private readonly parameters: { readonly layout: ParameterLayout; readonly value: number }[] = [];
  /** Of the constants, when `fixed` took its parameters from them. */
  private version: number;
  private readonly states: { readonly state: number; readonly value: number }[] = [];
  /** Values that a run does not own: results that are such a value must be copied. */
  private readonly borrowed = new Set<number>();

  constructor(
    readonly listed: PlanEntry,
    private readonly entry: TfjsEntry,
    private readonly constants: Constants,
  ) {
    this.version = constants.version;
    this.fixed = new Array<Value | undefined>(entry.values).fill(undefined);
    const sources: ReadonlySet<string> = new Set(tfjsSourceOps);
    for (const step of entry.steps) {
      if (sources.has(step.op)) this.borrowed.add(step.out);
      const attrs = new Attrs(`step ${step.out} (${step.op}) of ${listed.name}`, step.attrs ?? {}, step.body);
      this.prepare(step, attrs, constants);
    }
    this.takeParameters();
  }

  run(inputs: ReadonlyMap<string, Tensor>, states: readonly Value[], extents: Extents): EntryResult {
    if (this.version !== this.constants.version) this.takeParameters();
    const values = [...this.fixed];
    for (const { name, value } of this.inputs) values[value] = inputs.get(name);
    for (const { state, value } of this.states) values[value] = states[state];
    const result: Results = { outputs: new Map(), states: new Map(), parameters: new Map() };
    const failures: unknown[] = [];
    try {
      tf.tidy(() => {
        try {
          for (const ready of this.steps) runStep(this.listed.name, ready, values, extents);
          return this.collect(values, result);
        } catch (error) {
          failures.push(error);
          throw error;
        }
      });
    } catch (error) {
      // A tidy that cannot give back throws too: what went wrong first is what a person must know.
      throw failures.length > 0 ? failures[0] : error;
    }
    return result;
  }

  private takeParameters(): void {
    for (const { layout, value } of this.parameters) this.fixed[value] = this.constants.ofParameter(layout);
    this.version = this.constants.version;
  }

  private prepare(step: TfjsStep, attrs: Attrs, constants: Constants): void {
    switch (step.op) {
      case "input": this.inputs.push({ name: attrs.text("name"), value: step.out }); return;
      case "state": this.states.push({ state: attrs.number("state"), value: step.out }); return;
      case "parameter": this.parameters.push({ layout: parameterLayout(step, attrs), value: step.out }); return;
      case "constant": this.fixed[step.out] = constantOf(step, attrs, constants); return;
      default:
        if (!isComputeOp(step.op)) throw new MszError("bad-plan", `the program has a step \`${step.op}\`, which this version does not know`);
        this.steps.push({ step, run: stepMakers[step.op](attrs, constants) });
    }
  }

  /** Fills `result`, each with a tensor of its own; what it returns is what the tidy around must keep. */
  private collect(values: readonly (Value | undefined)[], result: Results): Tensor[] {
    const taken = new Set(this.borrowed);
    const own = (value: number): Value => {
      const made = values[value]!;
      if (made instanceof Cache || !taken.has(value)) {
        taken.add(value);
        return made;
      }
      return made.clone();
    };
    for (const { name, value } of this.entry.outputs) {
      const made = own(value);
      result.outputs.set(name, made instanceof Cache ? (made.tensor() ?? tf.tensor1d([])) : made);
    }
    for (const { state, value } of this.entry.stateUpdates) result.states.set(state, own(value));
    for (const { parameter, value } of this.entry.parameterUpdates ?? []) result.parameters.set(parameter, own(value) as Tensor);
    return [...result.outputs.values(), ...result.parameters.values(), ...[...result.states.values()].flatMap((v) => (v instanceof Cache ? v.pieces : [v]))];
  }
}

function isComputeOp(op: string): op is TfjsComputeOp {
  return Object.hasOwn(stepMakers, op);
}
