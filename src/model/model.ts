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
   * number, so that what is written must not depend on the order.
   */
  readonly reads: "causal" | "whole";
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

/** Factors of the rate. `floor` is a share of it. */
export type Schedule =
  | { readonly kind: "cosine" | "linear"; readonly warmup: number; readonly floor: number }
  | { readonly kind: "inverse_sqrt" | "constant"; readonly warmup: number };

/** The `train` block; what a spec leaves out has a default. */
export interface Train {
  /** Absent when the spec names none. */
  readonly corpus?: Corpus;
  /** A share of the corpus's end, or a corpus of its own; 0 = nothing is held out. */
  readonly heldOut: number | Corpus;
  /** Windows of `context` tokens a micro-batch. */
  readonly batch: number;
  /** Micro-batches an update. */
  readonly accumulate: number;
  readonly steps: number;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  /** Largest global norm of the gradient; 0 = any. */
  readonly clip: number;
  readonly precision: "float32" | "float16";
  readonly seed: number;
  readonly labelSmoothing: number;
  /** Updates from one measurement on the held-out part to the next; absent: a tenth of all. */
  readonly evaluateEvery?: number;
}

/** The side that reads a whole text at once. */
export interface Encoder {
  readonly layers: readonly (readonly Sublayer[])[];
  readonly finalNorm?: NormParameters;
}

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
  /** [vocabulary, width] */
  readonly embedding: Parameter;
  /** [vocabulary, width]; the embedding itself when tied. */
  readonly output: Parameter;
  /** [context, width], named `positions.weight`, when learned. */
  readonly positionTable?: Parameter;
  readonly finalNorm?: NormParameters;
  /** layers[i] are the sublayers of layer i; none in a model that is an encoder alone. */
  readonly layers: readonly (readonly Sublayer[])[];
  readonly encoder?: Encoder;
  /** In a fixed order: embedding, positions, layers, final norm, output. */
  readonly parameters: readonly Parameter[];
  readonly generate: Generate;
  readonly train: Train;
}
