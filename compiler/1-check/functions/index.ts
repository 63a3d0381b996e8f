/** The functions of the language, one rule each. */
import type { FunctionName } from "../function-names.js";
import { convolve, linear, norm } from "./learned.js";
import { elementwise, reduction, softmax } from "./plain.js";
import type { FunctionRule } from "./rule.js";
import { at, dropout, index, previous, rotary, size } from "./tokens.js";

const rules: { readonly [F in FunctionName]: FunctionRule } = {
  exp: elementwise("exp"), log: elementwise("log"), sqrt: elementwise("sqrt"), abs: elementwise("abs"),
  sin: elementwise("sin"), cos: elementwise("cos"), tanh: elementwise("tanh"), sigmoid: elementwise("sigmoid"),
  softplus: elementwise("softplus"), relu: elementwise("relu"), gelu: elementwise("gelu"),
  gelu_tanh: elementwise("gelu_tanh"), silu: elementwise("silu"), elu: elementwise("elu"), square: elementwise("square"),
  sum: reduction("sum"), mean: reduction("mean"), max: reduction("max"), logsumexp: reduction("logsumexp"),
  softmax,
  layer_norm: norm("layer_norm"), rms_norm: norm("rms_norm"), linear, convolve,
  rotary, size, index, at, previous, dropout,
};

export function findFunction(name: string): FunctionRule | undefined {
  return Object.hasOwn(rules, name) ? rules[name as FunctionName] : undefined;
}
