/**
 * Files of text to token ids that are read at random, however large they are. Plain files of a byte vocabulary are read where they lie;
 * everything else (.gz, characters, tokenizers, plain ids) goes once through a file of ids in the folder given.
 */
import { closeSync, fstatSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { MszError } from "../../src/base/error.js";
import type { PlanVocabulary } from "../../src/plan/plan.js";
import type { Vocabulary } from "../../runtime/index.js";
import { checkReadable, unwritable } from "../files.js";
import { fingerprintOf } from "./fingerprint.js";
import { idsOf, isGzip } from "./ids.js";

/** Token ids, by place. */
export interface Corpus {
  /** As a message names it. */
  readonly name: string;
  readonly length: number;
  /** `count` ids from place `from` on; all of them must exist. */
  read(from: number, count: number): Int32Array;
  /** The same for the same ids: their number, and a hash (see `fingerprintOf`). */
  fingerprint(onProgress?: (share: number) => void): string;
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
  for (const file of files) checkFile(file);
  const plain = options.kind === "bytes" && files.every((file) => !isGzip(file));
  return plain ? new IdFiles(name, files.map(openIds), 1) : encodeFiles(name, files, options);
}

/** A corpus is a plain file. @throws MszError `not-a-file`, and what `checkReadable` throws */
export function checkFile(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found && !found.isFile() && !found.isDirectory()) {
    throw new MszError("not-a-file", `\`${file}\` is a pipe or a device, and a corpus is read at random places`, { hint: "write it to a file first" });
  }
  checkReadable(file, Infinity);
}

interface Segment {
  readonly handle: number;
  readonly bytes: number;
}

/** Little-endian ids of 1, 2 or 4 bytes in files, one behind the other. */
class IdFiles implements Corpus {
  readonly length: number;

  constructor(readonly name: string, private readonly segments: readonly Segment[], private readonly width: 1 | 2 | 4) {
    this.length = segments.reduce((sum, s) => sum + s.bytes / width, 0);
  }

  read(from: number, count: number): Int32Array {
    const bytes = this.bytes(from * this.width, count * this.width);
    if (this.width === 1) return Int32Array.from(bytes);
    return this.width === 2 ? Int32Array.from(new Uint16Array(bytes.buffer)) : new Int32Array(bytes.buffer);
  }

  fingerprint(onProgress?: (share: number) => void): string {
    const hash = fingerprintOf(this.length * this.width, (from, count) => this.bytes(from, count), { onProgress });
    return `${this.length}-${hash}`;
  }

  close(): void {
    for (const { handle } of this.segments) closeSync(handle);
  }

  private bytes(from: number, count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    let at = from;
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
    return bytes;
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

/** The file of ids has no name any more when its first byte is written: it goes with the process, however that ends. */
async function encodeFiles(name: string, files: readonly string[], options: CorpusOptions): Promise<Corpus> {
  const { vocabulary, folder } = options;
  const width = vocabulary.size <= 0x100 ? 1 : vocabulary.size <= 0x10000 ? 2 : 4;
  const scratch = join(folder, `.corpus.${process.pid}.ids`);
  let handle: number | undefined;
  try {
    handle = openSync(scratch, "w+");
    rmSync(scratch);
    let bytes = 0;
    for (const file of files) {
      for await (const ids of idsOf(file, options)) {
        const data = width === ids.BYTES_PER_ELEMENT ? ids : width === 1 ? Uint8Array.from(ids) : Uint16Array.from(ids);
        const view = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
        for (let done = 0; done < view.length; ) done += writeSync(handle, view, done, view.length - done, bytes + done);
        bytes += view.length;
        options.onProgress?.(bytes);
      }
    }
    return new IdFiles(name, [{ handle, bytes }], width);
  } catch (error) {
    if (handle !== undefined) closeSync(handle);
    throw error instanceof MszError ? error : unwritable(scratch, error, options.roomHint);
  }
}
