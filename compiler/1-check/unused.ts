/** Names of a mixer that nothing reads: a warning each. Only the text counts, so that mistakes elsewhere do not matter. */
import type { Mixer, Name } from "../../src/ast/ast.js";
import { namesIn } from "./names-in.js";
import type { Report } from "./report.js";

export function warnOfUnusedNames(mixer: Mixer, report: Report): void {
  const used = new Set<string>(["out"]);
  for (const statement of mixer.body) {
    const own = statement.kind === "state" ? statement.name.text : undefined;
    // A state that only feeds itself is not read.
    for (const name of namesIn(statement.value)) if (name !== own) used.add(name);
    if (statement.kind === "state" || statement.kind === "param") for (const axis of statement.axes) used.add(axis.text);
  }
  for (const parameter of mixer.parameters) for (const name of parameter.default ? namesIn(parameter.default) : []) used.add(name);
  const defined: [string, Name][] = [
    ...mixer.parameters.map((p): [string, Name] => ["parameter", p.name]),
    ...mixer.body.map((s): [string, Name] => [s.kind === "bind" ? "binding" : s.kind, s.name]),
  ];
  for (const [kind, name] of defined) {
    if (used.has(name.text)) continue;
    report.warning("unused-name", name.span, `the ${kind} \`${name.text}\` is not used`, {
      reason: kind === "state" ? "it is written, but nothing reads it" : undefined,
      hint: "remove it, or use it on the way to `out`",
    });
  }
}
