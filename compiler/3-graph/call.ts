/**
 * What all files here share while one entry is built: the emitter, the tokens of the call and what is counted about them, the states,
 * and nodes that are made once (parameters, states, tables, numbers).
 */
import { bug } from "../../src/base/assert.js";
import type { Span } from "../../src/base/source.js";
import { batchDim, hasDim, tokenDim, type Dim, type Node, type StateSpec } from "../../src/graph/graph.js";
import type { Axis, Embedding, Model, Parameter } from "../../src/model/model.js";
import type { Emitter } from "./emit.js";
import { padMask } from "./padding.js";
import type { Source } from "./source.js";

/** forward: all tokens from zero states; prefill: all tokens, states go on; decode: one token. */
export type Form = "forward" | "prefill" | "decode";

/** Where dropout's masks come from, i32 [1] each. */
export interface Random {
  readonly seed: Node;
  readonly counter: Node;
}

/** Where a token's expressions become nodes: the graph of a call, for all its tokens, or the body of a scan, for one. */
export abstract class Scope {
  private readonly made = new Map<string, Node>();

  constructor(readonly emit: Emitter) {}

  /** `axes` name the stored shape. */
  abstract parameter(parameter: Parameter, axes: readonly Dim[]): Node;
  /** `node`, which changes no result, only the size of what is computed on the way. */
  abstract stop(node: Node): Node;
  /** A node that is made in the call's own graph, as it is here. */
  abstract ofCall(make: (call: Call) => Node): Node;

  once(key: string, make: () => Node): Node {
    let node = this.made.get(key);
    if (!node) this.made.set(key, (node = make()));
    return node;
  }

  scalar(value: number): Node {
    return this.once(`scalar ${value}`, () => this.emit.scalar(value));
  }

  /** Runs `make` with this span and label on all nodes that it makes. */
  within<R>(span: Span, label: string | undefined, make: () => R): R {
    return this.emit.within(label, make, span);
  }
}

/** What belongs to the side whose tokens a call reads: the model's own, or its encoder's, which may have others. */
export interface Side {
  readonly padding?: number;
  readonly vocabularySize: number;
  readonly embedding: { readonly kind: "table"; readonly table: Parameter } | Extract<Embedding, { kind: "adaptive" }>;
  readonly positionTable?: Parameter;
  /** Of an encoder beside a decoder: in front of the names of places. */
  readonly prefix?: "encoder.";
}

export interface CallOptions {
  /** With it the model's dropouts are on. */
  readonly random?: Random;
  /** Absent: the model's own. */
  readonly side?: Side;
  /** What the tokens see of the source texts, in a model that has them. */
  readonly source?: Source;
  readonly shared?: Shared;
}

/** What the calls of one graph have in common. */
interface Shared {
  readonly stopped: Set<Node>;
  streams: number;
}

export class Call extends Scope {
  readonly batch: Dim;
  readonly token: Dim;
  readonly side: Side;
  /** i32 [B, T], 1 = a real token; only when the side has a padding id. */
  readonly mask: Node | undefined;
  readonly updates = new Map<string, Node>();
  private opposite: Call | undefined;
  private readonly shared: Shared;

  /** `ids` i32 [B, T], or [B, E] of source texts. */
  constructor(
    readonly model: Model, readonly form: Form, emit: Emitter, readonly ids: Node, private readonly specs: readonly StateSpec[], private readonly options: CallOptions = {},
  ) {
    super(emit);
    this.side = options.side ?? model;
    this.shared = options.shared ?? { stopped: new Set(), streams: 0 };
    [this.batch, this.token] = [batchDim, tokenDim].map((n) => ids.dims.find((d) => d.name === n) ?? bug(`ids without ${n}`)) as [Dim, Dim];
    this.mask = padMask(this);
  }

  /** What only guards against overflow: no cotangent flows through it. */
  get stopped(): Set<Node> {
    return this.shared.stopped;
  }

  /** The call on its tokens in the opposite order, with positions and counts of their own; padding stays padding. Where a text is whole. */
  flipped(): Call {
    if (this.started) bug("the opposite order of tokens that go on");
    if (!this.opposite) {
      this.opposite = new Call(this.model, this.form, this.emit, this.emit.flip(this.ids), this.specs, { ...this.options, shared: this.shared });
      this.opposite.opposite = this;
    }
    return this.opposite;
  }

  /** The call on the tokens that see this one's, in the same graph. */
  beside(ids: Node, source: Source): Call {
    return new Call(this.model, this.form, this.emit, ids, this.specs, { random: this.options.random, source, shared: this.shared });
  }

  get source(): Source {
    return this.options.source ?? bug("a model without source texts reads one");
  }

  get started(): boolean {
    return this.form !== "forward";
  }

  ofCall(make: (call: Call) => Node): Node {
    return make(this);
  }

  parameter(parameter: Parameter, axes: readonly Dim[]): Node {
    const key = `parameter ${parameter.name} ${axes.map((a) => a.name).join()}`;
    return this.once(key, () => this.emit.parameter(parameter.name, dimsOf(axes)));
  }

  state(name: string): Node {
    const spec = this.specs.find((s) => s.name === name) ?? bug(`no state ${name}`);
    return this.once(`state ${name}`, () => this.emit.state(name, spec.dtype, spec.dims));
  }

  update(state: string, node: Node): void {
    if (this.updates.has(state)) bug(`state ${state} is updated twice`);
    this.updates.set(state, node);
  }

  /** Tokens so far, padding left out, i32 [B, T]. */
  count(): Node {
    return this.once("count", () => this.emit.count(this.ids, this.mask, this.started ? this.state("count") : undefined));
  }

  /** The same, but 1 at padding before the first token: nothing there may become infinite. */
  countFromOne(): Node {
    if (!this.mask) return this.count();
    return this.once("count from one", () => this.emit.binary("maximum", this.count(), this.emit.scalar(1, "i32")));
  }

  /** How many real tokens the text has, i32 [B]; 1 where there is none. */
  textCount(): Node {
    return this.once("text count", () => this.emit.squeeze(this.emit.last(this.countFromOne(), this.mask), tokenDim));
  }

  /** The same as f32 [B, T], at each token. */
  wholeCount(): Node {
    return this.once("whole count", () => this.perToken(this.emit.unary("to_f32", this.textCount())));
  }

  /** 0-based, i32 [B, T]. */
  position(): Node {
    return this.once("position", () => this.emit.binary("subtract", this.countFromOne(), this.emit.scalar(1, "i32")));
  }

  /** x, each element 0 with probability `rate` and else larger by 1 / (1 - rate); x itself outside training. */
  dropout(x: Node, rate: number): Node {
    const mask = this.keep(x.dims, rate, 1 / (1 - rate));
    return mask ? this.emit.multiply(x, mask) : x;
  }

  /** 0 with probability `rate`, else `kept`: another draw at every place in the model. Undefined outside training. */
  keep(dims: readonly Dim[], rate: number, kept: number): Node | undefined {
    const { random } = this.options;
    if (!random || rate === 0) return undefined;
    return this.emit.keep(random.seed, random.counter, dims, { stream: this.shared.streams++, rate, kept });
  }

  stop(node: Node): Node {
    this.stopped.add(node);
    return node;
  }

  /** The value with the token dim: some ops take one row a token and nothing broader. */
  perToken(node: Node): Node {
    if (hasDim(node, tokenDim)) return node;
    const zero = this.once("zero per token", () => this.emit.multiply(this.emit.unary("to_f32", this.ids), this.scalar(0)));
    return this.emit.add(zero, node);
  }
}

export function dimsOf(axes: readonly (Axis | Dim)[]): Dim[] {
  return axes.map((a) => ({ name: a.name, size: a.size }));
}

export function namesOf(axes: readonly { readonly name: string }[]): string[] {
  return axes.map((a) => a.name);
}

/** Products with the number 1 left out. */
export function multiply(scope: Scope, a: Node, b: Node): Node {
  if (isOne(a)) return b;
  return isOne(b) ? a : scope.emit.multiply(a, b);
}

function isOne(node: Node): boolean {
  return node.op === "scalar" && node.value === 1;
}
