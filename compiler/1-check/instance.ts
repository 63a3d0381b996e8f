/**
 * One mixer being written out at one place of the stack: the names in scope and what they stand for so far. Every
 * mixer is written out for each place; one that nothing calls is written out once, with sizes not known (NaN).
 */
import type { Call, Expr, Name } from "../../src/ast/ast.js";
import { bug } from "../../src/base/assert.js";
import type { Span } from "../../src/base/source.js";
import type { Axis, Bidirectional, Cache, MixerInstance, State, TokenExpr } from "../../src/model/model.js";
import { expectFewAxes } from "./axes.js";
import type { Constant, Constants, Scope } from "./constants.js";
import type { MixerDefinition } from "./names.js";
import type { ParameterNames } from "./parameters.js";
import type { Report } from "./report.js";

type Meaning =
  | { readonly kind: "axis"; readonly axis: Axis }
  | { readonly kind: "constant"; readonly value: Constant }
  | { readonly kind: "tensor"; readonly value: TokenExpr }
  | { readonly kind: "state"; readonly state: State; readonly when: "old" | "new" }
  | { readonly kind: "cache"; readonly cache: Cache; readonly value: TokenExpr }
  /** Defined, but wrongly; whatever uses it stays silent. */
  | { readonly kind: "faulty" };
const mostOperations = 2000;

export type Entry = Meaning & { readonly span?: Span };

/** What all mixers of one place share. */
export interface Place {
  readonly report: Report;
  readonly constants: Constants;
  readonly width: Axis;
  /** An encoder knows its length in advance; a decoder, and so a model of one stack, does not. */
  readonly decoding: boolean;
  /** False where a mixer is only checked, because nothing calls it. */
  readonly called: boolean;
  /** Mixers found to be built on themselves: told once for all of a circle. */
  readonly circular: Set<MixerDefinition>;
  readonly names: ParameterNames;
  readonly reads: MixerInstance["reads"];
  readonly states: State[];
  readonly caches: Cache[];
  readonly convolutions: (TokenExpr & { kind: "convolve" })[];
  readonly bidirectional: Bidirectional[];
  /** How many expressions have been written out, in both directions where there are two. */
  readonly operations: { count: number };
}

/** Supplied by the files that know how, so that this one need not import them. */
export interface Abilities {
  readonly elaborate: (expr: Expr, instance: Instance) => TokenExpr | undefined;
  readonly build: (call: Call, definition: MixerDefinition, outer: Instance) => TokenExpr | undefined;
  readonly buildBoth: (call: Call, outer: Instance) => TokenExpr | undefined;
}

export class Instance {
  readonly #entries = new Map<string, Entry>();
  readonly #told = new Set<string>();
  readonly #states = new Map<string, State>();
  /** The statement being elaborated; parameters are named after it. */
  binding = "";

  constructor(
    readonly place: Place,
    readonly definition: MixerDefinition,
    /** `mixed.` inside the binding `mixed` of another mixer. */
    readonly prefix: string,
    /** Where it is called; absent when it is not. */
    readonly call: Span | undefined,
    /** The mixers that are being written out, outermost first, this one last. */
    readonly stack: readonly MixerDefinition[],
    private readonly abilities: Abilities,
  ) {
    const span = definition.item.name.span;
    const token = (name: "x" | "source"): Entry => ({ kind: "tensor", value: { kind: "input", name, axes: [place.width], span } });
    this.#entries.set("width", { kind: "axis", axis: place.width });
    this.#entries.set("x", token("x"));
    this.#entries.set("source", token("source"));
    this.#entries.set("position", { kind: "tensor", value: { kind: "position", axes: [], span } });
    this.#entries.set("count", { kind: "tensor", value: { kind: "count", axes: [], span } });
  }

  get report(): Report {
    return this.place.report;
  }

  /** Every name of the language and of the mixer, as far as it has been defined; file constants too. */
  lookUp(name: string, span: Span): Entry | undefined {
    const entry = this.#entries.get(name);
    if (entry !== undefined) return entry;
    const constant = this.place.constants.scopeOf(this.definition.scope).find(name, span);
    if (constant === undefined) return undefined;
    if (constant === "tensor") return bug("a file constant is a tensor");
    return constant === "faulty" ? { kind: "faulty" } : { kind: "constant", value: constant };
  }

  /** Defines a name; one that exists already is reported, and the new meaning is kept out. */
  define(name: string, span: Span, meaning: Meaning): void {
    const first = this.#entries.get(name);
    if (first === undefined) {
      this.#entries.set(name, { ...meaning, span });
    } else if (first.span === undefined) {
      this.report.error("reserved-name", span, `\`${name}\` cannot be defined here`, {
        reason: `in every mixer \`${name}\` already means ${builtIns[name] ?? "something else"}`,
        hint: "choose another name",
      });
    } else {
      this.report.error("duplicate-name", span, `\`${name}\` is defined twice`, {
        labels: [{ span: first.span, message: "first defined here" }],
        reason: "within a mixer a name stands for one thing",
        hint: "choose another name for one of the two",
      });
    }
  }

  /** The axis `time` exists from the first cache on. */
  defineTime(axis: Axis): void {
    if (!this.#entries.has(axis.name)) this.#entries.set(axis.name, { kind: "axis", axis });
  }

  /** A state changes its meaning: the old value on its own right-hand side, the new one after it. */
  redefine(name: string, meaning: Meaning): void {
    this.#entries.set(name, { ...meaning, span: this.#entries.get(name)?.span });
  }

  /** Whether that very place is where the name was defined; false for a duplicate. */
  isDefinedAt(name: string, span: Span): boolean {
    return this.#entries.get(name)?.span === span;
  }

  /** The state of that name, the same one wherever it is asked for; its update is set where it is defined. */
  state(name: Name, axes: readonly Axis[], span: Span): State {
    let state = this.#states.get(name.text);
    if (!state) {
      const unset: TokenExpr = { kind: "number", value: 0, axes: [], span };
      state = { name: this.place.names.full(`${this.prefix}${name.text}`), axes, update: unset, span };
      this.#states.set(name.text, state);
    }
    return state;
  }

  /** A state that is defined further down, for what it was before the token. Undefined while one of its axes is not defined. */
  stateBelow(name: string): State | undefined {
    const below = this.definition.item.body.find((s) => s.kind === "state" && s.name.text === name);
    if (below?.kind !== "state" || this.#entries.has(name)) return undefined;
    const axes = below.axes.flatMap(({ text }) => {
      const entry = this.#entries.get(text);
      return entry?.kind === "axis" ? [entry.axis] : [];
    });
    return axes.length === below.axes.length ? this.state(below.name, axes, below.span) : undefined;
  }

  names(): string[] {
    return [...this.#entries.keys(), ...this.definition.scope.constants.keys()];
  }

  axisNames(): string[] {
    return [...this.#entries].filter(([, entry]) => entry.kind === "axis").map(([name]) => name);
  }

  /** Whether a statement further down, or above, gives that name a meaning other than an axis. */
  isValue(name: string): boolean {
    return this.definition.item.body.some((s) => s.kind !== "axis" && s.name.text === name);
  }

  /** For mistakes that one cause makes at several places: true from the second time on. */
  isToldAlready(cause: string): boolean {
    const told = this.#told.has(cause);
    this.#told.add(cause);
    return told;
  }

  /** Where a statement further down defines the name. */
  definedLater(name: string): { readonly span: Span; readonly isState: boolean } | undefined {
    const found = this.definition.item.body.find((s) => s.name.text === name);
    return found && { span: found.name.span, isState: found.kind === "state" };
  }

  /** The constants and axis sizes of this mixer, for `axis n = …`, arguments and defaults. */
  scope(): Scope {
    return {
      report: this.report,
      names: () => this.names(),
      find: (name, span) => {
        const entry = this.lookUp(name, span);
        if (entry === undefined || entry.kind === "faulty") return entry && "faulty";
        if (entry.kind === "axis" && name !== "time") return { kind: "number", value: entry.axis.size };
        return entry.kind === "constant" ? entry.value : "tensor";
      },
      axisSize: (name) => {
        const entry = this.#entries.get(name);
        return entry?.kind === "axis" && name !== "time" ? entry.axis.size : undefined;
      },
    };
  }

  /** Bounds the depth of what later stages walk, and stops mixers that double at each level. */
  elaborate(expr: Expr): TokenExpr | undefined {
    const { place } = this;
    if (++place.operations.count === mostOperations && place.called) {
      const mixer = this.stack[0]!.item.name;
      this.report.error("too-large", mixer.span, `the mixer \`${mixer.text}\` has more than ${mostOperations} operations`, {
        reason: "those of the mixers that it is built on count too",
        hint: "split it into several sublayers",
      });
    }
    if (place.operations.count >= mostOperations) return undefined;
    const made = this.abilities.elaborate(expr, this);
    return made && expectFewAxes(made.axes, expr.span, this.report) ? made : undefined;
  }

  build(call: Call, definition: MixerDefinition): TokenExpr | undefined {
    return this.abilities.build(call, definition, this);
  }

  /** `bidirectional(mixer(…))` */
  buildBoth(call: Call): TokenExpr | undefined {
    return this.abilities.buildBoth(call, this);
  }

  /** A parameter group named after the binding: `key`, then `key_2`; with a suffix `key.norm`. */
  claim(suffix = ""): string {
    return this.place.names.claim(`${this.prefix}${this.binding}${suffix}`);
  }
}

export const builtIns: Readonly<Record<string, string>> = {
  width: "the axis of the token stream",
  time: "the axis of a cache",
  x: "the token that reads",
  source: "the token that is written",
  position: "the position of the token",
  count: "how many tokens have been written",
};
