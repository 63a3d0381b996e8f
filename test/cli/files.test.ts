/** Reading and writing files: every way it fails, and that a write is whole or not there. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { besides, fileExists, openBytes, readJson, readSpec, readText, refuseSameFile, writeFilesWhole, writeFileWhole } from "../../cli/files.js";
import type { MszError } from "../../src/base/error.js";
import { listing } from "./msz.js";

let folder: string;
const at = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "msz-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function refusal(action: () => unknown): MszError {
  try {
    action();
  } catch (error) {
    return error as MszError;
  }
  throw new Error("nothing was refused");
}

describe("reading", () => {
  test("a missing file, with the nearest name or the folder that is not there", () => {
    writeFileSync(at("model.msz"), "");
    expect(refusal(() => readText(at("modle.msz")))).toMatchObject({ code: "missing-file", blame: "input", hint: "did you mean `model.msz`?" });
    expect(refusal(() => readText(at("nowhere/x.msz")))).toMatchObject({ code: "missing-file", hint: `the folder \`${at("nowhere")}\` does not exist` });
    expect(refusal(() => readText(at("model.msz/x")))).toMatchObject({ code: "missing-file" });
    expect(refusal(() => readText(at("zzzzzzzz"))).hint).toBeUndefined();
  });

  test("a folder, with the specs in it", () => {
    expect(refusal(() => readText(folder))).toMatchObject({ code: "is-directory", hint: "name a file" });
    writeFileSync(at("a.msz"), "");
    expect(refusal(() => readText(folder))).toMatchObject({ code: "is-directory", hint: `name a file in it: ${at("a.msz")}` });
  });

  test("a spec of 50 MB is refused before it is read", () => {
    writeFileSync(at("big.msz"), "");
    truncateSync(at("big.msz"), 50_000_000);
    expect(refusal(() => readSpec(at("big.msz")))).toMatchObject({ code: "file-too-large", message: `\`${at("big.msz")}\` has 50.0 MB, more than the 4.2 MB allowed` });
  });

  test.each<[string, number[], number]>([
    ["at the start", [0xff, 0x41], 0],
    ["in the middle", [0x41, 0xc3, 0xa9, 0x42, 0xfe, 0x43], 4],
    ["a character cut off by another, as in Latin-1", [0x41, 0xc3, 0x41], 1],
    ["a character cut off by the end", [0x41, 0x42, 0xe2, 0x82], 2],
    ["UTF-16", [0xff, 0xfe, 0x6d, 0x00], 0],
  ])("not UTF-8, %s: the offset", (_, bytes, offset) => {
    writeFileSync(at("x.msz"), Uint8Array.from(bytes));
    expect(refusal(() => readText(at("x.msz")))).toMatchObject({ code: "not-utf8", message: `\`${at("x.msz")}\` is not UTF-8 text: the byte at offset ${offset} fits no character` });
  });

  test("text as it is, without a byte order mark", () => {
    writeFileSync(at("x"), "\uFEFFlet é = 1\r\n");
    expect(readText(at("x"))).toBe("let é = 1\r\n");
  });

  test("JSON where a spec is wanted, and no JSON where JSON is", () => {
    writeFileSync(at("plan.json"), '{"format":"msz-plan"}');
    expect(refusal(() => readSpec(at("plan.json")))).toMatchObject({ code: "not-a-spec" });
    writeFileSync(at("x.json"), "{");
    expect(refusal(() => readJson(at("x.json")))).toMatchObject({ code: "not-json", blame: "input" });
  });

  test("bytes piece by piece, and fewer at the end", async () => {
    writeFileSync(at("x"), "0123456789");
    const file = await openBytes(at("x"));
    expect([file.size, file.name]).toEqual([10, at("x")]);
    expect(Buffer.from(await file.read(2, 3)).toString()).toBe("234");
    expect(Buffer.from(await file.read(8, 5)).toString()).toBe("89");
    await file.close();
    await expect(openBytes(at("y"))).rejects.toMatchObject({ code: "missing-file" });
    await expect(openBytes(folder)).rejects.toMatchObject({ code: "is-directory" });
  });

  test("names beside a file", () => {
    expect(besides("specs/tiny.msz", ".safetensors")).toBe(join("specs", "tiny.safetensors"));
    writeFileSync(at("x"), "");
    expect([fileExists(at("x")), fileExists(folder), fileExists(at("y"))]).toEqual([true, false, false]);
  });
});

describe("writing", () => {
  test("makes folders, replaces, leaves nothing beside", () => {
    writeFileWhole(at("a/b/x.txt"), "one");
    writeFileWhole(at("a/b/x.txt"), Uint8Array.of(0x74, 0x77, 0x6f));
    expect(readFileSync(at("a/b/x.txt"), "utf8")).toBe("two");
    expect(listing(folder)).toEqual(["a", "a/b", "a/b/x.txt"]);
  });

  test.each([["file/x.txt"], ["file/sub/x.txt"]])("%s: a file where a folder is wanted", (path) => {
    writeFileSync(at("file"), "kept");
    expect(refusal(() => writeFileWhole(at(path), "x"))).toMatchObject({
      code: "unwritable-file", blame: "input", message: `\`${at(path)}\` could not be written`, reason: "a part of the path is a file, not a folder",
    });
    expect(readFileSync(at("file"), "utf8")).toBe("kept");
    expect(listing(folder)).toEqual(["file"]);
  });

  test("a folder where a file is wanted", () => {
    mkdirSync(at("x.txt"));
    expect(refusal(() => writeFileWhole(at("x.txt"), "x"))).toMatchObject({ code: "unwritable-file", blame: "input", reason: "a folder of that name is there" });
    expect(listing(folder)).toEqual(["x.txt"]);
  });

  test("a name that is too long", () => {
    expect(refusal(() => writeFileWhole(at("x".repeat(300)), "x"))).toMatchObject({ code: "unwritable-file", blame: "input" });
    expect(listing(folder)).toEqual([]);
  });

  test("of several files none is written when one cannot be, and old ones stay as they were", () => {
    writeFileSync(at("file"), "");
    writeFileSync(at("first"), "old");
    const files = new Map([["first", "new"], ["made/second", "new"], ["file/third", "new"]].map(([name, text]) => [at(name!), text!]));
    expect(refusal(() => writeFilesWhole(files))).toMatchObject({ code: "unwritable-file", message: `\`${at("file/third")}\` could not be written` });
    expect(readFileSync(at("first"), "utf8")).toBe("old");
    expect(existsSync(at("made"))).toBe(false);
    expect(listing(folder)).toEqual(["file", "first"]);
  });
});

test("a folder that the file system refuses ends in a message", () => {
  expect(refusal(() => writeFileWhole("/proc/msz-test/x.txt", "x"))).toMatchObject({ code: "unwritable-file", blame: "input", reason: "a folder of the path cannot be made" });
});

test("a command does not write over what it reads, by whatever name", () => {
  writeFileSync(at("a.msz"), "");
  symlinkSync(at("a.msz"), at("b.msz"));
  expect(refusal(() => refuseSameFile(at("b.msz"), "--out", [undefined, at("a.msz")]))).toMatchObject({ code: "same-file" });
  expect(() => refuseSameFile(at("c.msz"), "--out", [at("a.msz")])).not.toThrow();
});
