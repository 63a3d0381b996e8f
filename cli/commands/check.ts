/** `msz check`: every mistake of every file; `--json` prints one object on stdout. */
import { hasErrors, type Diagnostic } from "../../src/base/diagnostic.js";
import { diagnosticToJson } from "../../src/base/render.js";
import { diagnosticOf, note, Reported, reportDiagnostics, result } from "../report.js";
import { compileFile } from "../spec.js";

export interface CheckOptions {
  readonly set?: Readonly<Record<string, string>>;
  readonly json?: boolean;
}

export async function check(files: readonly string[], options: CheckOptions): Promise<void> {
  const all = files.flatMap((file) => diagnosticsOf(file, options));
  if (options.json) {
    await result(`${JSON.stringify({ ok: !hasErrors(all), diagnostics: all.map(diagnosticToJson) }, null, 2)}\n`);
    if (hasErrors(all)) throw new Reported();
    return;
  }
  reportDiagnostics(all);
  note(`${files.length === 1 ? files[0]! : `${files.length} files`}: no mistakes`);
}

/** A file that cannot be read is a mistake beside the others: the rest is checked all the same. */
function diagnosticsOf(file: string, options: CheckOptions): readonly Diagnostic[] {
  try {
    return compileFile(file, { set: options.set, targets: [], modelRequired: false }).diagnostics;
  } catch (error) {
    return [diagnosticOf(error)];
  }
}
