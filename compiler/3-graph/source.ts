/**
 * What a decoder sees of the source texts: of each cross mixer its states after all their tokens, and its caches of them. Either computed in the graph
 * at hand, on the encoder's call, or as the entry `encode` left it in states.
 */
import { timeDim, type Node } from "../../src/graph/graph.js";
import type { Cache, State } from "../../src/model/model.js";
import { Caches, validSlots } from "./attention.js";
import { dimsOf, type Call } from "./call.js";
import { convolve } from "./convolution.js";
import { Expressions } from "./expressions.js";
import { exactly } from "./gradient/shapes.js";
import { WholeStates } from "./whole.js";

export const sourceCount = "source.count";
export const sourceValid = "source.valid";

/** What one mixer has written. */
export interface Written {
  /** [B, axes…] */
  state(state: State): Node;
  /** [B, @time of size E, axes…] */
  slots(cache: Cache): Node;
}

export interface Source {
  /** Real tokens of each text, at least 1, i32 [B]. */
  count(): Node;
  /** Which slots hold real tokens, i32 [B, @time of size E]; undefined when all do. */
  valid(): Node | undefined;
  /** What the mixer of the sublayer `place` has written. */
  of(place: string): Written;
}

/** On the call that the encoder reads, and what its layers gave, [B, E, width]. */
export class EncodedSource implements Source {
  constructor(private readonly call: Call, private readonly out: Node) {}

  count(): Node {
    return this.call.textCount();
  }

  valid(): Node | undefined {
    return validSlots(this.call);
  }

  of(place: string): Written {
    const { call, out } = this;
    const expressions: Expressions = new Expressions(call, place, {
      input: () => out,
      count: () => call.wholeCount(),
      read: (expr) => states.read(expr),
      attend: (expr) => caches.attend(expr),
      convolve: (expr, argument) => convolve(call, expr, argument),
      dropout: (_, argument) => call.dropout(argument, call.model.attentionDropout),
    });
    const states = new WholeStates(call, (expr) => expressions.node(expr));
    const caches = new Caches(call, true, (expr) => expressions.node(expr));
    return { state: (state) => states.after(state), slots: (cache) => caches.slots(cache) };
  }
}

/** As `encode` left it. */
export class KeptSource implements Source {
  constructor(private readonly state: (name: string) => Node, private readonly masked: boolean) {}

  count(): Node {
    return this.state(sourceCount);
  }

  valid(): Node | undefined {
    return this.masked ? this.state(sourceValid) : undefined;
  }

  of(): Written {
    return { state: ({ name }) => this.state(name), slots: ({ name }) => this.state(name) };
  }
}

/** The states that `encode` leaves for the model's cross mixers. */
export function keepSource(call: Call, source: Source): void {
  const { emit, model } = call;
  call.update(sourceCount, source.count());
  for (const sublayer of model.layers.flat()) {
    if (sublayer.kind !== "mixer" || sublayer.mixer.reads !== "cross") continue;
    const { mixer, place } = sublayer;
    const written = source.of(place);
    for (const state of mixer.states) call.update(state.name, written.state(state));
    for (const cache of mixer.caches) {
      call.update(cache.name, exactly(emit, written.slots(cache), [call.batch, { ...call.token, name: timeDim }, ...dimsOf(cache.axes)]));
    }
  }
  const valid = keepsValid(model) ? source.valid() : undefined;
  if (valid) call.update(sourceValid, valid);
}

/** Whether padding of the source has to be told apart when decoding: caches hold it too. */
export function keepsValid({ encoder, layers }: Call["model"]): boolean {
  return encoder?.padding !== undefined && layers.flat().some((s) => s.kind === "mixer" && s.mixer.reads === "cross" && s.mixer.caches.length > 0);
}
