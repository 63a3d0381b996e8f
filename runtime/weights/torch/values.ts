/** What a checkpoint's pickle describes: plain data, tensors by their storages, and objects of known classes whose content nobody reads. */

export type PickleValue =
  | null | boolean | number | bigint | string
  | PickleList | PickleTuple | PickleDict | Global | Inert | Storage | Tensor;

export interface PickleList {
  readonly kind: "list";
  readonly items: PickleValue[];
}

export interface PickleTuple {
  readonly kind: "tuple";
  readonly items: readonly PickleValue[];
}

/** A Map, not an object: a key such as `__proto__` is a key like any other. */
export interface PickleDict {
  readonly kind: "dict";
  readonly entries: Map<PickleValue, PickleValue>;
}

/** A class or function of the list in `classes.ts`, by its name. */
export interface Global {
  readonly kind: "global";
  readonly name: string;
}

/** An object of a known class: command-line arguments, a NumPy scalar. */
export interface Inert {
  readonly kind: "inert";
}

/** Numbers in a row, in the archive's entry `data/KEY`. */
export interface Storage {
  readonly kind: "storage";
  readonly dtype: string;
  readonly key: string;
  readonly elements: number;
}

/** Element i of dimension d lies `strides[d] * i` after `offset`, counted in elements. */
export interface Tensor {
  readonly kind: "tensor";
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** @returns undefined for what is none, also for what has no kind */
export function ofKind<K extends Exclude<PickleValue, null | boolean | number | bigint | string>["kind"]>(value: PickleValue | undefined, kind: K): Extract<PickleValue, { kind: K }> | undefined {
  return typeof value === "object" && value !== null && value.kind === kind ? (value as Extract<PickleValue, { kind: K }>) : undefined;
}
