/** One parameter's update, elementwise: its value, its gradient and its moments to the next ones. */
import type { Node } from "../../../src/graph/graph.js";
import type { Adaptive, Momentum, Optimizer } from "../../../src/model/model.js";
import type { Emitter } from "../emit.js";
import type { Moment } from "./states.js";

/** Numbers of this update, without dims. */
export interface Rates {
  readonly rate: Node;
  /** Bias corrections 1 - beta^t of adam and adamw. */
  readonly first: Node;
  readonly second: Node;
}

export interface Update {
  readonly parameter: Node;
  readonly moments: ReadonlyMap<Moment, Node>;
}

type Rule<O> = (
  emit: Emitter, optimizer: O, rates: Rates, parameter: Node, gradient: Node, moments: ReadonlyMap<Moment, Node>,
) => Update;

const rules: { readonly [K in Optimizer["kind"]]: Rule<K extends Adaptive["kind"] ? Adaptive : Momentum> } = {
  /** Loshchilov & Hutter, "Decoupled Weight Decay Regularization", 2019: the decay is taken off beside the step. */
  adamw(emit, optimizer, rates, parameter, gradient, moments) {
    const shrunk = optimizer.decay === 0 ? parameter : emit.multiply(parameter, emit.binary("subtract", emit.scalar(1), emit.multiply(rates.rate, emit.scalar(optimizer.decay))));
    return adam(emit, optimizer, rates, shrunk, gradient, moments);
  },
  /** Kingma & Ba, "Adam", 2015, with the decay in the gradient. */
  adam: (emit, optimizer, rates, parameter, gradient, moments) =>
    adam(emit, optimizer, rates, parameter, decayed(emit, parameter, gradient, optimizer.decay), moments),
  /** Momentum as Nesterov's (Sutskever et al., "On the importance of initialization and momentum", 2013), in the form with the look-ahead in the step. */
  nag(emit, optimizer, rates, parameter, gradient, moments) {
    const { momentum } = optimizer;
    const pulled = decayed(emit, parameter, gradient, optimizer.decay);
    if (momentum === 0) return { parameter: minus(emit, parameter, rates.rate, pulled), moments };
    const velocity = emit.add(emit.multiply(moments.get("first")!, emit.scalar(momentum)), pulled);
    const step = emit.add(pulled, emit.multiply(velocity, emit.scalar(momentum)));
    return { parameter: minus(emit, parameter, rates.rate, step), moments: new Map([["first", velocity]]) };
  },
  sgd(emit, optimizer, rates, parameter, gradient, moments) {
    const pulled = decayed(emit, parameter, gradient, optimizer.decay);
    if (optimizer.momentum === 0) return { parameter: minus(emit, parameter, rates.rate, pulled), moments };
    const velocity = emit.add(emit.multiply(moments.get("first")!, emit.scalar(optimizer.momentum)), pulled);
    return { parameter: minus(emit, parameter, rates.rate, velocity), moments: new Map([["first", velocity]]) };
  },
};

/** All with the same dims. */
export function update(emit: Emitter, optimizer: Optimizer, rates: Rates, parameter: Node, gradient: Node, moments: ReadonlyMap<Moment, Node>): Update {
  // The table gives each optimiser the rule of its own kind; TypeScript cannot follow that through an index.
  const rule = rules[optimizer.kind] as Rule<Optimizer>;
  return rule(emit, optimizer, rates, parameter, gradient, moments);
}

function adam(
  emit: Emitter, { betas, epsilon }: Adaptive, rates: Rates, parameter: Node, gradient: Node, moments: ReadonlyMap<Moment, Node>,
): Update {
  const average = (moment: Moment, beta: number, x: Node): Node =>
    emit.add(emit.multiply(moments.get(moment)!, emit.scalar(beta)), emit.multiply(x, emit.scalar(1 - beta)));
  const first = average("first", betas[0], gradient);
  const second = average("second", betas[1], emit.unary("square", gradient));
  const root = emit.add(emit.unary("sqrt", emit.binary("divide", second, rates.second)), emit.scalar(epsilon));
  const step = emit.binary("divide", emit.binary("divide", first, rates.first), root);
  return { parameter: minus(emit, parameter, rates.rate, step), moments: new Map([["first", first], ["second", second]]) };
}

function decayed(emit: Emitter, parameter: Node, gradient: Node, decay: number): Node {
  return decay === 0 ? gradient : emit.add(gradient, emit.multiply(parameter, emit.scalar(decay)));
}

function minus(emit: Emitter, parameter: Node, rate: Node, step: Node): Node {
  return emit.binary("subtract", parameter, emit.multiply(step, rate));
}
