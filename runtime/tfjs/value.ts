/** What the steps of a program pass on: tensors, and caches that grow; and what a step may ask for beside its operands. */
import type { Tensor } from "@tensorflow/tfjs-core";
import { MszError } from "../../src/base/error.js";
import type { TfjsAttr, TfjsBody } from "../../src/plan/plan.js";
import type { Extents } from "../../src/plan/size.js";
import type { Cache } from "./cache.js";

export type Value = Tensor | Cache;

/** Tensors that live as long as the program: made once by their key, given back by its `dispose`. */
export interface Resources {
  constant(key: string, make: () => Tensor): Tensor;
  scalar(value: number): Tensor;
}

/** A step with its attrs read: operands of this call in, a fresh tensor or cache out. Never one of its operands itself. */
export type StepRun<V = Value> = (inputs: readonly V[], extents: Extents) => V;
export type StepMaker<V = Value> = (attrs: Attrs, resources: Resources) => StepRun<V>;

/** Typed access to a step's attrs; whatever does not fit is a broken plan. */
export class Attrs {
  constructor(
    private readonly where: string,
    private readonly attrs: Readonly<Record<string, TfjsAttr>>,
    private readonly given?: TfjsBody,
  ) {}

  body(): TfjsBody {
    return this.given ?? this.refuse("body", "a body");
  }

  has(name: string): boolean {
    return this.attrs[name] !== undefined;
  }

  number(name: string): number {
    const value = this.attrs[name];
    return typeof value === "number" ? value : this.refuse(name, "a number");
  }

  flag(name: string): boolean {
    const value = this.attrs[name];
    return typeof value === "boolean" ? value : this.refuse(name, "true or false");
  }

  /** A flag that only some steps have: absent is false. */
  option(name: string): boolean {
    return this.has(name) && this.flag(name);
  }

  text(name: string): string {
    const value = this.attrs[name];
    return typeof value === "string" ? value : this.refuse(name, "text");
  }

  symbol(name: string): keyof Extents {
    const value = this.text(name);
    return isSymbol(value) ? value : this.refuse(name, "a symbol");
  }

  numbers(name: string): number[] {
    const value = this.list(name);
    return value.map((n) => (typeof n === "number" ? n : this.refuse(name, "a list of numbers")));
  }

  texts(name: string): string[] {
    return this.list(name).map((text) => (typeof text === "string" ? text : this.refuse(name, "a list of texts")));
  }

  /** An order of axes: each of 0 … n-1 once. The kernels of the wasm backend write past their tensors for anything else. */
  order(name: string): number[] {
    const order = this.numbers(name);
    return [...order].sort((a, b) => a - b).every((axis, i) => axis === i) ? order : this.refuse(name, "an order of axes");
  }

  /** Numbers, some of which JSON has no digits for: "-Infinity". */
  data(name: string): number[] {
    return this.list(name).map(Number);
  }

  /** A shape of numbers and products of symbols, `"8*B*T"`, as a function of the symbols. */
  shape(name: string): (extents: Extents) => number[] {
    const sizes = this.list(name).map((size) => (typeof size === "number" ? size : this.product(name, size)));
    if (sizes.every((size) => typeof size === "number")) {
      return () => [...sizes];
    }
    return (extents) => sizes.map((size) => (typeof size === "number" ? size : size(extents)));
  }

  refuse(name: string, wanted: string): never {
    throw new MszError("bad-plan", `the attr \`${name}\` of ${this.where} is ${JSON.stringify(this.attrs[name])}, not ${wanted}`);
  }

  private list(name: string): readonly (number | string)[] {
    const value = this.attrs[name];
    return typeof value === "object" ? value : this.refuse(name, "a list");
  }

  private product(name: string, text: string): (extents: Extents) => number {
    const factors = text.split("*");
    const symbols = factors.filter(isSymbol);
    const numbers = factors.filter((f) => /^\d+$/.test(f));
    if (symbols.length + numbers.length !== factors.length) this.refuse(name, "a shape");
    const times = numbers.reduce((n, f) => n * Number(f), 1);
    return (extents) => symbols.reduce((n, symbol) => n * extents[symbol], times);
  }
}

function isSymbol(text: string): text is keyof Extents {
  return /^[BTNSCEM]$/.test(text);
}
