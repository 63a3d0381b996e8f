/** A file of text, plain or gzip, line by line as they stand in it: line i of one file belongs to line i of another. What is no UTF-8 is refused with its line. */
import { MszError } from "../../src/base/error.js";
import { bytesOf } from "./ids.js";

const newline = 0x0a;

/** Lines, some at a time, without their ends (`\r\n` too); what follows the last newline is a line unless it is empty. A byte order mark is no text. */
export function linesOf(file: string): AsyncGenerator<string[]> {
  return linesIn(bytesOf(file), `\`${file}\``);
}

/** The same of bytes that come in pieces: as soon as a piece brings whole lines, they are given. `name` is what messages call them. */
export async function* linesIn(pieces: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string[]> {
  let first = 1;
  for await (const bytes of wholeLines(pieces)) {
    const lines = decode(name, bytes, first).split("\n");
    // Whole lines end in a newline.
    if (bytes.at(-1) === newline) lines.pop();
    if (first === 1) lines[0] = lines[0]!.replace(/^\uFEFF/, "");
    yield lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
    first += lines.length;
  }
}

/** How many lines `linesOf` gives, without decoding them. */
export async function countLines(file: string): Promise<number> {
  let count = 0;
  let last = newline;
  for await (const bytes of bytesOf(file)) {
    for (const byte of bytes) if (byte === newline) count++;
    last = bytes.at(-1) ?? last;
  }
  return count + (last === newline ? 0 : 1);
}

/** Pieces that end with a line, but for the file's last. */
async function* wholeLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array[] = [];
  for await (const bytes of pieces) {
    const end = bytes.lastIndexOf(newline) + 1;
    if (end > 0) yield joined([...rest.splice(0), bytes.subarray(0, end)]);
    if (end < bytes.length) rest.push(bytes.subarray(end));
  }
  if (rest.length > 0) yield joined(rest);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}

function decode(name: string, bytes: Uint8Array, first: number): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(bytes);
  } catch {
    let line = first;
    for (let at = 0; at < bytes.length; line++) {
      const end = bytes.indexOf(newline, at);
      try {
        decoder.decode(bytes.subarray(at, end < 0 ? undefined : end));
      } catch {
        break;
      }
      at = end < 0 ? bytes.length : end + 1;
    }
    throw new MszError("not-utf8", `${name}, line ${line}: it is not UTF-8 text`, { hint: "save it as UTF-8" });
  }
}
