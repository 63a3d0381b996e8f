/**
 * Where the lines to translate come from. In: a file's name, that of a pipe or a device, or `-`. Out: its lines as they come, gzip unpacked; of a
 * file also how many there are.
 */
import { createReadStream, openSync, statSync } from "node:fs";
import { Socket } from "node:net";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { MszError } from "../../src/base/error.js";
import { countLines, linesIn, linesOf } from "../corpus/lines.js";
import { checkReadable } from "../files.js";

export interface LineSource {
  /** As messages name it. */
  readonly name: string;
  /** How many lines there will be, of a file. */
  readonly all: number | undefined;
  readonly lines: AsyncIterable<readonly string[]>;
  /** Who waits for a line waits no longer. */
  readonly close: () => void;
}

/** @throws MszError `empty-source`, and for what cannot be read */
export async function openSource(source: string): Promise<LineSource> {
  if (source === "-") return streamed(process.stdin, "stdin");
  const name = `\`${source}\``;
  const found = statSync(source, { throwIfNoEntry: false });
  if (found && !found.isFile() && !found.isDirectory()) return streamed(openStream(source, found.isFIFO()), name);
  checkReadable(source, Infinity);
  const all = await countLines(source);
  if (all === 0) throw emptySource(name);
  return { name, all, lines: linesOf(source), close: () => undefined };
}

export function emptySource(name: string): MszError {
  return new MszError("empty-source", `${name} is empty`, { hint: "write a sentence a line into it" });
}

function streamed(input: Readable, name: string): LineSource {
  return { name, all: undefined, lines: linesIn(unpacked(input, name), name), close: () => input.destroy() };
}

/** Opened once: a writer whose reader goes away is gone too. */
function openStream(source: string, pipe: boolean): Readable {
  try {
    const fd = openSync(source, "r");
    // A pipe that is read as a file could not be left while it says nothing.
    return pipe ? new Socket({ fd, readable: true, writable: false }) : createReadStream(source, { fd });
  } catch (cause) {
    throw new MszError("unreadable-file", `\`${source}\` could not be read`, { blame: "machine", reason: cause instanceof Error ? cause.message : String(cause), hint: "send it to stdin: `--source -`", cause });
  }
}

/** Bytes as they come, unpacked where the first two are those of gzip. @throws MszError `bad-gzip` */
export async function* unpacked(input: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const pieces = input[Symbol.asyncIterator]();
  let first = new Uint8Array();
  while (first.length === 0 || (first.length === 1 && first[0] === 0x1f)) {
    const next = await pieces.next();
    if (next.done) break;
    first = Buffer.concat([first, next.value]);
  }
  const whole = behind(first, pieces);
  if (first[0] !== 0x1f || first[1] !== 0x8b) return yield* whole;
  try {
    // What fails is thrown where the pieces are taken.
    yield* pipeline(whole, createGunzip(), () => undefined) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw new MszError("bad-gzip", `${name} could not be unpacked`, { reason: error instanceof Error ? error.message : String(error), hint: "it begins as gzip does, but is cut off or none: make it again" });
  }
}

async function* behind(first: Uint8Array, pieces: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
}
