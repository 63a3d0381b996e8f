/**
 * What a run goes on from: parameters and optimiser states as one safetensors file, the step and what it was made with in its metadata.
 * The generator and the place in the data follow from the seed and the step.
 */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { MszError, openSafetensors, readTensor, writeSafetensors, type HostTensor, type HostTensors } from "../../runtime/index.js";
import { fileExists, openBytes, writeFilesWhole } from "../files.js";

const fileName = "checkpoint.safetensors";
const format = "msz-checkpoint 1";

export interface Checkpoint {
  readonly step: number;
  /** Time in training so far, seconds. */
  readonly seconds: number;
  /** What must be the same for the run to go on exactly: by name, as text. */
  readonly made: Readonly<Record<string, string>>;
  readonly tensors: HostTensors;
}

export function checkpointPath(folder: string): string {
  return join(folder, fileName);
}

/** Whole or not at all; what a killed process left half-written goes. @throws MszError `unwritable-file` (a full disk too): the file before stays */
export function writeCheckpoint(folder: string, { step, seconds, made, tensors }: Checkpoint): void {
  for (const name of readdirSync(folder)) if (name.startsWith(`.${fileName}.`) && name.endsWith(".tmp")) rmSync(join(folder, name), { force: true });
  const metadata = { format, step: String(step), seconds: seconds.toFixed(3), made: JSON.stringify(made) };
  writeFilesWhole(new Map([[checkpointPath(folder), writeSafetensors(tensors, metadata)]]), { durable: true });
}

/** @throws MszError `no-checkpoint`, `bad-checkpoint`, and what a broken file is refused with */
export async function readCheckpoint(folder: string): Promise<Checkpoint> {
  const path = checkpointPath(folder);
  if (!fileExists(path)) throw new MszError("no-checkpoint", `there is no checkpoint in \`${folder}\``, { hint: "name the folder that `--out` named, or leave `--resume` out to start anew" });
  const source = await openBytes(path);
  try {
    const file = await openSafetensors(source);
    const { step, seconds, made } = file.metadata;
    if (file.metadata.format !== format || step === undefined || !/^\d+$/.test(step) || made === undefined) {
      throw new MszError("bad-checkpoint", `\`${path}\` is no checkpoint of this version of msz`, { hint: "weights without the optimiser's state start a new run with `--weights`" });
    }
    const tensors: Record<string, HostTensor> = {};
    for (const name of file.tensors.keys()) tensors[name] = await readTensor(file, name);
    return { step: Number(step), seconds: Number(seconds ?? 0), made: JSON.parse(made) as Record<string, string>, tensors };
  } finally {
    await source.close();
  }
}
