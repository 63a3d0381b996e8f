/**
 * States that are walked token by token. For many tokens: a `scan` gives what each is before every token, from a body of one token that has only
 * what depends on the states; all else, new values included, is computed for all tokens at once. For one token: plain evaluation.
 */
import { bug } from "../../src/base/assert.js";
import { tokenDim, type Dim, type Node } from "../../src/graph/graph.js";
import type { Parameter, State, TokenExpr, Walk } from "../../src/model/model.js";
import { containing } from "../2-derive/walk.js";
import { dimsOf, multiply, namesOf, Scope, type Call } from "./call.js";
import { Expressions } from "./expressions.js";
import { exactly } from "./gradient/shapes.js";
import { BodyBuilder, type Scanned } from "./scan-body.js";

type Kind<K extends TokenExpr["kind"]> = TokenExpr & { kind: K };

/** How the mixer makes nodes for all tokens. */
export interface ForAllTokens {
  readonly place: string;
  node(expr: TokenExpr): Node;
  read(expr: Kind<"read">): Node;
}

export class Walks {
  private readonly scans = new Map<Walk, Scanned>();
  private readonly open = new Set<Walk>();
  private readonly before = new Map<State, Node>();
  private readonly written = new Map<State, Node>();
  /** Masks of dropouts that lie in a body: the same there and where all tokens are computed at once. */
  private readonly masks = new Map<TokenExpr, Node | undefined>();

  constructor(private readonly call: Call, private readonly outside: ForAllTokens) {}

  /**
   * What a walked state is before or after each token, [B, T, axes…]. After padding it is here what a real token would have made it: before the first real one it
   * stays 0, and a mixer may divide by what it has written.
   */
  node(state: State, when: "old" | "new"): Node {
    const known = when === "old" ? this.before : this.written;
    let node = known.get(state);
    if (!node) {
      node = this.call.within(state.span, state.name, () => (when === "old" ? this.old(state) : this.new(state)));
      known.set(state, node);
    }
    return node;
  }

  /** Makes the state's update, whether or not anything uses it. */
  advance(state: State): void {
    const { call } = this;
    const [before, written] = [this.node(state, "old"), this.node(state, "new")];
    call.within(state.span, state.name, () => {
      // At padding a state stays, so the last token has what there is to know.
      const after = call.mask ? call.emit.select(call.mask, written, before, before.dims) : written;
      call.update(state.name, call.emit.squeeze(call.form === "decode" ? after : call.emit.last(after, undefined), tokenDim));
    });
  }

  dropout(expr: Kind<"dropout">, x: Node): Node {
    const mask = this.maskOf(expr);
    return mask ? this.call.emit.multiply(x, mask) : x;
  }

  private old(state: State): Node {
    const { call } = this;
    if (call.form === "decode") return call.emit.unsqueeze(call.state(state.name), tokenDim, 1);
    const walk = walkOf(state);
    const { body, inputs } = this.scanned(walk);
    const starts = call.started ? walk.states.map((s) => call.state(s.name)) : [];
    return call.emit.scan(body, walk.states.indexOf(state), [...starts, ...inputs], call.token, { started: call.started, reverse: false });
  }

  private new(state: State): Node {
    const { call } = this;
    return exactly(call.emit, this.outside.node(state.update), [call.batch, call.token, ...dimsOf(state.axes)]);
  }

  private scanned(walk: Walk): Scanned {
    let scanned = this.scans.get(walk);
    if (!scanned) {
      if (this.open.has(walk)) bug(`${walk.states[0]!.name} is needed for its own inputs`);
      this.open.add(walk);
      scanned = this.body(walk);
      this.scans.set(walk, scanned);
    }
    return scanned;
  }

  private body({ states, because }: Walk): Scanned {
    const { call, outside } = this;
    const body = new BodyBuilder(because);
    const scope = new OneToken(call, body);
    const before = new Map(states.map((s) => [s, body.state([call.batch, ...dimsOf(s.axes)])]));
    const written = new Map<State, Node>();
    const depends = containing((e) => e.kind === "state" && before.has(e.state));
    const inside: Expressions = new Expressions(scope, outside.place, {
      // Numbers and places along an axis cost nothing and are no operands.
      known: (expr) => (depends(expr) || expr.kind === "number" || expr.kind === "index" ? undefined : body.input(outside.node(expr))),
      state: ({ state, when }) => (when === "old" ? before : written).get(state) ?? bug(`${state.name} is not known yet`),
      dropout: (expr, x) => {
        const mask = this.maskOf(expr);
        return mask ? body.emit.multiply(x, body.input(mask)) : x;
      },
      // Another state, read by what depends on this one: the whole of it, at each token.
      read: (expr) => {
        const one: TokenExpr = { kind: "number", value: 1, axes: [], span: expr.span };
        const whole = outside.read({ ...expr, query: one, over: [], axes: expr.state.axes });
        const product = multiply(scope, inside.node(expr.query), body.input(whole));
        return expr.over.length > 0 ? body.emit.reduce("sum", product, namesOf(expr.over)) : product;
      },
      input: () => bug("the token is no part of a body"),
      attend: (expr) => bug(`attention to ${expr.key.name} in what is walked`),
      convolve: (expr) => bug(`the convolution ${expr.name} in what is walked`),
    });
    const after = states.map((state) => scope.within(state.span, state.name, () => {
      const made = inside.node(state.update);
      written.set(state, made);
      const old = before.get(state)!;
      return call.mask ? body.emit.select(body.input(call.mask), made, old, old.dims) : made;
    }));
    return body.finish(after, call.emit);
  }

  private maskOf(expr: Kind<"dropout">): Node | undefined {
    const { call } = this;
    if (!this.masks.has(expr)) {
      const rate = call.model.attentionDropout;
      this.masks.set(expr, call.keep([call.batch, call.token, ...dimsOf(expr.axes)], rate, 1 / (1 - rate)));
    }
    return this.masks.get(expr);
  }
}

/** The body of a scan: parameters, and what its call knows, are inputs. */
class OneToken extends Scope {
  constructor(private readonly call: Call, private readonly body: BodyBuilder) {
    super(body.emit);
  }

  parameter(parameter: Parameter, axes: readonly Dim[]): Node {
    return this.body.input(this.call.parameter(parameter, axes));
  }

  /** What guards against overflow has a cotangent here, which is 0 but for rounding: a body keeps no note of such nodes. */
  stop(node: Node): Node {
    return node;
  }

  ofCall(make: (call: Call) => Node): Node {
    return this.body.input(make(this.call));
  }
}

function walkOf(state: State): Walk {
  return state.walk ?? bug(`${state.name} is not walked`);
}
