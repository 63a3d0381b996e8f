/**
 * A file of text, plain or gzip, of any size, to token ids piece by piece. What cannot be unpacked, decoded or encoded is refused with its
 * place.
 */
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { createGunzip } from "node:zlib";
import { MszError } from "../../src/base/error.js";
import type { PlanVocabulary } from "../../src/plan/plan.js";
import type { Vocabulary } from "../../runtime/index.js";

export interface Encoding {
  readonly kind: PlanVocabulary["kind"];
  readonly vocabulary: Vocabulary;
}

/** A file's ids, piece by piece. */
export async function* idsOf(file: string, { kind, vocabulary }: Encoding): AsyncGenerator<Int32Array | Uint8Array> {
  if (kind === "bytes") {
    yield* bytesOf(file);
    return;
  }
  let line = 1;
  for await (const text of textOf(file)) {
    let ids: Int32Array;
    try {
      ids = vocabulary.encode(text);
    } catch (error) {
      throw error instanceof MszError ? placed(error, file, text, line, { kind, vocabulary }) : error;
    }
    yield ids;
    line += newlines(text);
  }
}

/** With the line of the file that cannot be encoded, instead of a place in the piece. */
function placed(error: MszError, file: string, text: string, first: number, { kind, vocabulary }: Encoding): MszError {
  const hint = kind === "ids" ? "mend the file: it holds ids, apart by white space or commas; for text name another `vocabulary`, such as `bytes` or `tokenizer(\"tokenizer.json\")`" : "mend the text, or name an `unknown` id in the model";
  for (const [i, line] of text.split("\n").entries()) {
    try {
      vocabulary.encode(line);
    } catch (inLine) {
      const { code, message, reason } = inLine as MszError;
      return new MszError(code, `\`${file}\`, line ${first + i}: ${message.replace("(line 1, column", "(column").replace(" of the text)", ")")}`, {
        ...(reason === undefined ? {} : { reason }), hint,
      });
    }
  }
  return error;
}

function newlines(text: string): number {
  return text.split("\n").length - 1;
}

/**
 * A file's text in pieces that begin with white space, where they can: no tokenizer joins a word to the white space behind it, and no
 * number is cut. A byte order mark is no text.
 */
async function* textOf(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 1;
  let rest = "";
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch {
      const before = bytes ? new TextDecoder().decode(bytes).split("\uFFFD")[0]! : "";
      throw new MszError("not-utf8", `\`${file}\` is not UTF-8 text, near line ${line + newlines(rest) + newlines(before)}`, { hint: "save it as UTF-8, or use `vocabulary = bytes`" });
    }
  };
  for await (const bytes of bytesOf(file)) {
    rest += decode(bytes);
    const end = lastWordEnd(rest, "\n") || (rest.length < longestLine ? 0 : lastWordEnd(rest, " ") || rest.length);
    if (end === 0) continue;
    yield rest.slice(0, end);
    line += newlines(rest.slice(0, end));
    rest = rest.slice(end);
  }
  rest += decode();
  if (rest !== "") yield rest;
}

/** Characters without a line's end that wait for one. */
const longestLine = 4 * 1024 * 1024;

/** Where the word before the last white space with `space` in it ends; 0 without. */
function lastWordEnd(text: string, space: "\n" | " "): number {
  let end = text.lastIndexOf(space);
  while (end > 0 && /\s/.test(text[end - 1]!)) end--;
  return Math.max(0, end);
}

/** A file's bytes as they are, unpacked where it is gzip. @throws MszError `unreadable-file`, `bad-gzip` */
export async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  const source = createReadStream(file, { highWaterMark: 1024 * 1024 });
  const unreadable = (cause: unknown): MszError =>
    new MszError("unreadable-file", `\`${file}\` could not be read`, { blame: "machine", reason: cause instanceof Error ? cause.message : String(cause), cause });
  if (!isGzip(file)) {
    try {
      yield* source as AsyncIterable<Uint8Array>;
    } catch (cause) {
      throw unreadable(cause);
    }
    return;
  }
  const unzipped = source.pipe(createGunzip({ chunkSize: 1024 * 1024 }));
  source.on("error", (cause) => unzipped.destroy(unreadable(cause)));
  try {
    yield* unzipped as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (error instanceof MszError) throw error;
    throw new MszError("bad-gzip", `\`${file}\` could not be unpacked`, { reason: error instanceof Error ? error.message : String(error), hint: "the file may be cut off or no gzip: make it again" });
  } finally {
    source.destroy();
  }
}

/** By its first two bytes: names lie. */
export function isGzip(file: string): boolean {
  const handle = openSync(file, "r");
  try {
    const magic = new Uint8Array(2);
    return readSync(handle, magic, 0, 2, 0) === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
  } finally {
    closeSync(handle);
  }
}
