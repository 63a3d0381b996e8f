/** `msz format`: canonical text, in place. A file that does not parse is left alone. */
import { format, parse } from "../../grammar/index.js";
import { readSpec, writeFileWhole } from "../files.js";
import { note, Reported, reportDiagnostics } from "../report.js";

export function formatFiles(files: readonly string[], options: { check?: boolean }): void {
  let different = 0;
  for (const file of files) {
    const source = readSpec(file);
    reportDiagnostics(parse(source).diagnostics);
    const text = format(source);
    if (text === undefined || text === source.text) continue;
    different++;
    if (options.check) note(`${file} is not in canonical form`);
    else writeFileWhole(file, text);
  }
  if (options.check && different > 0) throw new Reported();
}
