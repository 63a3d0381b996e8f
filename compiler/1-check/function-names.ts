/** The words of the language that are written like a call, in one list: no mixer may take them. */

export const elementwiseNames = [
  "exp", "log", "sqrt", "abs", "sin", "cos", "tanh", "sigmoid", "softplus",
  "relu", "gelu", "gelu_tanh", "silu", "elu", "square",
] as const;
export const reductionNames = ["sum", "mean", "max", "logsumexp"] as const;
export const normNames = ["layer_norm", "rms_norm"] as const;

export type FunctionName =
  | (typeof elementwiseNames)[number]
  | (typeof reductionNames)[number]
  | (typeof normNames)[number]
  | "softmax" | "linear" | "rotary" | "convolve" | "size" | "index" | "at" | "dropout" | "previous";

export const functionNames: ReadonlySet<string> = new Set<string>([
  ...elementwiseNames, ...reductionNames, ...normNames,
  "softmax", "linear", "rotary", "convolve", "size", "index", "at", "dropout", "previous",
  "feed_forward", "bidirectional", "cross", "zeros", "ones", "normal", "xavier", "uniform",
]);
