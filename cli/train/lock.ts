/** One run at a time in a folder: a file with the process's number lies there while a run goes on. */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { MszError } from "../../runtime/index.js";
import { unwritable } from "../files.js";

/** Gives the function that frees the folder. What a killed process left locks nothing. @throws MszError `run-busy` */
export function lockFolder(folder: string): () => void {
  const path = join(folder, ".run.lock");
  for (;;) {
    try {
      const handle = openSync(path, "wx");
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return () => rmSync(path, { force: true });
    } catch (cause) {
      if ((cause as { code?: string }).code !== "EEXIST") throw unwritable(path, cause);
    }
    const owner = ownerOf(path);
    if (owner !== undefined && isAlive(owner)) {
      throw new MszError("run-busy", `another process (${owner}) trains in \`${folder}\``, { hint: "wait until it is done, or name another folder with `--out`" });
    }
    rmSync(path, { force: true });
  }
}

/** Undefined when the file is gone again, or was not yet written. */
function ownerOf(path: string): number | undefined {
  try {
    return Number(readFileSync(path, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(owner: number): boolean {
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    // Another user's process is one too.
    return (error as { code?: string }).code === "EPERM";
  }
}
