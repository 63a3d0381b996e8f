/** How each function of the kernel IR is written in WGSL: total tables. */
import type { KernelBinary, KernelType, KernelUnary } from "../../../src/kernel/kernel.js";
import type { PreludeText } from "./prelude.js";

type UnaryRule = (a: string, type: KernelType, prelude: PreludeText) => string;
type BinaryRule = (a: string, b: string, type: KernelType, prelude: PreludeText) => string;

const call = (name: string): UnaryRule => (a) => `${name}(${a})`;
const ours = (name: string): UnaryRule => (a, type, prelude) => `${type === "vec4f" ? prelude.useVector(name) : prelude.use(name)}(${a})`;
const between = (operator: string): BinaryRule => (a, b) => `(${a} ${operator} ${b})`;

export const unaryRules: { readonly [F in KernelUnary]: UnaryRule } = {
  negate: (a) => `(-${a})`,
  not: (a) => `(!${a})`,
  exp: call("exp"),
  log: call("log"),
  sqrt: call("sqrt"),
  abs: call("abs"),
  sin: ours("op_sin"),
  cos: ours("op_cos"),
  tanh: ours("op_tanh"),
  sigmoid: ours("op_sigmoid"),
  softplus: ours("op_softplus"),
  relu: (a, type) => `max(${a}, ${type === "vec4f" ? "vec4f()" : "0.0f"})`,
  gelu: ours("op_gelu"),
  gelu_tanh: ours("op_gelu_tanh"),
  silu: ours("op_silu"),
  elu: ours("op_elu"),
  square: (a) => `(${a} * ${a})`,
  reciprocal: (a) => `(1.0f / ${a})`,
  rsqrt: call("inverseSqrt"),
  erf: ours("op_erf"),
  sin_turns: (a, _, prelude) => `${prelude.use("op_sin_turns")}(${a})`,
  pcg: ours("op_pcg"),
};

export const binaryRules: { readonly [F in KernelBinary]: BinaryRule } = {
  add: between("+"),
  subtract: between("-"),
  multiply: between("*"),
  divide: between("/"),
  modulo: between("%"),
  power: (a, b, _, prelude) => `${prelude.use("op_power")}(${a}, ${b})`,
  maximum: (a, b) => `max(${a}, ${b})`,
  minimum: (a, b) => `min(${a}, ${b})`,
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
  shift_left: between("<<"),
  shift_right: between(">>"),
};
