/** `metrics.jsonl`: one JSON object a line, appended while a run goes on; a resumed run goes on behind its checkpoint's step. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { MszError } from "../../src/base/error.js";
import { writeFileWhole } from "../files.js";

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
    if (step > 0 && existsSync(path)) this.lines.push(...readMetrics(path).filter((line) => line.step <= step));
    writeFileWhole(path, this.lines.map(asLine).join(""));
  }

  add(line: Metrics): void {
    this.lines.push(line);
    try {
      appendFileSync(this.path, asLine(line));
    } catch (cause) {
      throw new MszError("unwritable-file", `\`${this.path}\` could not be written`, { blame: "machine", reason: cause instanceof Error ? cause.message : String(cause), cause });
    }
  }
}

function asLine(line: Metrics): string {
  return `${JSON.stringify(line)}\n`;
}

/** The last line may be torn: the process was killed in it. */
function readMetrics(path: string): Metrics[] {
  return readFileSync(path, "utf8").split("\n").flatMap((text) => {
    try {
      const line = JSON.parse(text) as Metrics;
      return typeof line.step === "number" ? [line] : [];
    } catch {
      return [];
    }
  });
}
