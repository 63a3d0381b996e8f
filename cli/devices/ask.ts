/**
 * Asks each backend in a process of its own: a driver that crashes or hangs becomes a reason, and no end of this command. In: backends. Out: their surveys.
 */
import { spawn } from "node:child_process";
import type { BackendName } from "../../runtime/index.js";
import type { BackendSurvey } from "../../runtime/survey.js";

/** The first use of a driver after a start may take seconds. */
const patience = 30_000;

/** @param command what Node is called with to get one backend's survey as JSON on stdout */
export function askBackend(backend: BackendName, command: readonly string[], milliseconds = patience): Promise<BackendSurvey> {
  return new Promise((resolve) => {
    const none = (reason: string): void => resolve({ backend, usable: false, reason, hint: "its driver or library is broken: install it again", devices: [], libraries: [] });
    const child = spawn(process.execPath, [...process.execArgv, ...command], { stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
    const out: Buffer[] = [];
    let errors = "";
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, milliseconds);
    child.stdout.on("data", (piece: Buffer) => out.push(piece));
    child.stderr.on("data", (piece: Buffer) => (errors = (errors + piece.toString()).slice(-2000)));
    child.on("error", (error) => none(error.message));
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (late) return none(`it did not answer within ${milliseconds / 1000} seconds`);
      const found = code === 0 ? surveyOf(Buffer.concat(out).toString()) : undefined;
      if (found) return resolve(found);
      if (code === 0) return none("its answer could not be read");
      const words = errors.trim().split("\n").at(-1);
      none(`looking for it ended with ${signal ?? `code ${code}`}${words ? `: ${words}` : ""}`);
    });
  });
}

function surveyOf(text: string): BackendSurvey | undefined {
  try {
    return (JSON.parse(text) as { backends: BackendSurvey[] }).backends[0];
  } catch {
    return undefined;
  }
}
