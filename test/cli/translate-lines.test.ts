/** Lines to lines of translation, and where lines come from: when they are written, what is drawn however they come, and how they are named. */
import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { translateLines, type LinesToTranslate } from "../../cli/translate/lines.js";
import { searchOf } from "../../cli/translate/options.js";
import { openSource, unpacked } from "../../cli/translate/source.js";
import { temporaryFolder } from "./msz.js";
import { fakePlan, fakeSession, follows, size, type Follows } from "../translate/fake.js";

const line = (i: number): string => (i === 4 ? " " : Array.from({ length: 1 + (i % 3) }, (_, j) => 4 + ((i * 5 + j) % 7)).join(" "));
const texts = Array.from({ length: 600 }, (_, i) => line(i));
const arriving = async function* (...counts: number[]): AsyncGenerator<string[]> {
  let from = 0;
  for (const count of counts) yield texts.slice(from, (from += count));
};

async function translated(lines: AsyncIterable<readonly string[]>, more: Partial<LinesToTranslate> = {}, follow: Follows = follows): Promise<{ text: string; written: number[]; rows: number }> {
  const { session, program } = await fakeSession(fakePlan(), { follow });
  const found = { text: "", written: [] as number[] };
  await translateLines({
    session, lines, name: "x", options: { seed: 3 }, stream: false, onProgress: () => undefined, ...more,
    write: async (text, ends) => {
      found.text += text;
      if (ends > 0) found.written.push(ends);
    },
  });
  return { ...found, rows: program.calls.filter((c) => c === "encode").length };
}

test("of a file what is done is written long before its end, and the lines stay in their order", async () => {
  const whole = await translated(arriving(600));
  expect(whole.written).toEqual([256, 256, 88]);
  expect(whole.text.split("\n")[4]).toBe("");
  expect((await translated(arriving(1, 10, 500, 89))).text).toBe(whole.text);
});

test("what is written stays when the rest is given up", async () => {
  const stop = new AbortController();
  let lines = 0;
  const { session } = await fakeSession();
  const work = translateLines({
    session, lines: arriving(600), name: "x", options: { seed: 0, signal: stop.signal }, stream: false, onProgress: () => undefined,
    write: async (_, ends) => {
      lines += ends;
      stop.abort(new Error("enough"));
    },
  });
  await expect(work).rejects.toThrow("enough");
  expect(lines).toBe(256);
});

test("the same seed draws the same, whether lines come together, apart or are typed; equal lines are drawn each for itself", async () => {
  const options = { temperature: 1, seed: 3 };
  const whole = await translated(arriving(40), { options });
  expect((await translated(arriving(1, 2, 7, 30), { options })).text).toBe(whole.text);
  expect((await translated(arriving(40), { options, stream: true })).text).toBe(whole.text);
  expect((await translated(arriving(40), { options: { ...options, seed: 4 } })).text).not.toBe(whole.text);
  const same = async function* (): AsyncGenerator<string[]> {
    yield Array.from({ length: 20 }, () => "5 6 7");
  };
  expect(new Set((await translated(same(), { options })).text.split("\n")).size).toBeGreaterThan(5);
});

test("greedy texts, where nothing is drawn, are still made together", async () => {
  expect((await translated(arriving(40), { options: { temperature: 0, seed: 3 } })).rows).toBeLessThan(3);
});

test("a line that is led to no probability is named, empty lines counted", async () => {
  const follow: Follows = (source, written) => (source.join() === "10,4,5,2" ? new Array<number>(size).fill(NaN) : follows(source, written));
  const odd = texts.indexOf("10 4 5") + 1;
  expect(odd).toBeGreaterThan(5);
  await expect(translated(arriving(600), {}, follow)).rejects.toMatchObject({ code: "not-finite", message: expect.stringContaining(`x, line ${odd}: Fake gives no token`) as string });
});

test("a search that is drawn is refused by the options' names", () => {
  expect(() => searchOf({ beam: 4, topK: 3 })).toThrow("`--beam 4` searches for a translation, and `--top-k` draws it token by token");
  expect(searchOf({ beam: 1, temperature: 1 })).toMatchObject({ beam: 1, temperature: 1 });
});

const gathered = async (lines: AsyncIterable<readonly string[]>): Promise<string[]> => {
  const all: string[] = [];
  for await (const some of lines) all.push(...some);
  return all;
};

test("a pipe by its name is read as it comes, packed or not, and can be left while it says nothing", async () => {
  const folder = temporaryFolder();
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const written = async (command: string) => {
    const writer = spawn("sh", ["-c", `exec > "$0"; ${command}`, pipe]);
    return { ...(await openSource(pipe)), writer };
  };
  const { name, all, lines } = await written("printf 'Hola.\\nx'");
  expect([name, all, await gathered(lines)]).toEqual([`\`${pipe}\``, undefined, ["Hola.", "x"]]);
  expect(await gathered((await written("printf 'Hola.\\n' | gzip")).lines)).toEqual(["Hola."]);
  const silent = await written("printf 'a\\n'; exec sleep 60");
  const [first, rest] = [await silent.lines[Symbol.asyncIterator]().next(), silent.lines[Symbol.asyncIterator]().next()];
  expect(first.value).toEqual(["a"]);
  silent.close();
  await rest.catch(() => undefined);
  silent.writer.kill();
  expect(await gathered((await openSource("/dev/null")).lines)).toEqual([]);
});

test("gzip is unpacked by its first bytes, however they arrive; what is cut off is refused by its name", async () => {
  const packed = gzipSync("one\ntwo\n");
  const pieces = async function* (bytes: Uint8Array, each: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += each) yield bytes.subarray(at, at + each);
  };
  const read = async (bytes: Uint8Array, each: number): Promise<string> => {
    const parts: Uint8Array[] = [];
    for await (const part of unpacked(pieces(bytes, each), "stdin")) parts.push(part);
    return Buffer.concat(parts).toString("latin1");
  };
  for (const each of [1, 5, 100]) expect(await read(packed, each)).toBe("one\ntwo\n");
  for (const text of ["", "\x1f", "a", "\x1fa\n", "plain\n"]) expect(await read(Buffer.from(text), 1)).toBe(text);
  await expect(read(packed.subarray(0, 12), 5)).rejects.toMatchObject({ code: "bad-gzip", message: "stdin could not be unpacked" });
});
