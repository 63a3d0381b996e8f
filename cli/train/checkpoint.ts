/**
 * What a run goes on from: parameters and optimiser states as one safetensors file, the step and what it was made with in its metadata.
 * The generator and the place in the data follow from the seed and the step; time is in the metrics, so that the same run gives the same bytes.
 */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { checkpointFormat, MszError, openSafetensors, readTensor, writeSafetensors, type HostTensor, type HostTensors } from "../../runtime/index.js";
import { fileExists, openBytes, writeFilesWhole } from "../files.js";
import type { RunOptions } from "./made.js";

const fileName = "checkpoint.safetensors";

export interface Checkpoint {
  readonly step: number;
  /** What must be the same for the run to go on exactly: by name, as text. */
  readonly made: Readonly<Record<string, string>>;
  /** What the command line said, which it need not say again. */
  readonly options: RunOptions;
  /** Where the steps were computed: another backend rounds otherwise. */
  readonly backend: string;
  /** How many ranks took the last steps. */
  readonly ranks: number;
  readonly tensors: HostTensors;
}

export function checkpointPath(folder: string): string {
  return join(folder, fileName);
}

/** Whole or not at all; what a killed process left half-written goes. @throws MszError `unwritable-file` (a full disk too): the file before stays */
export function writeCheckpoint(folder: string, { step, made, options, backend, ranks, tensors }: Checkpoint): void {
  for (const name of readdirSync(folder)) if (name.startsWith(`.${fileName}.`) && name.endsWith(".tmp")) rmSync(join(folder, name), { force: true });
  const metadata = { format: checkpointFormat, step: String(step), backend, ...(ranks > 1 ? { ranks: String(ranks) } : {}), made: JSON.stringify(made), options: JSON.stringify(options) };
  writeFilesWhole(new Map([[checkpointPath(folder), writeSafetensors(tensors, metadata)]]), { durable: true });
}

/** @throws MszError `no-checkpoint` */
export function expectCheckpoint(folder: string): void {
  if (fileExists(checkpointPath(folder))) return;
  throw new MszError("no-checkpoint", `there is no checkpoint in \`${folder}\``, { hint: "name the folder that `--out` named, or leave `--resume` out to start anew" });
}

/** @throws MszError `no-checkpoint`, `bad-checkpoint`, and what a broken file is refused with */
export async function readCheckpoint(folder: string): Promise<Checkpoint> {
  expectCheckpoint(folder);
  const path = checkpointPath(folder);
  const source = await openBytes(path);
  try {
    const file = await openSafetensors(source).catch((error: unknown) => {
      if (!(error instanceof MszError)) throw error;
      throw new MszError(error.code, error.message, { hint: "the checkpoint is damaged: begin the run anew", cause: error });
    });
    const { format, step = "", backend = "", ranks = "1", made, options } = file.metadata;
    const [madeWith, given] = [objectOf(made), objectOf(options)];
    if (format !== checkpointFormat || !/^\d{1,15}$/.test(step) || !/^\d{1,9}$/.test(ranks) || !madeWith || !given) {
      throw new MszError("bad-checkpoint", `\`${path}\` is no checkpoint of this version of msz`, { hint: "weights without the optimiser's state start a new run with `--weights`" });
    }
    const tensors: Record<string, HostTensor> = {};
    for (const name of file.tensors.keys()) tensors[name] = await readTensor(file, name);
    return { step: Number(step), made: madeWith as Record<string, string>, options: given as RunOptions, backend, ranks: Number(ranks), tensors };
  } finally {
    await source.close();
  }
}

function objectOf(json: string | undefined): object | undefined {
  try {
    const value = JSON.parse(json ?? "") as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
