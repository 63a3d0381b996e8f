/**
 * Syntax of a `.msz` file (LANGUAGE.md section 1), with a span on every node and no meaning: names are not resolved,
 * settings not checked. The parser makes it, `compiler/1-check` reads it.
 */
import type { SourceFile, Span } from "../base/source.js";

export interface Name {
  readonly text: string;
  readonly span: Span;
}

export interface File {
  readonly kind: "file";
  readonly source: SourceFile;
  readonly items: readonly Item[];
}

export type Item = Use | Let | Mixer | ModelItem | Block;

interface ItemBase {
  readonly span: Span;
  /** The text of the `///` lines before the item, joined by newlines; empty when there are none. */
  readonly doc: string;
}

/** `use "path.msz"` */
export interface Use extends ItemBase {
  readonly kind: "use";
  readonly path: StringLiteral;
}

/** `let name = expression` */
export interface Let extends ItemBase {
  readonly kind: "let";
  readonly name: Name;
  readonly value: Expr;
}

/** `mixer name(parameters) { statements }` */
export interface Mixer extends ItemBase {
  readonly kind: "mixer";
  readonly name: Name;
  readonly parameters: readonly MixerParameter[];
  readonly body: readonly Statement[];
}

/** `slots: axis` or `gain: number = 0.354` */
export interface MixerParameter {
  readonly name: Name;
  /** As written after the colon; check accepts axis, number, text, flag. */
  readonly type: Name;
  readonly default?: Expr;
  readonly span: Span;
}

export type Statement =
  | { readonly kind: "axis"; readonly name: Name; readonly value: Expr; readonly span: Span }
  | { readonly kind: "param"; readonly name: Name; readonly axes: readonly Name[]; readonly value: Expr; readonly span: Span }
  | { readonly kind: "state"; readonly name: Name; readonly axes: readonly Name[]; readonly value: Expr; readonly span: Span }
  | { readonly kind: "cache"; readonly name: Name; readonly value: Expr; readonly span: Span }
  /** `name = expression`; `out` is a bind whose name is "out". */
  | { readonly kind: "bind"; readonly name: Name; readonly value: Expr; readonly span: Span };

/** `model Name { … }` */
export interface ModelItem extends ItemBase {
  readonly kind: "model";
  readonly name: Name;
  readonly body: readonly ModelMember[];
}

export type ModelMember = Setting | Layers | Side;

/** `name = value` */
export interface Setting {
  readonly kind: "setting";
  readonly name: Name;
  readonly value: Expr;
  readonly span: Span;
}

/** `layers 6 { sublayers }` */
export interface Layers {
  readonly kind: "layers";
  readonly count: Expr;
  readonly sublayers: readonly Sublayer[];
  readonly span: Span;
}

/** `memory(slots: 32, heads: 8)`, or `cross memory(…)` */
export interface Sublayer {
  readonly kind: "sublayer";
  readonly cross: boolean;
  readonly call: Call;
  readonly span: Span;
}

/** `encoder { … }` or `decoder { … }` */
export interface Side {
  readonly kind: "side";
  readonly side: "encoder" | "decoder";
  readonly body: readonly (Setting | Layers)[];
  readonly span: Span;
}

/** `train { settings }` or `generate { settings }` */
export interface Block extends ItemBase {
  readonly kind: "train" | "generate";
  readonly settings: readonly Setting[];
}

export type Expr = NumberLiteral | StringLiteral | FlagLiteral | Reference | Call | List | Unary | Binary;

export interface NumberLiteral {
  readonly kind: "number";
  readonly value: number;
  readonly span: Span;
}
export interface StringLiteral {
  readonly kind: "string";
  readonly value: string;
  readonly span: Span;
}
/** `true` or `false` */
export interface FlagLiteral {
  readonly kind: "flag";
  readonly value: boolean;
  readonly span: Span;
}
export interface Reference {
  readonly kind: "name";
  readonly name: string;
  readonly span: Span;
}
export interface Call {
  readonly kind: "call";
  readonly callee: Name;
  readonly arguments: readonly Argument[];
  readonly span: Span;
}
/** `value` or `name: value` */
export interface Argument {
  readonly name?: Name;
  readonly value: Expr;
  readonly span: Span;
}
/** `[0.9, 0.98]` */
export interface List {
  readonly kind: "list";
  readonly items: readonly Expr[];
  readonly span: Span;
}
export interface Unary {
  readonly kind: "unary";
  readonly operator: "-";
  readonly operand: Expr;
  readonly span: Span;
}
/** Precedence: `^` (right) over unary minus over `* /` over `+ -`; the exponent of `^` may be a unary minus. */
export interface Binary {
  readonly kind: "binary";
  readonly operator: "+" | "-" | "*" | "/" | "^";
  readonly left: Expr;
  readonly right: Expr;
  readonly span: Span;
}
