/**
 * Names of what a mixer owns at one place of the stack. A tensor is named after the binding it stands in; a second one
 * of the same binding gets `_2`, in the order in which the source names them.
 */
import type { Span } from "../../src/base/source.js";
import type { Initializer, Parameter } from "../../src/model/model.js";
import type { Report } from "./report.js";

/** WebGPU and WebAssembly index with 32 bits. */
const largestTensor = 2 ** 31 - 1;

export class ParameterNames {
  readonly #taken = new Set<string>();
  readonly parameters: Parameter[] = [];

  /** @param taken groups that the place has already, `norm` for its residual norm */
  constructor(readonly place: string, taken: readonly string[], private readonly report: Report) {
    for (const group of taken) this.#taken.add(group);
  }

  /** A group name that nothing has yet: `key`, or `key_2`. The groups of a mixer within a mixer end in a dot. */
  claim(base: string, end: "" | "." = ""): string {
    let group = base + end;
    for (let n = 2; this.#taken.has(group); n++) group = `${base}_${n}${end}`;
    this.#taken.add(group);
    return group;
  }

  add(name: string, shape: readonly number[], initializer: Initializer, span: Span): Parameter {
    const parameter: Parameter = { name: this.full(name), shape, initializer, span };
    const elements = shape.reduce((n, size) => n * size, 1);
    if (elements > largestTensor) {
      this.report.error("too-large", span, `\`${parameter.name}\` would have ${elements} elements`, {
        reason: `its shape is [${shape.join(", ")}], and a tensor has at most ${largestTensor} elements`,
        hint: "make one of its axes smaller",
      });
    }
    this.parameters.push(parameter);
    return parameter;
  }

  full(name: string): string {
    return this.place === "" ? name : `${this.place}.${name}`;
  }
}

export const zeros: Initializer = { kind: "zeros" };
export const ones: Initializer = { kind: "ones" };
