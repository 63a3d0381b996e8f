/**
 * THE op list: a closed set. "x" is the first input; dims are named, broadcasting is by name.
 * Whoever adds an op adds it to: this list, a method of compiler/3-graph/emit.ts that infers its dims, the oracle, the schedule, the tfjs program.
 */
import type { Extent, Node } from "./graph.js";

/** One input, elementwise. erf-form `gelu`; `elu` with alpha 1. `to_f32` converts i32/u32 to f32. `is_finite` gives i32 0 or 1. */
export type UnaryMapFn =
  | "negate" | "exp" | "log" | "sqrt" | "abs" | "sin" | "cos" | "tanh" | "sigmoid" | "softplus" | "erf"
  | "relu" | "gelu" | "gelu_tanh" | "silu" | "elu" | "square" | "reciprocal" | "rsqrt" | "to_f32" | "is_finite";

/** Two inputs, elementwise. `equal`, `not_equal` and `less` give i32 0 or 1. i32 inputs give i32 for add, subtract, multiply, maximum, minimum. */
export type BinaryMapFn =
  | "add" | "subtract" | "multiply" | "divide" | "power" | "maximum" | "minimum" | "equal" | "not_equal" | "less";

/** `select(condition i32, a, b)`: a where the condition is not 0. */
export type TernaryMapFn = "select";

export type MapFn = UnaryMapFn | BinaryMapFn | TernaryMapFn;

/** A recurrence that runs backwards; `late`: how many of its last terms are added after the decay. */
export interface Reverse {
  readonly late: number;
}

/**
 * One token of a scan as a graph of its own: nodes with the dims @batch and axes, never @token, of the ops input, scalar, iota, map, reduce, turn_half, matmul
 * (whose w is an input) and the views: tables and parameters are inputs. An `input` is named by its number among `inputs`, or `state.0` for what a state was before.
 */
export interface ScanBody {
  readonly nodes: readonly Node[];
  readonly inputs: readonly Node[];
  /** What each state is before the token (an input node), and after it. */
  readonly states: readonly { readonly before: Node; readonly after: Node }[];
}

export type Op =
  /** A tensor given to the call: `tokens` i32 [B, T]; `sampling` f32 [3] = temperature, top_k, top_p; `seed` i32 [1]. */
  | { readonly op: "input"; readonly name: string }
  /** A trained tensor. `dims` name the stored, row-major shape; their sizes multiply to the parameter's shape (which may merge neighbours). */
  | { readonly op: "parameter"; readonly parameter: string }
  /** A constant tensor. */
  | { readonly op: "table"; readonly data: readonly number[] }
  /** A constant number, no dims. */
  | { readonly op: "scalar"; readonly value: number }
  /** 0, 1, 2, … along its one dim, f32. */
  | { readonly op: "iota" }
  /** What a symbol is at this call, i32 [1]: `T` advances the state `length`. */
  | { readonly op: "extent"; readonly symbol: Exclude<Extent, number> }
  /** The value a state has when the entry starts. */
  | { readonly op: "state"; readonly state: string }
  /** Elementwise, broadcasting by name. */
  | { readonly op: "map"; readonly fn: MapFn }
  /** Sum or maximum over the named dims, which the result lacks. Over batch and token only sums, for gradients of parameters. */
  | { readonly op: "reduce"; readonly fn: "sum" | "max"; readonly over: readonly string[] }
  /**
   * Σ_over x · w. w is a `parameter` (or a rename of one), whose dims in `over` may be its last or its first but for batch dims. Dims that both
   * have and that are not in `over` are batch dims. Result: x's dims less `over`, then w's other dims.
   */
  | { readonly op: "matmul"; readonly over: readonly string[] }
  /** table[ids, …]: inputs [table, ids i32]; `dim` is the dim of the table that the ids index. Result: ids' dims, then the table's others. An id outside is clamped. */
  | { readonly op: "gather"; readonly dim: string }
  /** The inputs one behind the other along `dim`, which all of them have, each of its own size, a number; their other dims are the same. Stands in no path to a loss. */
  | { readonly op: "join"; readonly dim: string }
  /**
   * The `count` largest of x along its last dim, largest first, of equals the one with the lowest index first. Result: x's other dims, then @top of size `count`, then @pair of
   * size 2: the value, and its index as f32. A NaN counts as -inf; where x has fewer than `count`, the rest are (-inf, 0).
   */
  | { readonly op: "top"; readonly count: number }
  /** A view: dims get other names. */
  | { readonly op: "rename"; readonly names: Readonly<Record<string, string>> }
  /** A view: the dim, of size 1, goes. */
  | { readonly op: "squeeze"; readonly dim: string }
  /** A view: the dim, of size 1, is put at place `at`. */
  | { readonly op: "unsqueeze"; readonly dim: string; readonly at: number }
  /** Along `dim` (even size n): out[i] = i < n/2 ? -x[i + n/2] : x[i - n/2]. */
  | { readonly op: "turn_half"; readonly dim: string }
  /**
   * sin(2π · ((position · rate + offset) mod 2^32) / 2^32): inputs [position i32, rate u32 [d], offset u32 [d]], result position's dims then d.
   * The arithmetic is exact, so far positions are only as wrong as their rate, which is rounded to 2^-32 of a turn; a cosine has offset 2^30.
   */
  | { readonly op: "wave" }
  /**
   * Tokens so far, this one included, i32 [B, T]. `mask` (i32 [B, T], 1 = a real token) leaves padding out, `start` (i32 [B]) counts on.
   * Inputs [tokens, mask?, start?]; flags say which are there. `tokens` only gives the dims.
   */
  | { readonly op: "count"; readonly masked: boolean; readonly started: boolean }
  /**
   * Depthwise causal convolution: out[t] = bias + Σ_j weight[…, j] · x[t - (size-1) + j], over the last `size` real tokens.
   * Inputs [x [B, T, axes…], weight [axes…, tap], bias [axes…], state? [B, size-1, axes…], mask? i32 [B, T]].
   * Tokens before the first are `state` (oldest first) or zeros; with a mask, padding is stepped over and its own result is undefined.
   */
  | { readonly op: "convolve"; readonly size: number; readonly started: boolean; readonly masked: boolean }
  /** The last size-1 real inputs [B, size-1, axes…] after this call: inputs [x, state, mask?]. */
  | { readonly op: "convolve_state"; readonly size: number; readonly masked: boolean }
  /**
   * The recurrence S_t = decay_t ∘ S_{t-1} + Σ_i key_i ⊗ value_i, in chunks of `graph.chunk` tokens: the state before each
   * chunk, [B, N, axes…] (entry n is the state after the tokens of chunks 0 … n-1).
   * Inputs [start? [B, axes…], decay?, key_0, value_0, key_1, value_1, …]; decay, keys and values broadcast by name to [B, T, axes…].
   *
   * With `reverse` it runs from the last token to the first, as cotangents of states do: with R = start or 0 behind the last token,
   *   G_t = R_t + Σ_early key_t ⊗ value_t,   R_{t-1} = decay_t ∘ G_t + Σ_late key_t ⊗ value_t,
   * where the last `reverse.late` terms are the late ones. Entry n is then R at the last token of chunk n: what later chunks give.
   *
   * Each correction, two inputs more behind the terms, writer_i and reader_i, adds writer_t ⊗ u_t to S_t, where u_t = Σ reader_t · S_{t-1} over the
   * state's axes `corrections[i]`. In reverse it adds writer_t ⊗ u_t to R_{t-1} behind the decay, and u_t = Σ reader_t · G_t.
   */
  | {
      readonly op: "boundaries"; readonly started: boolean; readonly decayed: boolean; readonly terms: number; readonly reverse?: Reverse;
      /** Absent: none. */
      readonly corrections?: readonly (readonly string[])[];
    }
  /**
   * u_t of correction `of`, for every token: [B, T, the state's axes not in `corrections[of]`]. Inputs [boundaries, decay?, key_0, value_0, …, writer_0,
   * reader_0, …]. With it the recurrence has no corrections any more but one more term each, writer · u (late in reverse): what `scan_read` and `advance` take.
   */
  | {
      readonly op: "correction"; readonly of: number; readonly decayed: boolean; readonly terms: number; readonly reverse?: Reverse;
      readonly corrections: readonly (readonly string[])[];
    }
  /**
   * A recurrence of any form, one token after the other: what state `of` of `body` is before each token, [B, T, axes…]; in reverse, from the last token to the
   * first, what it is behind each. Inputs [start_0, …: as many as the body has states if `started`, else they are 0; then body.inputs in order, those
   * that depend on the token with the dims @batch, @token, the others without]. See `ScanBody`.
   */
  | { readonly op: "scan"; readonly body: ScanBody; readonly of: number; readonly started: boolean; readonly reverse: boolean }
  /** Tokens in the opposite order: out[t] = x[T-1-t]. */
  | { readonly op: "flip" }
  /** The state after all tokens, [B, axes…]. Inputs [boundaries, decay?, key_0, value_0, …]: only the last chunk is walked. */
  | { readonly op: "advance"; readonly decayed: boolean; readonly terms: number }
  /**
   * Σ_over query_t · S_t for every token (`when` new) or S_{t-1} (old), [B, T, …]: the state's axes that are not in `over`, and
   * axes that only the query has. Inputs [boundaries, decay?, key_0, value_0, …, query]; the query broadcasts by name too.
   * With `reverse` it reads G_t; `when` is new.
   */
  | {
      readonly op: "scan_read"; readonly decayed: boolean; readonly terms: number; readonly over: readonly string[]; readonly when: "old" | "new";
      readonly reverse?: Reverse;
    }
  /** The cache [B, C, …] with x [B, T, …] written at slots length … length+T-1. Inputs [cache, x, length i32 [1]]. Always in place, always a state update. */
  | { readonly op: "append" }
  /**
   * Softmax attention with a running maximum, out[b, t] = Σ_s softmax_s(Σ_over query[b, t] · key[b, s]) · value[b, s] over slots s <= length + t.
   * Inputs [query [B, T, …], key [B, C or T, …], value, length? i32 [1], valid? i32 [B, C or T]]; key and value have the dim `@time`, value none of `over`.
   * `started` = has length (else 0, and @time has size T); `masked` = has valid: slots that are 0 are left out; a row with no slot gives 0.
   * `full`: every row looks at all slots, as in an encoder; never started.
   * Result dims: @batch, @token, then `result` in that order: dims of query and key less `over`, and the value's
   * (whose own dim may have a name that is in `over`: each head's channels are summed over in the score and kept in the result).
   */
  | { readonly op: "attention"; readonly over: readonly string[]; readonly result: readonly string[]; readonly started: boolean; readonly masked: boolean; readonly full?: true }
  /**
   * log Σ_s exp(Σ_over query · key) over the slots that `attention` would look at, for the backward pass: inputs [query, key, valid?], never started.
   * Result [B, T, axes of query and key less `over`, in the order of `result`]. 1e30 for a row with no slot, so that exp(score - it) is 0.
   */
  | { readonly op: "attention_log_sum"; readonly over: readonly string[]; readonly result: readonly string[]; readonly masked: boolean; readonly full?: true }
  /**
   * The cotangent of one operand of `attention`, blocked like it. Inputs [query, key, value, log_sum, g, dot, valid?]: g is the cotangent of the
   * result out, dot = Σ g · out over the dims that only the value has, [B, T, as log_sum]. With p = exp(score - log_sum) and
   * ds = p · (Σ g · value - dot): query Σ_s ds · key, key Σ_t ds · query, value Σ_t p · g; sums also over dims that the operand lacks. Result: the operand's dims.
   */
  | { readonly op: "attention_gradient"; readonly of: "query" | "key" | "value"; readonly over: readonly string[]; readonly masked: boolean; readonly full?: true }
  /**
   * Σ_{batch, token} a · b: inputs [a [B, T, …], b [B, T, …]]. Dims that both have stay and go together (heads with weights of their own).
   * Result: the dims named in `result`, in that order: all of a's and b's but batch and token.
   */
  | { readonly op: "weight_gradient"; readonly result: readonly string[] }
  /** The transpose of `gather`: out[id] = Σ of x where ids = id. Inputs [ids i32, x: ids' dims, then others]. Result: `dim` of `size`, then x's others. Ids outside are clamped. */
  | { readonly op: "scatter_add"; readonly dim: string; readonly size: number }
  /**
   * Cross entropy of softmax over `dim`, with p = softmax(logits): -(1 - smoothing) · log p[target] - smoothing / size · Σ_dim log p.
   * Inputs [logits, targets i32: logits' dims less `dim`]; a target outside is clamped. Result: targets' dims, f32.
   */
  | { readonly op: "cross_entropy"; readonly dim: string; readonly smoothing: number }
  /** Its cotangent for the logits: weight · (p - (1 - smoothing) · [target] - smoothing / size). Inputs [logits, targets, weight f32: targets' dims]. */
  | { readonly op: "cross_entropy_gradient"; readonly dim: string; readonly smoothing: number }
  /**
   * Dropout's mask: `kept` or 0, 0 with probability `rate`. Inputs [seed i32 [1], counter i32 [1]]; dims as given. Element i of the flat, row-major
   * index is dropped when the 24 high bits of pcg(pcg(i) + base) are below rate · 2^24, base = pcg(pcg(pcg(seed) + counter) + stream), all mod 2^32:
   * the same mask on every backend, however often it is computed (`fillMask` in runtime/random.ts).
   */
  | { readonly op: "keep"; readonly stream: number; readonly rate: number; readonly kept: number }
  /**
   * The cotangent of `convolve`'s x: gx[t] = Σ_j weight[…, j] · g[t + (size-1) - j] (real tokens only; padding
   * gets 0, and what g has there counts for nothing, here and in the weight's). Inputs [g, weight, mask?]. Never started.
   */
  | { readonly op: "convolve_gradient"; readonly size: number; readonly masked: boolean }
  /** The cotangent of `convolve`'s weight, [axes…, tap]: Σ_{b, t} g[t] · x[t - (size-1) + j]. Inputs [x, g, mask?]; tap is the dim `tap`. */
  | { readonly op: "convolve_weight_gradient"; readonly size: number; readonly tap: string; readonly masked: boolean }
  /**
   * x summed over all ranks that train together, f32; with one rank, and on a target that knows none, x itself. It lies where x lies and is written over it, so
   * that nothing else reads x behind it.
   */
  | { readonly op: "rank_sum" }
  /** The last real token of each row: [B, T, …] to [B, 1, …]. Inputs [x, mask?]; a row of padding only gives its first token. */
  | { readonly op: "last"; readonly masked: boolean }
  /**
   * Draws a token id for each row, i32 [B, 1]: inputs [logits f32 [B, 1, vocab], sampling f32 [3] = temperature, top_k, top_p, seed i32 [1], drawn i32 [1]].
   * temperature 0: the largest logit, lowest id first. Else softmax(logits / temperature) restricted to the top_k largest (0 = all, ties with
   * the k-th included) and then to the smallest set of largest that reaches top_p of what top_k left (ties with its last included, at
   * least one id); inverse of its cumulative sum, in id order, at
   * uniform(seed, drawn, row), the 24 high bits of a PCG hash (see `runtime/random.ts`).
   */
  | { readonly op: "sample" };
