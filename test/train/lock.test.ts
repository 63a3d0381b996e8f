/** `.run.lock`: one run at a time in a folder; what a process left that is gone locks nothing, although its number may be another's by now. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockFolder } from "../../cli/train/lock.js";
import type { MszError } from "../../src/base/error.js";
import { temporaryFolder } from "../cli/msz.js";

const all = temporaryFolder();
function locked(text: string, ageInSeconds = 0): string {
  const folder = mkdtempSync(join(all, "run-"));
  const path = join(folder, ".run.lock");
  writeFileSync(path, text);
  const at = Date.now() / 1000 - ageInSeconds;
  utimesSync(path, at, at);
  return folder;
}
const refusal = (folder: string, resumed = false): MszError => {
  try {
    lockFolder(folder, resumed);
  } catch (error) {
    return error as MszError;
  }
  throw new Error("nothing was refused");
};
const parent = String(process.ppid);
const begun = (pid: number): string => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]!}`;
};

function expectTaken(folder: string): void {
  const free = lockFolder(folder, false);
  expect(readFileSync(join(folder, ".run.lock"), "utf8").split(" ")[0]).toBe(String(process.pid));
  expect(readdirSync(folder)).toEqual([".run.lock"]);
  free();
  expect(readdirSync(folder)).toEqual([]);
}

test("a free folder, a process that is gone, this process's own number", () => {
  expectTaken(mkdtempSync(join(all, "free-")));
  for (const text of ["999999999", String(process.pid), `${process.pid} boot/1\n`, "7777777777 boot/1"]) expectTaken(locked(text));
});

test("a process that lives", () => {
  const folder = locked(parent);
  const path = join(folder, ".run.lock");
  expect(refusal(folder)).toMatchObject({
    code: "run-busy", message: `another process (${parent}) trains in \`${folder}\``,
    hint: `wait until it is done, or name another folder with \`--out\`; if no run is going on there, delete \`${path}\``,
  });
  expect(refusal(folder, true).hint).toBe(`wait until it is done; if no run is going on there, delete \`${path}\``);
  expect(readdirSync(folder)).toEqual([".run.lock"]);
});

test("a number that is another process's by now: it began at another time, or after the lock was written", ({ skip }) => {
  // Before this machine began, where nothing else is known.
  expectTaken(locked(parent, 40 * 365 * 86_400));
  if (process.platform !== "linux") return skip("the time of a process's start is read from /proc");
  expect(refusal(locked(`${parent} ${begun(process.ppid)}`))).toMatchObject({ code: "run-busy" });
  expectTaken(locked(`${parent} boot/1`));
  expectTaken(locked(`${parent} ${begun(process.ppid)}0`));
});

test("a lock without a word: its process writes it just now, or could not", () => {
  expect(refusal(locked("", 1))).toMatchObject({ code: "run-busy" });
  for (const text of ["", "0", "-1", "nonsense"]) expectTaken(locked(text, 60));
});

test("a folder of that name", () => {
  const folder = mkdtempSync(join(all, "odd-"));
  const path = join(folder, ".run.lock");
  mkdirSync(path);
  expect(refusal(folder)).toMatchObject({ code: "bad-lock", message: `\`${path}\` cannot say whether another process trains there`, reason: "it is a folder, and a run keeps a file of that name" });
});

test("a lock that is no longer one's own stays", () => {
  const folder = mkdtempSync(join(all, "other-"));
  const free = lockFolder(folder, false);
  writeFileSync(join(folder, ".run.lock"), parent);
  free();
  expect(readdirSync(folder)).toEqual([".run.lock"]);
});

test("a folder that cannot be written", () => {
  const nowhere = join(all, "nowhere");
  expect(refusal(nowhere)).toMatchObject({ code: "unwritable-file", hint: "name another folder with `--out`" });
  expect(refusal(nowhere, true).hint).not.toContain("--out");
});
