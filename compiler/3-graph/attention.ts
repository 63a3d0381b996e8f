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

  attend(expr: Attend): Node {
    const { call } = this;
    const length = call.started ? call.state("length") : undefined;
    return attendTo(call, expr, this.node(expr.query), { slots: (cache) => this.slots(cache), valid: () => validSlots(call), length, whole: this.whole });
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

/** What is attended to. */
interface Attended {
  /** [B, time, axes…] */
  slots(cache: Cache): Node;
  /** Slots of real tokens, i32 [B, time]; undefined when all are. */
  valid(): Node | undefined;
  /** Slots in use before this call. */
  readonly length?: Node;
  /** Whether a token sees all slots, and not only those up to its own. */
  readonly whole: boolean;
}

export function attendTo(call: Call, { key, value, over }: Attend, query: Node, attended: Attended): Node {
  // A value may have the axis that the score sums over, which is another one there.
  const both = namesOf(over).filter((name) => value.axes.some((a) => a.name === name));
  const primed = Object.fromEntries(both.map((name) => [name, `${name}'`]));
  const prime = (node: Node): Node => (both.length > 0 ? call.emit.rename(node, primed) : node);
  const asked = prime(call.perToken(query));
  const [keys, values] = [prime(attended.slots(key)), attended.slots(value)];
  return call.emit.attention(asked, keys, values, namesOf(over).map((n) => primed[n] ?? n), attended.length, attended.valid(), attended.whole);
}

/** Which slots hold real tokens, i32 [B, time]; undefined when all do. */
export function validSlots(call: Call): Node | undefined {
  const { mask } = call;
  if (!mask) return undefined;
  return call.once("valid", () => (call.started ? appendTo(call, "valid", mask) : call.emit.rename(mask, { [tokenDim]: timeDim })));
}

function appendTo(call: Call, state: string, tokens: Node): Node {
  const slots = call.emit.append(call.state(state), tokens, call.state("length"));
  call.update(state, slots);
  return slots;
}
