/**
 * A checked spec: names resolved, constants folded, shapes known, mixers instantiated for each place in the stack.
 * `compiler/1-check` makes it without `read` and `attend` nodes; `compiler/2-derive` puts each state update into the
 * normal form of LANGUAGE.md section 3 and replaces uses of a state by those nodes.
 */
import type { Span } from "../base/source.js";

/** An axis of a per-token tensor. Two axes of equal size are still two axes: identity is the name. */
export interface Axis {
  readonly name: string;
  readonly size: number;
}

export type Initializer =
  | { readonly kind: "zeros" }
  | { readonly kind: "ones" }
  | { readonly kind: "normal"; readonly deviation: number }
  /** Glorot uniform: ±gain·sqrt(6 / (fanIn + fanOut)) */
  | { readonly kind: "xavier"; readonly gain: number; readonly fanIn: number; readonly fanOut: number }
  | { readonly kind: "uniform"; readonly low: number; readonly high: number }
  /** A convolution that passes its newest tap through: 1 at the last index of the last axis, else 0. */
  | { readonly kind: "identity_tap" };

/** A trained tensor. Stored output axes first, row-major, `shape` as in the weights file, `[heads * slots, width]`. */
export interface Parameter {
  /** Full name, `layers.3.memory.key.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  readonly span: Span;
}

export type UnaryFn =
  | "negate" | "exp" | "log" | "sqrt" | "abs" | "sin" | "cos" | "tanh" | "sigmoid" | "softplus"
  | "relu" | "gelu" | "gelu_tanh" | "silu" | "elu" | "square";
export type BinaryFn = "add" | "subtract" | "multiply" | "divide" | "power";
export type ReduceFn = "sum" | "mean" | "max" | "logsumexp";

interface ExprBase {
  /** Named axes, without batch and time. A cache read has the axis named `time` (size 0: not known). */
  readonly axes: readonly Axis[];
  readonly span: Span;
  /** The binding in the mixer, for printing: `read`, `key`. */
  readonly label?: string;
}

/** What one token computes. A DAG: a shared sub-expression is one object used twice. */
export type TokenExpr = ExprBase &
  (
    | { readonly kind: "number"; readonly value: number }
    /** The token that reads (`x`) or is written into the state (`source`), axis `width`. In self use they are equal. */
    | { readonly kind: "input"; readonly name: "x" | "source" }
    /** 0-based position of the token among those that are not padding. */
    | { readonly kind: "position" }
    /** How many source tokens have been written, this one included. */
    | { readonly kind: "count" }
    /** 0, 1, 2, … along an axis. */
    | { readonly kind: "index"; readonly axis: Axis }
    | { readonly kind: "parameter"; readonly parameter: Parameter }
    /** The row of a parameter at the token's position: `stored` are the parameter's axes, `axis` one of them. Only where a text has an end. */
    | { readonly kind: "at"; readonly parameter: Parameter; readonly stored: readonly Axis[]; readonly axis: Axis }
    /** The sum of what both directions of `bidirectional[index]` of the mixer give, axis `width`. */
    | { readonly kind: "both"; readonly index: number }
    | { readonly kind: "unary"; readonly fn: UnaryFn; readonly argument: TokenExpr }
    | { readonly kind: "binary"; readonly fn: BinaryFn; readonly left: TokenExpr; readonly right: TokenExpr }
    | { readonly kind: "reduce"; readonly fn: ReduceFn; readonly argument: TokenExpr; readonly over: readonly Axis[] }
    | { readonly kind: "softmax"; readonly argument: TokenExpr; readonly over: readonly Axis[] }
    /** Epsilon 1e-5; `scale` and `shift` have the axes of `over`. `shift` is absent for rms_norm. */
    | { readonly kind: "norm"; readonly fn: "layer_norm" | "rms_norm"; readonly argument: TokenExpr; readonly over: readonly Axis[]; readonly scale: Parameter; readonly shift?: Parameter }
    /** weight: [per…, outputs…, inputs…] flattened to [∏per·∏outputs, ∏inputs]; bias: [∏per·∏outputs]. */
    | { readonly kind: "linear"; readonly argument: TokenExpr; readonly weight: Parameter; readonly bias?: Parameter; readonly per: readonly Axis[]; readonly outputs: readonly Axis[]; readonly inputs: readonly Axis[] }
    /** Rotary embedding along an even axis: pairs (i, i + size/2), angle position · 10000^(-2i/size). */
    | { readonly kind: "rotary"; readonly argument: TokenExpr; readonly axis: Axis }
    /** Depthwise causal convolution over the last `size` tokens; weight [axes…, size], last tap = the token itself; bias [axes…]. */
    | { readonly kind: "convolve"; readonly argument: TokenExpr; readonly size: number; readonly weight: Parameter; readonly bias: Parameter; readonly name: string }
    | { readonly kind: "dropout"; readonly argument: TokenExpr }
    /** A raw use of a state; after `2-derive` only of walked ones. */
    | { readonly kind: "state"; readonly state: State; readonly when: "old" | "new" }
    /** A raw use of a cache, with the axis `time` in front; gone after `2-derive`. */
    | { readonly kind: "cache"; readonly cache: Cache }
    /** Σ over `over` of query · state: only after `2-derive`. `over` may be empty. */
    | { readonly kind: "read"; readonly state: State; readonly when: "old" | "new"; readonly query: TokenExpr; readonly over: readonly Axis[] }
    /** Σ_time softmax_time(Σ_over query · key) · value: only after `2-derive`. */
    | { readonly kind: "attend"; readonly query: TokenExpr; readonly key: Cache; readonly value: Cache; readonly over: readonly Axis[] }
  );

/** LANGUAGE.md's table of classes. */
export type RecurrenceClass = StateClass | "growing";
export type StateClass = NormalForm["class"] | "sequential";

export interface State {
  /** Full name, `layers.3.memory.bank`. */
  readonly name: string;
  readonly axes: readonly Axis[];
  /** The right-hand side, in which the state appears as `{ kind: "state", when: "old" }`. Set once, after the state exists. */
  update: TokenExpr;
  readonly span: Span;
  /** Set by `2-derive`: S = decay ∘ S + Σ writer · u + Σ key · value. Exactly one of this and `walk` is set. */
  normal?: NormalForm;
  /** Set by `2-derive` for a state of class `sequential`. */
  walk?: Walk;
}

/**
 * States that are walked token by token together, in an order in which each one's `update` needs new values of earlier ones only. In their updates, and
 * wherever else a walked state is used, raw `state` nodes remain: what such a state is at each token is kept, so that any use of it will do.
 */
export interface Walk {
  readonly states: readonly State[];
  /** What makes it sequential. */
  readonly because: Span;
}

export interface NormalForm {
  readonly class: "additive" | "decayed" | "corrected";
  /** Axes ⊆ the state's; absent = 1. */
  readonly decay?: TokenExpr;
  /** Whether `decay` depends on the token. */
  readonly decayPerToken: boolean;
  /** Each adds writer · u, where u = Σ_over reader · (the state before the token). */
  readonly corrections: readonly Correction[];
  /** Each term's key and value together have all the state's axes (those missing from both are broadcast). */
  readonly terms: readonly { readonly key: TokenExpr; readonly value: TokenExpr }[];
}

/** Axes of the writer and of what is read, together: the state's (those missing are broadcast). */
export interface Correction {
  readonly writer: TokenExpr;
  readonly reader: TokenExpr;
  readonly over: readonly Axis[];
}

/** Every token's value, kept. */
export interface Cache {
  /** Full name, `layers.3.attention.key`. */
  readonly name: string;
  /** The kept value's axes, without `time`. */
  readonly axes: readonly Axis[];
  readonly value: TokenExpr;
  readonly span: Span;
}

/** One mixer at one place of the stack. */
export interface MixerInstance {
  readonly mixer: string;
  /**
   * What a token sees. `causal`: itself and those before it. `whole`, in an encoder: states and caches after all tokens, padding left out, and `count` their
   * number, so that what is written must not depend on the order. `cross`, in a decoder: the same of the source's tokens. What is written into a state or a cache is
   * then of the source's side (`source`, and `position` and `count` there), everything else of the decoder's (`x`, its `position`; `count` is the source's).
   */
  readonly reads: "causal" | "whole" | "cross";
  /** Mixers that run over a whole text from both its ends, both `causal`. */
  readonly bidirectional: readonly Bidirectional[];
  readonly states: readonly State[];
  readonly caches: readonly Cache[];
  readonly convolutions: readonly (TokenExpr & { kind: "convolve" })[];
  /** Axes [width]. `2-derive` returns an instance with this rewritten. */
  readonly out: TokenExpr;
  readonly span: Span;
}

/** One mixer twice, each with parameters of its own; `backward` gets the tokens in the opposite order, and what it gives is put back into theirs. */
export interface Bidirectional {
  readonly forward: MixerInstance;
  readonly backward: MixerInstance;
}

export interface NormParameters {
  readonly weight: Parameter;
  readonly bias: Parameter;
}

export type Sublayer =
  | { readonly kind: "mixer"; readonly place: string; readonly norm: NormParameters; readonly mixer: MixerInstance; readonly span: Span }
  | {
      readonly kind: "feed_forward"; readonly place: string; readonly norm: NormParameters; readonly span: Span;
      readonly hidden: number; readonly activation: "relu" | "gelu" | "gelu_tanh" | "silu";
      /** down(activation(gate(x)) · up(x)) when `gate` is there, else down(activation(up(x))). Weights [hidden, width], [width, hidden]. */
      readonly up: Linear; readonly down: Linear; readonly gate?: Linear;
    };

export interface Linear {
  readonly weight: Parameter;
  readonly bias?: Parameter;
}

export type Vocabulary =
  | { readonly kind: "bytes" }
  | { readonly kind: "ids"; readonly size: number }
  /** Sorted distinct code points of the file. */
  | { readonly kind: "characters"; readonly characters: readonly string[] }
  /** `file` is the path as resolved against the spec; `json` the parsed tokenizer.json. */
  | { readonly kind: "tokenizer"; readonly file: string; readonly json: unknown; readonly size: number };

export interface Generate {
  readonly temperature: number;
  /** 0 = off. */
  readonly topK: number;
  /** 1 = off. */
  readonly topP: number;
  /** Hypotheses of beam search that are kept a sentence; 1 = no beam search. */
  readonly beam: number;
  /** A hypothesis's score is Σ log p / length ^ lengthPenalty, `end` included. */
  readonly lengthPenalty: number;
  /** A translation has at most floor(perSource · source tokens + more) tokens, and `end`. */
  readonly maxLength: { readonly perSource: number; readonly more: number };
}

/** A file, or two files of pairs, as the spec names them. */
export type Corpus = { readonly kind: "text"; readonly files: readonly string[] } | { readonly kind: "pairs"; readonly source: string; readonly target: string };

export type Optimizer = Adaptive | Momentum;

export interface Adaptive {
  readonly kind: "adamw" | "adam";
  readonly rate: number;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  /** adamw takes rate · decay · parameter off each parameter, adam adds decay · parameter to its gradient. */
  readonly decay: number;
}

/** nag is momentum as Nesterov's. */
export interface Momentum {
  readonly kind: "nag" | "sgd";
  readonly rate: number;
  readonly momentum: number;
  /** decay · parameter is added to its gradient. */
  readonly decay: number;
}

/** Factors of the rate. `start`, where the warm-up begins, and `floor` are shares of it. */
export type Schedule =
  | { readonly kind: "cosine"; readonly warmup: number; readonly start: number; readonly floor: number; readonly restarts?: Restarts }
  | { readonly kind: "linear"; readonly warmup: number; readonly start: number; readonly floor: number }
  | { readonly kind: "inverse_sqrt" | "constant"; readonly warmup: number; readonly start: number };

/** Loshchilov & Hutter, "SGDR", 2017: the first period has `period` steps, each next one is `grow` times as long, its rate and floor `shrink` times as high. */
export interface Restarts {
  readonly period: number;
  readonly grow: number;
  readonly shrink: number;
}

/** The `train` block; what a spec leaves out has a default. */
export interface Train {
  /** Absent when the spec names none. */
  readonly corpus?: Corpus;
  /** A share of the corpus's end, or a corpus of its own; 0 = nothing is held out. */
  readonly heldOut: number | Corpus;
  /** Windows of `context` tokens a micro-batch, or pairs. */
  readonly batch: number;
  /** Of pairs: as many a micro-batch as have, padded to the longest of each side, at most so many tokens on either side. It goes before `batch`. */
  readonly batchTokens?: number;
  /** Micro-batches an update. */
  readonly accumulate: number;
  readonly steps: number;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  /** Largest global norm of the gradient; 0 = any. */
  readonly clip: number;
  readonly precision: "float32" | "float16" | "bfloat16";
  readonly seed: number;
  readonly labelSmoothing: number;
  /** Updates from one measurement on the held-out part to the next; absent: a tenth of all. */
  readonly evaluateEvery?: number;
}

/** The side that reads a whole text at once. Its vocabulary and embedding are the model's own, unless it has others. */
export interface Encoder {
  readonly vocabulary: Vocabulary;
  readonly vocabularySize: number;
  readonly padding?: number;
  readonly end?: number;
  readonly unknown?: number;
  /** [vocabulary, width] */
  readonly embedding: Parameter;
  /** [context, width], named `encoder.positions.weight`, when learned. */
  readonly positionTable?: Parameter;
  readonly layers: readonly (readonly Sublayer[])[];
  readonly finalNorm?: NormParameters;
}

/**
 * Adaptive input (Baevski & Auli, 2019) and adaptive softmax (Grave et al., 2017), tied. A token of cluster i is embedded as projection_i · table_i[id - from_i]. The
 * head has a row for each id of the first cluster and one for each other cluster: log p(id) is the head's, or that of its cluster and, in it, its own
 * among table_i · (projection_iᵀ · x). The first cluster's projection is for the input alone.
 */
export interface AdaptiveVocabulary {
  /** Ids `from` to `to` - 1, with `size` values each: width / 4^i, rounded down. `embedding.0.weight` [to - from, size] and `embedding.0.projection.weight` [width, size], … */
  readonly clusters: readonly { readonly from: number; readonly to: number; readonly size: number; readonly table: Parameter; readonly projection: Parameter }[];
  /** `output.classes.weight`, [clusters - 1, width] */
  readonly classes: Parameter;
  /** Dropout of the output: of what the head is given, and of what each tail projects. */
  readonly dropout: number;
}

/** Token ids in and out: one table, or clusters of them. */
export type Embedding =
  /** table and output [vocabulary, width]; output is the table when tied. */
  | { readonly kind: "table"; readonly table: Parameter; readonly output: Parameter }
  | ({ readonly kind: "adaptive" } & AdaptiveVocabulary);

export interface Model {
  readonly name: string;
  readonly span: Span;
  readonly doc: string;
  readonly vocabulary: Vocabulary;
  readonly vocabularySize: number;
  readonly width: number;
  readonly context?: number;
  readonly positions: "sinusoidal" | "learned" | "none";
  readonly norm: "pre" | "post";
  readonly embeddingScale: number;
  readonly dropout: number;
  readonly attentionDropout: number;
  readonly activationDropout: number;
  readonly layerDrop: number;
  readonly padding?: number;
  readonly begin?: number;
  readonly end?: number;
  readonly unknown?: number;
  readonly embedding: Embedding;
  /** [context, width], named `positions.weight`, when learned. */
  readonly positionTable?: Parameter;
  readonly finalNorm?: NormParameters;
  /** layers[i] are the sublayers of layer i; none in a model that is an encoder alone. */
  readonly layers: readonly (readonly Sublayer[])[];
  readonly encoder?: Encoder;
  /** In a fixed order: embedding, positions, the encoder's own and its layers, layers, final norm, output. */
  readonly parameters: readonly Parameter[];
  readonly generate: Generate;
  readonly train: Train;
}
