/**
 * Small functions that make kernel expressions. Index arithmetic on constants is folded as it is made, so that a
 * generic kernel written for symbolic extents stays short where the extents are numbers.
 * `writer.ts` appends statements, `view.ts` computes places in stored values.
 */
import { bug } from "../base/assert.js";
import type { DType, Extent } from "../graph/graph.js";
import type { KernelBinary, KernelExpr, KernelType, KernelUnary, NarrowType, ScalarType } from "./kernel.js";

export function u(value: number): KernelExpr {
  return { kind: "constant", type: "u32", value };
}

export function i(value: number): KernelExpr {
  return { kind: "constant", type: "i32", value };
}

/** Any number that a float32 holds, infinities too; others are rounded. */
export function f(value: number): KernelExpr {
  return { kind: "constant", type: "f32", value: Math.fround(value) };
}

export function bool(value: boolean): KernelExpr {
  return { kind: "constant", type: "bool", value };
}

export function constant(type: DType, value: number): KernelExpr {
  return type === "f32" ? f(value) : type === "i32" ? i(value) : u(value >>> 0);
}

export const workgroupX: KernelExpr = { kind: "builtin", type: "u32", name: "workgroup_x" };
export const workgroupY: KernelExpr = { kind: "builtin", type: "u32", name: "workgroup_y" };
export const workgroupZ: KernelExpr = { kind: "builtin", type: "u32", name: "workgroup_z" };
export const thread: KernelExpr = { kind: "builtin", type: "u32", name: "thread" };
export const gridX: KernelExpr = { kind: "builtin", type: "u32", name: "grid_x" };

/** A size as u32. */
export function extent(size: Extent): KernelExpr {
  return typeof size === "number" ? u(size) : { kind: "extent", type: "u32", name: size };
}

export function product(factors: readonly KernelExpr[]): KernelExpr {
  return factors.reduce((a, b) => mul(a, b), u(1));
}

/** The number of this workgroup in a one-dimensional grid, which a runtime may have folded into x and y. */
export function flatWorkgroup(): KernelExpr {
  return add(workgroupX, mul(workgroupY, gridX));
}

/** The number of this thread in a one-dimensional grid. May lie behind the last element: guard it. */
export function flatIndex(threads: number): KernelExpr {
  return add(mul(flatWorkgroup(), u(threads)), threads === 1 ? u(0) : thread);
}

// ---- arithmetic ----

export const add = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("add", a, b);
export const sub = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("subtract", a, b);
export const mul = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("multiply", a, b);
export const div = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("divide", a, b);
export const mod = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("modulo", a, b);
export const min = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("minimum", a, b);
export const max = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("maximum", a, b);
export const equal = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("equal", a, b);
export const notEqual = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("not_equal", a, b);
export const less = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("less", a, b);
export const lessEqual = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("less_equal", a, b);
export const greater = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("greater", a, b);
export const greaterEqual = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("greater_equal", a, b);
export const and = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("and", a, b);
export const or = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("or", a, b);
export const xor = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("xor", a, b);
export const bitAnd = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("bit_and", a, b);
export const shiftLeft = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("shift_left", a, b);
export const shiftRight = (a: KernelExpr, b: KernelExpr): KernelExpr => binary("shift_right", a, b);

export function ceilDiv(a: KernelExpr, b: KernelExpr): KernelExpr {
  return div(add(a, sub(b, u(1))), b);
}

export function not(a: KernelExpr): KernelExpr {
  if (isConstant(a)) return bool(!a.value);
  return { kind: "unary", type: "bool", fn: "not", a };
}

/** `sin_turns` takes u32 and gives f32; the others keep the type. */
export function unary(fn: KernelUnary, a: KernelExpr): KernelExpr {
  if (fn === "not") return not(a);
  return { kind: "unary", type: fn === "sin_turns" ? "f32" : a.type, fn, a };
}

const comparisons: ReadonlySet<KernelBinary> = new Set(["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"]);
const shifts: ReadonlySet<KernelBinary> = new Set(["shift_left", "shift_right"]);

export function binary(fn: KernelBinary, a: KernelExpr, b: KernelExpr): KernelExpr {
  if (a.type !== b.type && !shifts.has(fn)) bug(`${fn} of ${a.type} and ${b.type}`);
  const compares = comparisons.has(fn);
  if (a.type === "u32" && !shifts.has(fn)) {
    const folded = foldIndex(fn, a, b);
    if (folded) return folded;
  }
  if (a.type === "bool") {
    const folded = foldBool(fn, a, b);
    if (folded) return folded;
  }
  return { kind: "binary", type: compares ? "bool" : a.type, fn, a, b };
}

/** a · b + c */
export function fma(a: KernelExpr, b: KernelExpr, c: KernelExpr): KernelExpr {
  if (a.type !== b.type || a.type !== c.type) bug(`fma of ${a.type}, ${b.type} and ${c.type}`);
  return { kind: "fma", type: a.type, a, b, c };
}

export function select(condition: KernelExpr, a: KernelExpr, b: KernelExpr): KernelExpr {
  if (condition.type !== "bool" || a.type !== b.type) bug(`select of ${condition.type}, ${a.type} and ${b.type}`);
  if (isConstant(condition)) return condition.value ? a : b;
  return { kind: "select", type: a.type, condition, a, b };
}

/** A conversion of the number: f32 → i32 cuts the fraction off. */
export function cast(type: ScalarType, a: KernelExpr): KernelExpr {
  if (a.type === type) return a;
  if (isConstant(a) && a.type === "u32" && type !== "bool") return constant(type, Number(a.value));
  return { kind: "cast", type, a };
}

/** The same 32 bits as another type. */
export function bitcast(type: ScalarType, a: KernelExpr): KernelExpr {
  return a.type === type ? a : { kind: "bitcast", type, a };
}

export function vec4(...parts: readonly KernelExpr[]): KernelExpr {
  if (parts.length !== 1 && parts.length !== 4) bug(`a vector of ${parts.length} parts`);
  return { kind: "vector", type: "vec4f", parts };
}

export function component(a: KernelExpr, index: number): KernelExpr {
  if (a.kind === "vector") return (a.parts.length === 1 ? a.parts[0] : a.parts[index]) ?? bug(`component ${index}`);
  return { kind: "component", type: a.type === "vec4u" ? "u32" : "f32", a, index: index as 0 | 1 | 2 | 3 };
}

export function pack(to: NarrowType, a: KernelExpr, b: KernelExpr): KernelExpr {
  return { kind: "pack", type: "u32", to, a, b };
}

export function unpack(from: NarrowType, a: KernelExpr, half: 0 | 1): KernelExpr {
  return { kind: "unpack", type: "f32", from, a, half };
}

export function shuffleXor(a: KernelExpr, mask: number): KernelExpr {
  if (a.type !== "f32" && a.type !== "i32" && a.type !== "u32") return bug(`a shuffle of ${a.type}`);
  return { kind: "shuffle_xor", type: a.type, a, mask };
}

/** Element `index` of a binding. `KernelWriter.load` knows the type. */
export function load(binding: number, index: KernelExpr, type: KernelType): KernelExpr {
  return { kind: "load", type, binding, index };
}

export type ConstantExpr = Extract<KernelExpr, { kind: "constant" }>;

export function isConstant(e: KernelExpr): e is ConstantExpr {
  return e.kind === "constant";
}

/** The value where it is known now. */
export function constantValue(e: KernelExpr): number | undefined {
  return isConstant(e) && typeof e.value === "number" ? e.value : undefined;
}

// ---- folding: u32 and bool only; float arithmetic stays as written ----

function foldIndex(fn: KernelBinary, a: KernelExpr, b: KernelExpr): KernelExpr | undefined {
  const x = constantValue(a);
  const y = constantValue(b);
  if (x !== undefined && y !== undefined) return foldConstants(fn, x, y);
  switch (fn) {
    case "add":
      return x === 0 ? b : y === 0 ? a : undefined;
    case "subtract":
      return y === 0 ? a : undefined;
    case "multiply":
      return x === 0 || y === 0 ? u(0) : x === 1 ? b : y === 1 ? a : undefined;
    case "divide":
      return y === 1 ? a : undefined;
    case "modulo":
      return y === 1 ? u(0) : undefined;
    case "less":
      return y === 0 ? bool(false) : undefined;
    case "greater_equal":
      return y === 0 ? bool(true) : undefined;
    default:
      return undefined;
  }
}

function foldConstants(fn: KernelBinary, x: number, y: number): KernelExpr | undefined {
  switch (fn) {
    case "add": return u((x + y) >>> 0);
    case "subtract": return u((x - y) >>> 0);
    case "multiply": return u(Math.imul(x, y) >>> 0);
    // Division by zero has no meaning to keep: left to be reported by `verifyKernel`.
    case "divide": return y === 0 ? undefined : u(Math.floor(x / y));
    case "modulo": return y === 0 ? undefined : u(x % y);
    case "maximum": return u(Math.max(x, y));
    case "minimum": return u(Math.min(x, y));
    case "equal": return bool(x === y);
    case "not_equal": return bool(x !== y);
    case "less": return bool(x < y);
    case "less_equal": return bool(x <= y);
    case "greater": return bool(x > y);
    case "greater_equal": return bool(x >= y);
    case "bit_and": return u((x & y) >>> 0);
    case "xor": return u((x ^ y) >>> 0);
    default: return undefined;
  }
}

function foldBool(fn: KernelBinary, a: KernelExpr, b: KernelExpr): KernelExpr | undefined {
  const [x, y] = [isConstant(a) ? a.value : undefined, isConstant(b) ? b.value : undefined];
  if (fn === "and") return x === false || y === false ? bool(false) : x === true ? b : y === true ? a : undefined;
  if (fn === "or") return x === true || y === true ? bool(true) : x === false ? b : y === false ? a : undefined;
  return undefined;
}
