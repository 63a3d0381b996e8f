/** How each function of the kernel IR is written in CUDA C: total tables. What is called stands in the header. */
import type { KernelBinary, KernelExpr, KernelType, KernelUnary } from "../../../src/kernel/kernel.js";

type UnaryRule = (a: string, type: KernelType) => string;
type BinaryRule = (a: string, b: string, type: KernelType, divisor: KernelExpr) => string;

const ours = (fn: KernelUnary): UnaryRule => (a) => `op_${fn}(${a})`;

export const unaryRules: { readonly [F in KernelUnary]: UnaryRule } = {
  negate: (a, type) => (type === "i32" ? `(i32)(0u - (u32)${a})` : `(-${a})`),
  not: (a) => `(!${a})`,
  exp: ours("exp"),
  log: ours("log"),
  sqrt: ours("sqrt"),
  abs: ours("abs"),
  sin: ours("sin"),
  cos: ours("cos"),
  tanh: ours("tanh"),
  sigmoid: ours("sigmoid"),
  softplus: ours("softplus"),
  relu: ours("relu"),
  gelu: ours("gelu"),
  gelu_tanh: ours("gelu_tanh"),
  silu: ours("silu"),
  elu: ours("elu"),
  square: ours("square"),
  reciprocal: ours("reciprocal"),
  rsqrt: ours("rsqrt"),
  erf: ours("erf"),
  sin_turns: ours("sin_turns"),
  pcg: ours("pcg"),
};

const between = (operator: string): BinaryRule => (a, b) => `(${a} ${operator} ${b})`;
const called = (name: string): BinaryRule => (a, b) => `${name}(${a}, ${b})`;
/** An i32 that is too large wraps; C++ would leave it undefined. */
const wrapping = (operator: string): BinaryRule => (a, b, type) => (type === "i32" ? `(i32)((u32)${a} ${operator} (u32)${b})` : `(${a} ${operator} ${b})`);
/** By a number known now nothing can go wrong. */
const dividing = (operator: string, name: string): BinaryRule => (a, b, type, divisor) => {
  const known = divisor.kind === "constant" && Number(divisor.value) > 0;
  const plain = type === "u32" || type === "i32" ? known : operator === "/";
  return plain ? `(${a} ${operator} ${b})` : `${name}(${a}, ${b})`;
};

export const binaryRules: { readonly [F in KernelBinary]: BinaryRule } = {
  add: wrapping("+"),
  subtract: wrapping("-"),
  multiply: wrapping("*"),
  divide: dividing("/", "op_divide"),
  modulo: dividing("%", "op_modulo"),
  power: called("op_power"),
  maximum: called("op_maximum"),
  minimum: called("op_minimum"),
  equal: between("=="),
  not_equal: between("!="),
  less: between("<"),
  less_equal: between("<="),
  greater: between(">"),
  greater_equal: between(">="),
  and: between("&&"),
  or: between("||"),
  xor: between("^"),
  bit_and: between("&"),
  shift_left: wrapping("<<"),
  shift_right: between(">>"),
};
