/**
 * One run at a time in a folder: a file that names the process lies there while a run goes on. A process's number is given again after its
 * end, in a container almost at once, so that the file says too when that process began.
 */
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { uptime } from "node:os";
import { join } from "node:path";
import { MszError } from "../../runtime/index.js";
import { unwritable } from "../files.js";

/** A lock without a word in it: its process has only just made it, or it was made on a full disk. Milliseconds. */
const fresh = 10_000;

/**
 * Gives the function that frees the folder. What a killed process left locks nothing.
 * @param resumed the run is bound to the folder; a new one may go elsewhere
 * @throws MszError `run-busy`, `bad-lock`, `unwritable-file`
 */
export function lockFolder(folder: string, resumed: boolean): () => void {
  const path = join(folder, ".run.lock");
  const own = `${process.pid} ${beginOf(process.pid) ?? ""}`.trim();
  for (;;) {
    if (writeNew(path, own, resumed)) return () => void (textOf(path) === own && rmSync(path, { force: true }));
    const found = textOf(path);
    if (found === undefined) continue;
    const owner = ownerOf(path, found);
    if (owner !== undefined) {
      throw new MszError("run-busy", `another process (${owner}) trains in \`${folder}\``, { hint: `wait until it is done${resumed ? "" : ", or name another folder with `--out`"}; if no run is going on there, delete \`${path}\`` });
    }
    takeAway(path, found);
  }
}

/** False when there is one. */
function writeNew(path: string, text: string, resumed: boolean): boolean {
  const hint = resumed ? "make room, or make the folder writable: a run keeps what it goes on from there" : "name another folder with `--out`";
  let handle: number;
  try {
    handle = openSync(path, "wx");
  } catch (cause) {
    if ((cause as { code?: string }).code === "EEXIST") return false;
    throw unwritable(path, cause, hint);
  }
  try {
    writeSync(handle, text);
  } catch (cause) {
    rmSync(path, { force: true });
    throw unwritable(path, cause, hint);
  } finally {
    closeSync(handle);
  }
  return true;
}

/** Undefined when it is gone again. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === "ENOENT") return undefined;
    const why = code === "EISDIR" ? "it is a folder, and a run keeps a file of that name" : cause instanceof Error ? cause.message : String(cause);
    throw new MszError("bad-lock", `\`${path}\` cannot say whether another process trains there`, { reason: why, hint: "delete it if no run is going on there", cause });
  }
}

/** Who holds the lock; undefined when whoever wrote it is gone. */
function ownerOf(path: string, text: string): string | undefined {
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity;
  const [, digits, begun] = /^([1-9]\d{0,9})(?: (\S+))?\s*$/.exec(text) ?? [];
  if (digits === undefined) return Date.now() - written < fresh ? "which has just begun" : undefined;
  const pid = Number(digits);
  // Its number is this process's own: it was another one before it.
  if (pid === process.pid || !isAlive(pid)) return undefined;
  const now = beginOf(pid);
  if (begun !== undefined && now !== undefined) return begun === now ? digits : undefined;
  // Nothing that began after the lock was written has written it; a second for clocks that are not the same.
  return bornAt(pid) > written + 1000 ? undefined : digits;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is one too.
    return (error as { code?: string }).code === "EPERM";
  }
}

/** When a process began, as no other process of that number has it: the machine's start and the ticks since. Undefined where there is no /proc. */
function beginOf(pid: number): string | undefined {
  const ticks = ticksOf(pid);
  const boot = proc("sys/kernel/random/boot_id")?.trim();
  return ticks === undefined ? undefined : `${boot ?? "boot"}/${ticks}`;
}

/** Milliseconds since 1970: of the process's start where there is /proc, else of the machine's. */
function bornAt(pid: number): number {
  const machine = Date.now() - uptime() * 1000;
  return machine + (ticksOf(pid) ?? 0) * 10;
}

/** The 22nd word of /proc/<pid>/stat, in hundredths of a second; the second one is a name, in which anything may stand. */
function ticksOf(pid: number): number | undefined {
  const stat = proc(`${pid}/stat`);
  const ticks = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return ticks === undefined || !/^\d+$/.test(ticks) ? undefined : Number(ticks);
}

function proc(name: string): string | undefined {
  try {
    return readFileSync(`/proc/${name}`, "utf8");
  } catch {
    return undefined;
  }
}

/** Two processes may find the same old lock: what the other has put in its place meanwhile goes back. */
function takeAway(path: string, judged: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (cause) {
    if ((cause as { code?: string }).code === "ENOENT") return;
    throw unwritable(path, cause, "delete it, for no run is going on there");
  }
  if (textOf(aside) === judged) rmSync(aside, { force: true });
  else renameSync(aside, path);
}
