/** `name = value` lines against a table of what is allowed: unknown and repeated names, and the values. */
import type { Setting } from "../../src/ast/ast.js";
import type { Span } from "../../src/base/source.js";
import type { Scope } from "./constants.js";
import { readValue, type Reader } from "./values.js";

export type Table = Readonly<Record<string, Reader<unknown>>>;
export type Values<T extends Table> = { readonly [N in keyof T]?: T[N] extends Reader<infer V> ? V : never };

/** The settings by name; repeated and unknown ones are reported and left out. */
export function collectSettings(settings: readonly Setting[], allowed: readonly string[], where: string, scope: Scope): ReadonlyMap<string, Setting> {
  const found = new Map<string, Setting>();
  for (const setting of settings) {
    const { text: name, span } = setting.name;
    const first = found.get(name);
    if (!allowed.includes(name)) {
      scope.report.unknown("unknown-setting", `setting of ${where} called`, name, span, allowed);
    } else if (first !== undefined) {
      scope.report.error("duplicate-setting", span, `\`${name}\` is set twice`, {
        labels: [{ span: first.name.span, message: "first set here" }],
        hint: "remove one of the two",
      });
    } else found.set(name, setting);
  }
  return found;
}

/** The values of those settings that are there and right. */
export function readSettings<T extends Table>(settings: ReadonlyMap<string, Setting>, table: T, scope: Scope): Values<T> {
  const values: Record<string, unknown> = {};
  for (const [name, setting] of settings) {
    const reader = Object.hasOwn(table, name) ? table[name] : undefined;
    const value = reader && readValue(reader, setting.value, `\`${name}\``, scope);
    if (value !== undefined) values[name] = value;
  }
  return values as Values<T>;
}

/** Where a setting's value stands, or the place that lacks it. */
export function placeOf(settings: ReadonlyMap<string, Setting>, name: string, otherwise: Span): Span {
  return settings.get(name)?.value.span ?? otherwise;
}
