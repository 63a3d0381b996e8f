/**
 * How every command speaks and ends: results on stdout, diagnostics and errors on stderr in one shape, and the exit code (0, 1 the user's
 * input, 2 the machine).
 */
import { fstatSync, writeSync } from "node:fs";
import { hasErrors, type Diagnostic } from "../src/base/diagnostic.js";
import { MszError } from "../src/base/error.js";
import { renderDiagnostic, renderDiagnostics } from "../src/base/render.js";
import { whyUnwritten } from "./files.js";

/** Thrown when diagnostics have been printed and the command cannot go on. */
export class Reported extends Error {}

/** Thrown when nobody reads stdout any more (`msz run … | head`), which ends a program quietly. */
class NobodyReads extends Error {}

/** Writes to stdout and waits until all of it is out: a result that is lost must not look like success. @throws MszError `unwritable-stdout` */
export async function result(text: string): Promise<void> {
  try {
    // A stream takes a piece that a full disk had room for as the whole.
    if (fstatSync(process.stdout.fd).isFile()) writeAll(process.stdout.fd, Buffer.from(text));
    else await new Promise<void>((resolve, reject) => process.stdout.write(text, (error) => (error ? reject(error) : resolve())));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EPIPE") throw new NobodyReads();
    throw new MszError("unwritable-stdout", `stdout could not be written: ${whyUnwritten(cause)}`, { blame: "machine", cause });
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}

export function wantsColor(stream: { isTTY?: boolean }): boolean {
  return stream.isTTY === true && process.env.NO_COLOR === undefined;
}

/** Prints all; throws `Reported` when one is an error. */
export function reportDiagnostics(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length > 0) process.stderr.write(renderDiagnostics(diagnostics, { color: wantsColor(process.stderr) }));
  if (!hasErrors(diagnostics)) return;
  const errors = diagnostics.filter((d) => d.severity === "error").length;
  if (errors > 1) process.stderr.write(`\n${errors} errors\n`);
  throw new Reported();
}

export function warn(line: string): void {
  process.stderr.write(`warning: ${line}\n`);
}

export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** An error as a diagnostic, for commands that collect them; a fault that is not the user's input is thrown on. */
export function diagnosticOf(error: unknown): Diagnostic {
  if (!(error instanceof MszError) || error.blame === "machine") throw error;
  return toDiagnostic(error);
}

function toDiagnostic({ code, message, reason, hint }: MszError): Diagnostic {
  return { code, severity: "error", message, ...(reason ? { reason } : {}), ...(hint ? { hint } : {}) };
}

/** Prints what was thrown and gives the exit code. */
export function reportError(error: unknown): number {
  if (error instanceof Reported) return 1;
  if (error instanceof NobodyReads) return 0;
  if (error instanceof MszError) {
    process.stderr.write(`${renderDiagnostic(toDiagnostic(error), { color: wantsColor(process.stderr) })}\n`);
    return error.blame === "machine" ? 2 : 1;
  }
  if (error instanceof RangeError && /allocation failed|Invalid (typed )?array (buffer )?length/i.test(error.message)) {
    return reportError(new MszError("out-of-memory", "there is not enough memory", { blame: "machine", reason: error.message, hint: "use a smaller model, or a shorter input" }));
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`error[internal]: ${stack}\n`);
  return 2;
}
