/**
 * The folder of a run: which files it writes there, that none of them is another's, and the way out when one cannot be written or the
 * training breaks.
 */
import { basename, dirname, extname, join } from "node:path";
import { existsSync, statSync } from "node:fs";
import { MszError } from "../../runtime/index.js";
import { fileExists, refuseSameFile } from "../files.js";
import { checkpointPath } from "./checkpoint.js";

export interface RunPlace {
  readonly folder: string;
  /** The spec. */
  readonly file: string;
  /** The run goes on where it was: it cannot go to another folder. */
  readonly resumed: boolean;
  /** Of `--devices`, which a command to go on by says again. */
  readonly devices?: number;
}

export function placeOf(file: string, { out, resume, devices }: { readonly out?: string; readonly resume?: string; readonly devices?: number }): RunPlace {
  return { folder: resume ?? out ?? join(dirname(file), `${nameOf(file)}-training`), file, resumed: resume !== undefined, ...(devices === undefined ? {} : { devices }) };
}

export function metricsPath({ folder }: RunPlace): string {
  return join(folder, "metrics.jsonl");
}

export function curvePath({ folder }: RunPlace): string {
  return join(folder, "curve.svg");
}

/** Where the trained weights go. A spec may be called as the checkpoint is. */
export function weightsPath({ folder, file }: RunPlace): string {
  const path = join(folder, `${nameOf(file)}.safetensors`);
  return path === checkpointPath(folder) ? join(folder, "weights.safetensors") : path;
}

/**
 * A new run writes over nothing. An empty file is nobody's: a run that was killed before its first line leaves one.
 * @param weights the file that the run begins with
 * @throws MszError `run-exists`, `same-file`
 */
export function expectFree(place: RunPlace, weights: string | undefined): void {
  const { folder } = place;
  const checkpoint = checkpointPath(folder);
  if (fileExists(checkpoint)) {
    throw new MszError("run-exists", `\`${folder}\` holds a run already`, {
      hint: `go on with it by \`--resume ${folder}\`, or name another folder with \`--out\`, where a run may begin with its weights: \`--weights ${checkpoint}\``,
    });
  }
  refuseSameFile(weightsPath(place), "--out", [weights]);
  const others = [checkpoint, metricsPath(place), curvePath(place), weightsPath(place)].filter((path) => existsSync(path) && !(statSync(path).isFile() && statSync(path).size === 0));
  if (others.length === 0) return;
  throw new MszError("run-exists", `the run would write over ${others.map((path) => `\`${path}\``).join(" and ")}`, { hint: "name another folder with `--out`" });
}

/** Of a file of the run that could not be written, most often on a full disk: what is saved, and how to go on. */
export function withWayOut(error: unknown, place: RunPlace, saved: number): unknown {
  if (!(error instanceof MszError) || error.code !== "unwritable-file") return error;
  const { code, message, blame, reason, cause } = error;
  const mend = blame === "machine" ? "make room" : "see to it that it can be written";
  const hint = saved > 0 && fileExists(checkpointPath(place.folder)) ? `step ${saved} is saved: ${mend}, and go on with: ${resumeCommand(place)}` : `${mend}, and begin the run anew`;
  return new MszError(code, message, { blame, ...(reason ? { reason } : {}), hint, cause });
}

export function resumeCommand({ file, folder, devices }: RunPlace): string {
  return `msz train ${shellWord(file)} --resume ${shellWord(folder)}${devicesOf(devices)}`;
}

/** After a step that broke: the same run would break in the same step again, so that only a new one with other settings helps. */
export function againCommand({ file, folder, devices }: RunPlace): string {
  let number = 2;
  while (existsSync(`${folder}-${number}`)) number++;
  return `msz train ${shellWord(file)} --weights ${shellWord(checkpointPath(folder))} --out ${shellWord(`${folder}-${number}`)}${devicesOf(devices)}`;
}

function devicesOf(devices: number | undefined): string {
  return devices === undefined ? "" : ` --devices ${devices}`;
}

/** For a command line that can be copied. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function nameOf(file: string): string {
  return basename(file, extname(file));
}
