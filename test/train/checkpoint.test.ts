/** Checkpoints: what is written is read; a process killed while it writes, and a disk that is full, leave the old one whole. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { checkpointPath, readCheckpoint, writeCheckpoint, type Checkpoint } from "../../cli/train/checkpoint.js";
import { writeSafetensors } from "../../runtime/index.js";
import { root, temporaryFolder } from "../cli/msz.js";
import { Random } from "../helpers/random.js";

const all = temporaryFolder();
function folderOf(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(all, "run-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

const made = { model: "Tiny", steps: "100" };
const checkpoint = (step: number, elements = 6): Checkpoint => ({
  step, made, options: { steps: 100, corpus: ["/a/b.txt"], set: { size: "8" } }, backend: "tfjs", ranks: 1,
  tensors: {
    weight: { shape: [2, elements / 2], data: new Float32Array(elements).fill(step) },
    "optimizer.first.weight": { shape: [elements], data: new Float32Array(elements).fill(step) },
    count: { shape: [1], data: Int32Array.of(step) },
  },
});

test("what is written is read, and the same is the same bytes", async () => {
  const folder = folderOf();
  writeCheckpoint(folder, checkpoint(7));
  expect(await readCheckpoint(folder)).toEqual(checkpoint(7));
  const first = readFileSync(checkpointPath(folder));
  writeCheckpoint(folder, checkpoint(8));
  expect((await readCheckpoint(folder)).step).toBe(8);
  writeCheckpoint(folder, checkpoint(7));
  expect(readFileSync(checkpointPath(folder)).equals(first)).toBe(true);
  expect(readdirSync(folder)).toEqual(["checkpoint.safetensors"]);
});

test("what a killed process left half-written goes with the next checkpoint", () => {
  const folder = folderOf({ ".checkpoint.safetensors.123.tmp": "half", ".other.123.tmp": "another's" });
  writeCheckpoint(folder, checkpoint(1));
  expect(readdirSync(folder).sort()).toEqual([".other.123.tmp", "checkpoint.safetensors"]);
});

describe("refused", () => {
  const written = (data: Uint8Array | string): string => folderOf({ "checkpoint.safetensors": data });
  const tensors = { weight: { shape: [1], data: Float32Array.of(1) } };
  const good = { format: "msz-checkpoint 1", step: "5", made: "{}", options: "{}" };

  test("a folder without one", async () => {
    const folder = folderOf();
    mkdirSync(join(folder, "checkpoint.safetensors"));
    for (const path of [folder, join(folder, "nowhere")]) await expect(readCheckpoint(path)).rejects.toMatchObject({ code: "no-checkpoint", message: `there is no checkpoint in \`${path}\`` });
  });

  test.each<[string, Record<string, string>]>([
    ["weights", {}], ["another format", { ...good, format: "msz-checkpoint 2" }], ["no step", { ...good, step: "five" }], ["a negative step", { ...good, step: "-5" }],
    ["broken settings", { ...good, made: "{" }], ["settings that are none", { ...good, made: "null" }], ["broken options", { ...good, options: "[]" }],
  ])("%s", async (_, metadata) => {
    const folder = written(writeSafetensors(tensors, metadata));
    await expect(readCheckpoint(folder)).rejects.toMatchObject({ code: "bad-checkpoint", message: `\`${checkpointPath(folder)}\` is no checkpoint of this version of msz` });
  });

  test("a file that is cut off, at any place", async () => {
    const folder = folderOf();
    writeCheckpoint(folder, checkpoint(3));
    const whole = readFileSync(checkpointPath(folder));
    for (let length = 0; length < whole.length; length += 23) {
      writeFileSync(checkpointPath(folder), whole.subarray(0, length));
      await expect(readCheckpoint(folder)).rejects.toMatchObject({ code: "bad-safetensors" });
    }
  });
});

const module = JSON.stringify(new URL("dist/cli/train/checkpoint.js", `file://${root}`).href);
/** Writes checkpoint after checkpoint: of step i, every value is i. */
const writer = (elements: number): string => `
  const { writeCheckpoint } = await import(${module});
  for (let step = Number(process.argv[2]); ; step++) {
    const data = () => new Float32Array(${elements}).fill(step);
    const tensors = { weight: { shape: [2, ${elements / 2}], data: data() }, "optimizer.first.weight": { shape: [${elements}], data: data() }, count: { shape: [1], data: Int32Array.of(step) } };
    writeCheckpoint(process.argv[1], { step, made: {}, options: {}, backend: "tfjs", ranks: 1, tensors });
  }`;

test("SIGKILL at 20 moments while checkpoint follows checkpoint: there is always a whole one, and none is older than the one before", { timeout: 180_000 }, async () => {
  const folder = folderOf();
  const random = new Random(5);
  const writing = (pid: number | undefined): boolean => readdirSync(folder).some((name) => name.endsWith(`.${pid}.tmp`));
  writeCheckpoint(folder, checkpoint(1));
  let before = 1;
  let halves = 0;
  for (let i = 0; i < 20; i++) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", writer(500_000), folder, String(before + 1)], { stdio: "ignore" });
    // Every other one in the middle of its first write, the others at any moment after it: a disk may be slow.
    const old = statSync(checkpointPath(folder)).ino;
    const begun = (): boolean => (i % 2 === 0 ? writing(child.pid) : statSync(checkpointPath(folder)).ino !== old);
    while (!begun() && child.exitCode === null) await setTimeout(1);
    if (i % 2 === 1) await setTimeout(random.next() * 40);
    child.kill("SIGKILL");
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
    if (writing(child.pid)) halves++;
    const { step, tensors } = await readCheckpoint(folder);
    expect(step).toBeGreaterThanOrEqual(before);
    for (const { data } of Object.values(tensors)) expect(data.every((value) => value === step)).toBe(true);
    before = step;
  }
  expect(before, "checkpoints that were written").toBeGreaterThan(10);
  // Else the moments were none that matter.
  expect(halves, "writes that were cut off").toBeGreaterThan(0);
});

describe("a full disk", () => {
  const failing = `
    const { writeCheckpoint } = await import(${module});
    const tensors = { weight: { shape: [100000], data: new Float32Array(100000) } };
    try { writeCheckpoint(process.argv[1], { step: 9, made: {}, options: {}, backend: "tfjs", ranks: 1, tensors }); console.log("written"); }
    catch ({ code, message, blame, reason }) { console.log(JSON.stringify({ code, message, blame, reason })); }`;

  async function expectOldOne(folder: string, stdout: string, reason: string): Promise<void> {
    expect(JSON.parse(stdout)).toEqual({ code: "unwritable-file", message: `\`${checkpointPath(folder)}\` could not be written`, blame: "machine", reason });
    expect(await readCheckpoint(folder)).toEqual(checkpoint(4));
    expect(readdirSync(folder)).toEqual(["checkpoint.safetensors"]);
  }

  test("in a file system of its own", async ({ skip }) => {
    const folder = folderOf();
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=200k", "none", folder], { encoding: "utf8" });
    if (mounted.status !== 0) return skip(`no file system can be mounted here: ${mounted.stderr?.trim() || String(mounted.error)}`);
    try {
      writeCheckpoint(folder, checkpoint(4));
      const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", failing, folder], { encoding: "utf8" });
      await expectOldOne(folder, stdout, "the disk is full");
    } finally {
      spawnSync("umount", [folder]);
    }
  });

  test("a limit of the shell", async () => {
    const folder = folderOf();
    writeCheckpoint(folder, checkpoint(4));
    const { stdout } = spawnSync("sh", ["-c", 'ulimit -f 100; exec "$0" "$@"', process.execPath, "--input-type=module", "-e", failing, folder], { encoding: "utf8" });
    await expectOldOne(folder, stdout, "files of that size are not allowed here (see `ulimit -f`)");
  });
});
