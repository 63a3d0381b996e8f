/** The last step of formatting: lines in, text out, with the `=` of neighbouring lines of one kind aligned. */

export type Line =
  | { readonly kind: "blank" }
  /** May hold line breaks of its own: a block comment. */
  | { readonly kind: "text"; readonly indent: number; readonly text: string; readonly behind?: string }
  /** `left = right`; neighbours with one `run` are aligned. */
  | { readonly kind: "binding"; readonly run: string; readonly indent: number; readonly left: string; readonly right: string; readonly behind?: string };

const widestLine = 120;
/** A left side longer than the shortest of its run by more than this is not aligned to: the gaps would say nothing. */
const widestGap = 9;

export function alignRuns(lines: readonly Line[]): string {
  const printed: string[] = [];
  for (let i = 0; i < lines.length; ) {
    const line = lines[i]!;
    if (line.kind !== "binding") {
      const text = line.kind === "blank" ? "" : margin(line.indent) + line.text + behind(line);
      // One blank line in a row, and none at the start.
      if (text !== "" || (printed.length > 0 && printed.at(-1) !== "")) printed.push(text);
      i++;
      continue;
    }
    const run: (Line & { kind: "binding" })[] = [];
    for (let next = lines[i]; next?.kind === "binding" && next.run === line.run && next.indent === line.indent; next = lines[++i]) run.push(next);
    printed.push(...printRun(run));
  }
  return printed.length === 0 ? "" : `${printed.join("\n")}\n`;
}

function printRun(run: readonly (Line & { kind: "binding" })[]): string[] {
  const isLong = ({ indent, left, right }: Line & { kind: "binding" }): boolean => 2 * indent + left.length + 3 + right.length > widestLine;
  const lengths = run.filter((line) => !isLong(line)).map(({ left }) => left.length);
  const shortest = lengths.reduce((least, length) => Math.min(least, length), Infinity);
  const width = lengths.filter((length) => length <= shortest + widestGap).reduce((most, length) => Math.max(most, length), 0);
  return run.map((line) =>
    isLong(line)
      ? `${margin(line.indent)}${line.left} =\n${margin(line.indent + 1)}${line.right}${behind(line)}`
      : `${margin(line.indent)}${line.left.padEnd(width)} = ${line.right}${behind(line)}`,
  );
}

function margin(indent: number): string {
  return "  ".repeat(indent);
}

function behind(line: { readonly behind?: string }): string {
  return line.behind === undefined ? "" : ` ${line.behind}`;
}
