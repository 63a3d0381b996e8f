/**
 * Caches. Without states the tokens of the call are the slots; with states each call's tokens are appended to the cache [B, C, axes…]
 * and a token sees the slots up to its own.
 */
import { timeDim, tokenDim, type Node } from "../../src/graph/graph.js";
import type { Cache, TokenExpr } from "../../src/model/model.js";
import { namesOf, type Call } from "./call.js";
import { zeroAtPadding } from "./padding.js";

type Attend = TokenExpr & { kind: "attend" };

export class Caches {
  private readonly made = new Map<Cache, Node>();

  /** `whole`: a token sees all slots, and not only those up to its own. */
  constructor(private readonly call: Call, private readonly whole: boolean, private readonly node: (expr: TokenExpr) => Node) {}

  attend({ query, key, value, over }: Attend): Node {
    const { call } = this;
    // A value may have the axis that the score sums over, which is another one there.
    const both = namesOf(over).filter((name) => value.axes.some((a) => a.name === name));
    const primed = Object.fromEntries(both.map((name) => [name, `${name}'`]));
    const prime = (node: Node): Node => (both.length > 0 ? call.emit.rename(node, primed) : node);
    const length = call.started ? call.state("length") : undefined;
    const asked = prime(call.perToken(this.node(query)));
    return call.emit.attention(asked, prime(this.slots(key)), this.slots(value), namesOf(over).map((n) => primed[n] ?? n), length, valid(call), this.whole);
  }

  /** The cache with this call's tokens in it, [B, time, axes…]. */
  slots(cache: Cache): Node {
    let slots = this.made.get(cache);
    if (!slots) {
      slots = this.call.within(cache.span, cache.name, () => this.append(cache));
      this.made.set(cache, slots);
    }
    return slots;
  }

  private append(cache: Cache): Node {
    const { call } = this;
    const tokens = zeroAtPadding(call, call.perToken(this.node(cache.value)));
    return call.started ? appendTo(call, cache.name, tokens) : call.emit.rename(tokens, { [tokenDim]: timeDim });
  }
}

/** Which slots hold real tokens, i32 [B, time]; undefined when all do. */
function valid(call: Call): Node | undefined {
  const { mask } = call;
  if (!mask) return undefined;
  return call.once("valid", () => (call.started ? appendTo(call, "valid", mask) : call.emit.rename(mask, { [tokenDim]: timeDim })));
}

function appendTo(call: Call, state: string, tokens: Node): Node {
  const slots = call.emit.append(call.state(state), tokens, call.state("length"));
  call.update(state, slots);
  return slots;
}
