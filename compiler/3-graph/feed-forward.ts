/** down(activation(up(x))), or down(activation(gate(x)) · up(x)). */
import type { Node } from "../../src/graph/graph.js";
import type { Linear, Sublayer } from "../../src/model/model.js";
import type { Call } from "./call.js";
import { linear } from "./linear.js";

export function feedForward(call: Call, sublayer: Sublayer & { kind: "feed_forward" }, x: Node): Node {
  const { emit, model } = call;
  const { place, up, gate, down, activation, span } = sublayer;
  const width = { name: "width", size: model.width };
  const hidden = { name: "hidden", size: sublayer.hidden };
  const part = (name: string, make: () => Node): Node => call.within(span, `${place}.${name}`, make);
  const inner = (weights: Linear): Node => linear(call, x, weights, { per: [], outputs: [hidden], inputs: [width] });
  const active = part(gate ? "gate" : "up", () => emit.unary(activation, inner(gate ?? up)));
  const product = gate ? part("up", () => emit.multiply(active, inner(up))) : active;
  return part("down", () => linear(call, call.dropout(product, model.activationDropout), down, { per: [], outputs: [width], inputs: [hidden] }));
}
