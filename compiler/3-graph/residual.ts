/** A sublayer with its residual: x + f(norm(x)) before, norm(x + f(x)) after. */
import type { Node } from "../../src/graph/graph.js";
import type { Sublayer } from "../../src/model/model.js";
import type { Call } from "./call.js";
import { feedForward } from "./feed-forward.js";
import { mix } from "./mixer.js";
import { layerNorm } from "./normalize.js";

export function residual(call: Call, sublayer: Sublayer, x: Node): Node {
  const { place, span } = sublayer;
  return call.within(span, place, () => {
    const width = [{ name: "width", size: call.model.width }];
    const norm = (y: Node): Node => call.within(span, `${place}.norm`, () => layerNorm(call, y, width, sublayer.norm));
    const inner = (y: Node): Node =>
      call.dropout(sublayer.kind === "mixer" ? mix(call, sublayer.mixer, y, place) : feedForward(call, sublayer, y), call.model.dropout);
    return call.model.norm === "pre" ? call.emit.add(x, inner(norm(x))) : norm(call.emit.add(x, inner(x)));
  });
}
