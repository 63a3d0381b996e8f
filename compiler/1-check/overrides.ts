/** `--set name=value`: which constant each one replaces, and by what expression. */
import type { Expr } from "../../src/ast/ast.js";
import type { Span } from "../../src/base/source.js";
import type { ConstantDefinition, FileScope, Names, Parse } from "./names.js";
import { quote, type Report } from "./report.js";

export function readOverrides(
  set: Readonly<Record<string, string>>,
  names: Names,
  parse: Parse,
  report: Report,
): Map<ConstantDefinition["item"], { value: Expr; scope: FileScope }> {
  const overrides = new Map<ConstantDefinition["item"], { value: Expr; scope: FileScope }>();
  for (const [name, text] of Object.entries(set)) {
    const definition = names.main.constants.get(name);
    const source = { path: "--set", text: `${name}=${text}` };
    const place: Span = { file: source, start: 0, end: name.length };
    if (definition === undefined) {
      report.unknown("unknown-constant", "constant", name, place, names.main.constants.keys(), {
        reason: "--set overrides a constant that the spec defines with `let`",
      });
      continue;
    }
    const value = parseOverride(text, { start: name.length + 1, source }, definition, parse);
    if (value !== undefined) overrides.set(definition.item, { value, scope: names.main });
    else {
      report.error("wrong-value", { file: source, start: name.length + 1, end: source.text.length }, `${quote({ ...place, end: source.text.length })} gives no value to \`${name}\``, {
        hint: "write a number, `true`, `false` or a text in quotes",
      });
    }
  }
  return overrides;
}

/** Where the constant is a text, a shell may have eaten the quotes: then the whole value is the text. */
function parseOverride(
  text: string,
  at: { readonly start: number; readonly source: Span["file"] },
  definition: ConstantDefinition,
  parse: Parse,
): Expr | undefined {
  const span: Span = { file: at.source, start: at.start, end: at.source.text.length };
  if (definition.item.value.kind === "string" && !/^".*"$/.test(text)) return { kind: "string", value: text, span };
  // `let` and the value on one line, so that offsets differ from those of `name=value` by a constant only.
  const prefix = `let ${definition.item.name.text}=`;
  const { file, diagnostics } = parse({ path: at.source.path, text: prefix + text });
  const item = file.items[0];
  if (diagnostics.length > 0 || file.items.length !== 1 || item?.kind !== "let") return undefined;
  return item.value;
}
