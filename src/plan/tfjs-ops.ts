/**
 * The closed list of step ops of a tfjs program: what `compiler/6-codegen/tfjs` may emit and `runtime/tfjs/steps` must know.
 * Operands are positional. Shapes (attr `shape`) hold numbers and products of symbols, `"8*B*T"`, evaluated at each call.
 * "x" is the first operand. Letters: G groups (heads), O summed over, W value axes, E axes that only a query has, A all axes.
 */

/** Elementwise, broadcasting as NumPy does; the meaning is that of `MapFn` in src/graph/ops.ts. */
export const tfjsMapOps = [
  "negate", "exp", "log", "sqrt", "abs", "sin", "cos", "tanh", "sigmoid", "softplus", "erf", "relu", "gelu", "gelu_tanh", "silu", "elu",
  "square", "reciprocal", "rsqrt", "to_f32", "is_finite",
  "add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "equal", "not_equal", "less",
  "select",
] as const;

/** Values that are there before the first step that computes; never freed by a step. */
export const tfjsSourceOps = [
  /** { name } */
  "input",
  /** { parameter: index in context.parameters, shape, perm, to, part } : reshaped to `shape`, transposed by `perm`, reshaped to `to`; `part` >= 0 takes that index of the first axis. */
  "parameter",
  /** { state: index in context.states } : a tensor, or a cache where the state grows. */
  "state",
  /** { dtype, shape, data } : u32 is kept as the int32 of the same bits; what JSON has no number for is text, "-Infinity". */
  "constant",
] as const;

export const tfjsComputeOps = [
  /** { size: [extent] } : 0, 1, 2, … f32 [size] */
  "range",
  /** { symbol } : its value at this call, i32 [1] */
  "extent",
  /** { axes } : the axes go. */
  "sum", "max",
  /** softmax over the last axis. */
  "softmax",
  /** y [rows, n], a softmax along n, and g [rows, n] → y · (g - Σ_n g · y) */
  "softmax_gradient",
  /** x, g → g where x > 0, else 0; of one shape, or of 1 along an axis. */
  "relu_gradient",
  /** Φ(x) = (1 + erf(x / √2)) / 2, so that gelu is x · Φ(x). */
  "gelu_gate",
  /** x, Φ(x) → Φ(x) + x · exp(-x² / 2) / √(2π), the slope of gelu. */
  "gelu_slope",
  /** { epsilon, centered } : x [rows, n], scale? [n], shift? [n]: layer_norm (centered) or rms_norm along n. */
  "normalize",
  /** { shape } */
  "reshape",
  /** { perm } */
  "transpose",
  /** { shape } : sizes of 1 repeated. */
  "broadcast",
  /** [M, K] · [K, N], 2-D and plain: the only form that is fast on wasm. */
  "matmul",
  /** x [M, P, K], then P operands [K, N] (or one operand [P, K, N], attr `stacked`) → [M, P, N] */
  "matmul_per",
  /** Σ_K of [P, M, K] · [P, K, N] → [P, M, N] */
  "matmul_batched",
  /** Σ_rows of a [rows, M] · b [rows, N] → [M, N]; or of a [rows, P, M] · b [rows, P, N] → [P, M, N] */
  "weight_gradient",
  /** table [rows, A], ids [n] → [n, A]; ids outside are clamped. */
  "gather",
  /** x_0 [rows, n_0], x_1 [rows, n_1], … → [rows, n_0 + n_1 + …] */
  "join",
  /** { count } : x [rows, n] → [rows, count, 2], f32: values and places of the largest, see op `top` of the graph. */
  "top",
  /** { axis } : see op `turn_half` of the graph. */
  "turn_half",
  /** { axis } : the axis in the opposite order. */
  "flip",
  /** position i32 [n], rate [d], offset [d] → [n, d], exact integers on the host. */
  "wave",
  /** { masked, started } : mask? [B, T], start? [B] → i32 [B, T] */
  "count",
  /** { size, started, masked } : x [B, T, A], weight [size, A], bias [A], state? [B, size-1, A], mask? [B, T] → [B, T, A] */
  "convolve",
  /** { size, masked } : x [B, T, A], state [B, size-1, A], mask? → [B, size-1, A] */
  "convolve_state",
  /**
   * Recurrences run backwards where `reverse` is true, the last `late` terms being added after the decay (src/graph/ops.ts). Where `source` is true, here and
   * wherever a step has it, T and N are those of the source texts: E and M.
   * { chunk, started, decayed, terms, reverse, late } : [start [B, G, O, W]], [decay [B|1, T|1, G|1, O|1, W|1]], then key [B|1, T|1, G|1, O|1] and
   * value [B|1, T|1, G|1, W|1] a term → [B, N, G, O, W]. The decay may vary along O or along W, not along both.
   */
  "boundaries",
  /** { chunk, decayed, terms } : boundaries [B, N, G, O, W], [decay], terms as above → [B, G, O, W] */
  "advance",
  /** { chunk, decayed, terms, old, reverse, late } : boundaries, [decay [B|1, T|1, G|1]], terms, query [B|1, T|1, E, G, O] → [B, T, E, G, W] */
  "scan_read",
  /** The same, token by token, whatever axes the decay has. State axes are A…; operands [B|1, T|1, A|1…]. */
  "boundaries_by_step", "advance_by_step",
  /** query [B|1, T|1, E, A|1…]; { over: which of A… are summed } → [B, T, E, rest of A…] */
  "scan_read_by_step",
  /**
   * Recurrences with corrections that all read over O, in their matmul form. { chunk, started, decayed, terms, corrections, sizes: [G, O, W], reverse, late } :
   * [start [B|1, G|1, O|1, W|1]], [decay [B|1, T|1, G|1]], keys [B|1, T|1, G|1, O|1] and values [B|1, T|1, G|1, W|1], then writers and readers, both as keys
   * → the state before each chunk [B, N, G, O, W] and u of each correction [B, T, G, W] behind one another, flat
   */
  "corrected",
  /**
   * The same, token by token, whatever axes the corrections read over and the decay has: sizes of the state's axes A…, operands [B|1, T|1, A|1…], and `corrections`
   * says which of A… each reads over: "0,2". { bounded } : what comes first is no start but the state before each chunk [B, N, A…].
   */
  "corrected_by_step",
  /** { size, source } : of what corrected gave, the state before each chunk [B, N, size]. */
  "corrected_state",
  /** { state, from, size, source } : of what corrected gave, what a correction has read, [B, T, size]: `state` numbers a chunk and `from` numbers a token stand before it. */
  "corrected_read",
  /**
   * { started, reverse, tokens, source } and a body: as many starts [B|1, A|1…] as the body has states if `started`, then its inputs, of which those numbered in
   * `tokens` begin with [T] → what the states A… are before each token, flat and behind one another, [B, T, all]. In the body `input` names an input
   * by its number, "0", or a state before the token, "state.0".
   */
  "scan",
  /** { from, size } : what a scan gave → [B, T, size], the state that begins there. */
  "scan_state",
  /** { perm, sizes, split } : cache, x [B, G, T, O] → cache. Kept axis i is the stored axis perm[i] (batch and time left out), of size sizes[i]; the first `split` are G. */
  "append",
  /** cache → [B, S, axes as stored] */
  "read_cache",
  /** { masked, started, block, full? } : query [B, T, E, G, O], key [B, G, S, O], value [B, G, S, W] (tensors, or caches kept so), valid? i32 [B, S] or a cache → [B, T, E, G, W] */
  "attention",
  /** { masked, block, full? } : query, key, valid? as in attention → [B, T, E, G] */
  "attention_log_sum",
  /**
   * { masked, block, full? } : query, key, value as in attention, log_sum [B, T, E, G], g [B, T, E, G, W], dot [B, T, E, G], valid? → the cotangents of
   * query [B, T, E, G, O], key [B, G, S, O] and value [B, G, S, W] behind one another, flat
   */
  "attention_gradients",
  /** { of } : what attention_gradients gave, and its query, key and value → the part for that operand, repeated as attention repeats the operand */
  "attention_gradient",
  /** { rows } : ids [n], x [n, A] → [rows, A]; ids outside are clamped. */
  "scatter_add",
  /** { smoothing } : logits [n, vocab], targets i32 [n] → [n] */
  "cross_entropy",
  /** { smoothing } : logits [n, vocab], targets i32 [n], weight [n] → [n, vocab] */
  "cross_entropy_gradient",
  /** { stream, rate, kept, shape } : seed i32 [1], counter i32 [1] → the mask, made on the host */
  "keep",
  /** { size, masked } : g [B, T, A], weight [size, A], mask? [B, T] → [B, T, A] */
  "convolve_gradient",
  /** { size, masked } : x [B, T, A], g [B, T, A], mask? [B, T] → [size, A] */
  "convolve_weight_gradient",
  /** { masked } : x [B, T, A], mask? [B, T] → [B, A] */
  "last",
  /** logits [B, vocab], sampling [3], seed [1], drawn [1] → i32 [B], on the host. */
  "sample",
] as const;

/** What may stand in the body of a scan: nothing there knows of tokens, caches, parameters or states. */
export const tfjsBodyOps: readonly string[] = [
  ...tfjsMapOps, "input", "constant", "sum", "max", "softmax", "softmax_gradient", "relu_gradient", "gelu_gate", "gelu_slope", "normalize", "reshape", "transpose", "broadcast",
  "matmul", "matmul_per", "matmul_batched", "turn_half",
];

export type TfjsMapOp = (typeof tfjsMapOps)[number];
export type TfjsSourceOp = (typeof tfjsSourceOps)[number];
export type TfjsComputeOp = TfjsMapOp | (typeof tfjsComputeOps)[number];
export type TfjsOp = TfjsSourceOp | TfjsComputeOp;
