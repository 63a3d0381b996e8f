/**
 * Files of text to token ids that are read at random, however large they are. Plain files of a byte vocabulary are read where they lie;
 * everything else (.gz, characters, tokenizers, plain ids) goes once through a file of ids in the folder given.
 */
import { closeSync, createReadStream, fstatSync, mkdirSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { MszError } from "../../src/base/error.js";
import type { PlanVocabulary } from "../../src/plan/plan.js";
import { pcg } from "../../runtime/random.js";
import type { Vocabulary } from "../../runtime/index.js";
import { checkReadable } from "../files.js";

/** Token ids, by place. */
export interface Corpus {
  /** As a message names it. */
  readonly name: string;
  readonly length: number;
  /** `count` ids from place `from` on; all of them must exist. */
  read(from: number, count: number): Int32Array;
  /** The same for the same ids: length, and a hash of samples. */
  fingerprint(): string;
  close(): void;
}

export interface CorpusOptions {
  readonly kind: PlanVocabulary["kind"];
  readonly vocabulary: Vocabulary;
  /** Where a file of ids may be written. */
  readonly folder: string;
  /** What to do when there is no room in it. */
  readonly roomHint?: string;
  /** Tells how far the reading is, bytes. */
  readonly onProgress?: (done: number) => void;
}

/** @throws MszError for files that cannot be read, are no gzip, no UTF-8, or have what the vocabulary lacks */
export async function openCorpus(files: readonly string[], options: CorpusOptions): Promise<Corpus> {
  const name = files.length === 1 ? files[0]! : `${files[0]!} and ${files.length - 1} more`;
  for (const file of files) checkReadable(file, Infinity);
  const plain = options.kind === "bytes" && files.every((file) => !isGzip(file));
  return plain ? new IdFiles(name, files.map(openIds), 1) : encodeFiles(name, files, options);
}

interface Segment {
  readonly handle: number;
  readonly bytes: number;
  /** A file of ids that goes when the corpus is closed. */
  readonly scratch?: string;
}

/** Little-endian ids of 1, 2 or 4 bytes in files, one behind the other. */
class IdFiles implements Corpus {
  readonly length: number;

  constructor(readonly name: string, private readonly segments: readonly Segment[], private readonly width: 1 | 2 | 4) {
    this.length = segments.reduce((sum, s) => sum + s.bytes / width, 0);
  }

  read(from: number, count: number): Int32Array {
    const bytes = new Uint8Array(count * this.width);
    let at = from * this.width;
    let done = 0;
    for (const { handle, bytes: size } of this.segments) {
      if (at < size && done < bytes.length) {
        const wanted = Math.min(size - at, bytes.length - done);
        readFully(this.name, handle, bytes, done, wanted, at);
        done += wanted;
        at = size;
      }
      at -= size;
    }
    if (this.width === 1) return Int32Array.from(bytes);
    return this.width === 2 ? Int32Array.from(new Uint16Array(bytes.buffer)) : new Int32Array(bytes.buffer);
  }

  fingerprint(): string {
    const [samples, size] = [64, 1024];
    let hash = 0;
    for (let i = 0; i < samples; i++) {
      const from = Math.floor((i / samples) * Math.max(0, this.length - size));
      for (const id of this.read(from, Math.min(size, this.length))) hash = pcg((hash ^ id) >>> 0);
    }
    return `${this.length}-${hash.toString(16).padStart(8, "0")}`;
  }

  close(): void {
    for (const { handle, scratch } of this.segments) {
      closeSync(handle);
      if (scratch !== undefined) rmSync(scratch, { force: true });
    }
  }
}

function openIds(file: string): Segment {
  const handle = openSync(file, "r");
  return { handle, bytes: fstatSync(handle).size };
}

function readFully(name: string, handle: number, into: Uint8Array, offset: number, length: number, position: number): void {
  for (let done = 0; done < length; ) {
    const got = readSync(handle, into, offset + done, length - done, position + done);
    if (got === 0) throw new MszError("corpus-changed", `\`${name}\` became shorter while it was read`, { hint: "leave the corpus alone while it is in use" });
    done += got;
  }
}

async function encodeFiles(name: string, files: readonly string[], options: CorpusOptions): Promise<Corpus> {
  const { vocabulary, folder } = options;
  const width = vocabulary.size <= 0x100 ? 1 : vocabulary.size <= 0x10000 ? 2 : 4;
  const scratch = join(folder, `.corpus.${process.pid}.${pcg(files.join().length + Date.now()) % 10_000}.ids`);
  mkdirSync(folder, { recursive: true });
  const handle = openSync(scratch, "w+");
  try {
    let bytes = 0;
    for (const file of files) {
      for await (const ids of idsOf(file, options)) {
        const data = width === 1 ? Uint8Array.from(ids) : width === 2 ? Uint16Array.from(ids) : ids;
        const view = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
        for (let done = 0; done < view.length; ) done += writeSync(handle, view, done, view.length - done, bytes + done);
        bytes += view.length;
        options.onProgress?.(bytes);
      }
    }
    return new IdFiles(name, [{ handle, bytes, scratch }], width);
  } catch (error) {
    closeSync(handle);
    rmSync(scratch, { force: true });
    throw error instanceof MszError ? error : new MszError("unwritable-file", `the token ids of \`${name}\` could not be written to \`${folder}\``, {
      blame: "machine", reason: error instanceof Error ? error.message : String(error), hint: options.roomHint ?? "name a folder with room by `--out`",
    });
  }
}

/** Pieces of text that end at a line's end, where they can, as ids: a tokenizer sees whole lines. */
async function* idsOf(file: string, { kind, vocabulary }: CorpusOptions): AsyncGenerator<Int32Array> {
  if (kind === "bytes") {
    for await (const bytes of bytesOf(file)) yield Int32Array.from(bytes);
    return;
  }
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch {
      throw new MszError("not-utf8", `\`${file}\` is not UTF-8 text, near line ${line}`, { hint: "save it as UTF-8, or use `vocabulary = bytes`" });
    }
  };
  let line = 1;
  const encode = (text: string): Int32Array => {
    try {
      return vocabulary.encode(text);
    } catch (error) {
      if (!(error instanceof MszError)) throw error;
      throw new MszError(error.code, `\`${file}\`, in the text from line ${line} on: ${error.message}`, { ...(error.reason ? { reason: error.reason } : {}), ...(error.hint ? { hint: error.hint } : {}) });
    }
  };
  let rest = "";
  for await (const bytes of bytesOf(file)) {
    rest += decode(bytes);
    const end = rest.lastIndexOf("\n") + 1;
    if (end === 0 && rest.length < longestPiece) continue;
    const piece = end === 0 ? rest : rest.slice(0, end);
    yield encode(piece);
    line += piece.split("\n").length - 1;
    rest = rest.slice(piece.length);
  }
  rest += decode();
  if (rest !== "") yield encode(rest);
}

/** Characters without a line's end that are encoded at once. */
const longestPiece = 4 * 1024 * 1024;

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  const source = createReadStream(file, { highWaterMark: 1024 * 1024 });
  if (!isGzip(file)) {
    yield* source as AsyncIterable<Uint8Array>;
    return;
  }
  const unzipped = source.pipe(createGunzip({ chunkSize: 1024 * 1024 }));
  source.on("error", (error) => unzipped.destroy(error));
  try {
    yield* unzipped as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw new MszError("bad-gzip", `\`${file}\` could not be unpacked`, { reason: error instanceof Error ? error.message : String(error), hint: "the file may be cut off or no gzip: make it again" });
  } finally {
    source.destroy();
  }
}

/** By its first two bytes: names lie. */
function isGzip(file: string): boolean {
  const handle = openSync(file, "r");
  try {
    const magic = new Uint8Array(2);
    return readSync(handle, magic, 0, 2, 0) === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
  } finally {
    closeSync(handle);
  }
}
