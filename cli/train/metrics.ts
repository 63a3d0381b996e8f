/** `metrics.jsonl`: one JSON object a line, appended while a run goes on; a resumed run goes on behind its checkpoint's step. */
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { fileExists, unwritable, writeFileWhole } from "../files.js";

/** A line. Losses in nats a token. */
export interface Metrics {
  readonly step: number;
  /** Mean over the updates since the line before. */
  readonly loss?: number;
  readonly held_out_loss?: number;
  /** Learning rate of the last update, and the global norm of its gradient before clipping. */
  readonly rate?: number;
  readonly norm?: number;
  readonly tokens_per_second?: number;
  /** Time in training so far, of all runs that were resumed. */
  readonly seconds: number;
}

export class MetricsFile {
  readonly lines: Metrics[] = [];

  /** Lines behind `step` are dropped: they will be made again. */
  constructor(private readonly path: string, step: number) {
    if (step > 0 && fileExists(path)) this.lines.push(...readMetrics(path).filter((line) => line.step <= step));
    writeFileWhole(path, this.lines.map(asLine).join(""));
  }

  add(line: Metrics): void {
    this.lines.push(line);
    try {
      appendFileSync(this.path, asLine(line));
    } catch (cause) {
      throw unwritable(this.path, cause);
    }
  }

  /** For a run that came to nothing. */
  remove(): void {
    rmSync(this.path, { force: true });
  }
}

function asLine(line: Metrics): string {
  return `${JSON.stringify(line)}\n`;
}

/** What the lines say of a run that goes on: its last losses, and the time it took. */
export function soFar(lines: readonly Metrics[], steps: number): { loss?: number; heldOut?: number; measuredAt?: number; seconds: number } {
  const loss = lines.findLast((line) => typeof line.loss === "number")?.loss;
  const measured = lines.findLast((line) => typeof line.held_out_loss === "number");
  const heldOut = measured?.step === steps ? measured.held_out_loss : undefined;
  return {
    ...(loss === undefined ? {} : { loss }), ...(heldOut === undefined ? {} : { heldOut }), ...(measured ? { measuredAt: measured.step } : {}),
    seconds: lines.at(-1)?.seconds ?? 0,
  };
}

/** The last line may be torn, for the process was killed in it; others may have been written by hand. What no run writes is left out. */
function readMetrics(path: string): Metrics[] {
  return readFileSync(path, "utf8").split("\n").flatMap((text) => {
    try {
      const line = JSON.parse(text) as unknown;
      return isMetrics(line) ? [line] : [];
    } catch {
      return [];
    }
  });
}

/** `null` stands where a number was not finite. */
const numbers = ["loss", "held_out_loss", "rate", "norm", "tokens_per_second"] as const satisfies readonly (keyof Metrics)[];

function isMetrics(line: unknown): line is Metrics {
  if (typeof line !== "object" || line === null) return false;
  const { step, seconds, ...rest } = line as Readonly<Record<string, unknown>>;
  if (!Number.isSafeInteger(step) || !Number.isFinite(seconds) || (seconds as number) < 0) return false;
  return numbers.every((name) => rest[name] === undefined || rest[name] === null || Number.isFinite(rest[name]));
}
