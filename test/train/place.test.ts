/** A run's folder: what a new run must not write over, and the ways out that are told. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { againCommand, expectFree, placeOf, withWayOut } from "../../cli/train/place.js";
import { MszError } from "../../src/base/error.js";
import { temporaryFolder } from "../cli/msz.js";

const all = temporaryFolder();
function folderOf(...files: readonly string[]): string {
  const folder = mkdtempSync(join(all, "run-"));
  for (const file of files) writeFileSync(join(folder, file), "x");
  return folder;
}
const place = (folder: string, file = "a/tiny.msz") => placeOf(file, { out: folder });

test("where a run lies", () => {
  expect(placeOf("a/tiny.msz", {})).toEqual({ folder: "a/tiny-training", file: "a/tiny.msz", resumed: false });
  expect(placeOf("a/tiny.msz", { resume: "r" })).toEqual({ folder: "r", file: "a/tiny.msz", resumed: true });
});

test("a new run writes over nothing that it would write, by name", () => {
  for (const file of ["metrics.jsonl", "curve.svg", "tiny.safetensors"]) {
    const folder = folderOf(file, "other.txt");
    expect(() => expectFree(place(folder), undefined)).toThrow(expect.objectContaining({ code: "run-exists", message: `the run would write over \`${join(folder, file)}\``, hint: "name another folder with `--out`" }));
  }
  const log = folderOf("metrics.jsonl", "curve.svg");
  expect(() => expectFree(place(log), undefined)).toThrow(`the run would write over \`${join(log, "metrics.jsonl")}\` and \`${join(log, "curve.svg")}\``);
  const odd = folderOf();
  mkdirSync(join(odd, "checkpoint.safetensors"));
  expect(() => expectFree(place(odd), undefined)).toThrow(`the run would write over \`${join(odd, "checkpoint.safetensors")}\``);
  expect(() => expectFree(place(folderOf("checkpoint.safetensors")), undefined)).toThrow(" holds a run already");
  const free = folderOf("other.safetensors", ".metrics.jsonl");
  writeFileSync(join(free, "metrics.jsonl"), "");
  expectFree(place(free), undefined);
});

test("a file that cannot be written: what is saved, and how to go on", () => {
  const full = new MszError("unwritable-file", "no", { blame: "machine", reason: "the disk is full", hint: "name another place" });
  const saved = folderOf("checkpoint.safetensors");
  expect(withWayOut(full, place(saved), 7)).toMatchObject({ code: "unwritable-file", message: "no", blame: "machine", reason: "the disk is full", hint: `step 7 is saved: make room, and go on with: msz train a/tiny.msz --resume ${saved}` });
  expect(withWayOut(full, place(folderOf()), 7)).toMatchObject({ hint: "make room, and begin the run anew" });
  expect(withWayOut(new MszError("unwritable-file", "no"), place(saved), 7)).toMatchObject({ blame: "input", hint: `step 7 is saved: see to it that it can be written, and go on with: msz train a/tiny.msz --resume ${saved}` });
  const other = new MszError("not-finite", "no");
  expect(withWayOut(other, place(saved), 7)).toBe(other);
});

test("a new run from the last checkpoint goes to a folder that is free", () => {
  const folder = folderOf();
  mkdirSync(`${folder}-2`);
  expect(againCommand(place(folder, "it's.msz"))).toBe(`msz train 'it'\\''s.msz' --weights ${folder}/checkpoint.safetensors --out ${folder}-3`);
});
