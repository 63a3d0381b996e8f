/**
 * A ZIP archive, read defensively: the names and places of its entries, and their bytes piece by piece. Entries must be stored as they are, as
 * PyTorch stores them: what is not compressed cannot swell. ZIP64 is known. Every offset and size is held against the file before it is followed;
 * checksums are not, for a wrong number is not the danger of a wrong place.
 */
import type { ByteSource } from "../safetensors.js";
import { printable } from "../printable.js";
import { again, damaged } from "./refuse.js";

export interface Zip {
  /** Name → size in bytes. */
  readonly sizes: ReadonlyMap<string, number>;
  /** `length` bytes of an entry, from `from`; both lie inside it. */
  read(name: string, from: number, length: number): Promise<Uint8Array>;
}

interface Entry {
  readonly name: string;
  /** Of its local header, which says where its bytes begin. */
  readonly header: number;
  readonly size: number;
  readonly stored: boolean;
  /** Where the next entry, or the directory, begins. */
  readonly limit: number;
}

const signature = { local: 0x04034b50, entry: 0x02014b50, end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50 };
const endSize = 22;
const locatorSize = 20;
const end64Size = 56;
const entrySize = 46;
const localSize = 30;
const longestComment = 0xffff;
const full16 = 0xffff;
const full32 = 0xffffffff;
const largestDirectory = 64 * 1024 * 1024;

/** @throws MszError `bad-pytorch` */
export async function openZip(source: ByteSource): Promise<Zip> {
  const directory = await findDirectory(source);
  const entries = limited(source.name, readEntries(source.name, directory), directory.offset);
  const starts = new Map<string, number>();

  const startOf = async (entry: Entry): Promise<number> => {
    const known = starts.get(entry.name);
    if (known !== undefined) return known;
    const start = await readLocalHeader(source, entry);
    starts.set(entry.name, start);
    return start;
  };
  return {
    sizes: new Map([...entries.values()].map((e) => [e.name, e.size])),
    read: async (name, from, length) => {
      const entry = entries.get(name);
      if (!entry || from + length > entry.size) throw damaged(source.name, `its archive has no ${from + length} bytes of \`${printable(name)}\``);
      return readExactly(source, (await startOf(entry)) + from, length);
    },
  };
}

interface Directory {
  readonly view: DataView;
  readonly offset: number;
  readonly count: number;
}

async function findDirectory(source: ByteSource): Promise<Directory> {
  const tail = Math.min(source.size, endSize + longestComment);
  const view = viewOf(await readExactly(source, source.size - tail, tail));
  const at = findEnd(view);
  if (at === undefined) throw damaged(source.name, "its archive has no end");
  const end = source.size - tail + at;
  if (u16(view, at + 4) !== 0 || u16(view, at + 6) !== 0) throw damaged(source.name, "its archive is spread over several files");
  const long = await readEnd64(source, end);
  const pick = (short: number, full: number, longer: number | undefined): number => {
    if (short !== full) return short;
    if (longer === undefined) throw damaged(source.name, "its archive does not say where its directory is");
    return longer;
  };
  const count = pick(u16(view, at + 10), full16, long?.count);
  const size = pick(u32(view, at + 12), full32, long?.size);
  const offset = pick(u32(view, at + 16), full32, long?.offset);
  if (offset + size > (long?.at ?? end)) throw damaged(source.name, `its archive's directory (${size} bytes at ${offset}) reaches past its end`);
  if (size > largestDirectory) throw damaged(source.name, `its archive's directory claims ${size} bytes, more than the ${largestDirectory} allowed`);
  if (count * entrySize > size) throw damaged(source.name, `its archive's directory claims ${count} entries in ${size} bytes`);
  return { view: viewOf(await readExactly(source, offset, size)), offset, count };
}

/** The last end record whose comment reaches exactly to the end of the file. */
function findEnd(view: DataView): number | undefined {
  for (let at = view.byteLength - endSize; at >= 0; at--) {
    if (u32(view, at) === signature.end && at + endSize + u16(view, at + 20) === view.byteLength) return at;
  }
  return undefined;
}

/** The record of ZIP64, where there is one: a pointer to it stands right before the end record. */
async function readEnd64(source: ByteSource, end: number): Promise<{ at: number; count: number; size: number; offset: number } | undefined> {
  if (end < locatorSize) return undefined;
  const locator = viewOf(await readExactly(source, end - locatorSize, locatorSize));
  if (u32(locator, 0) !== signature.locator64) return undefined;
  const at = u64(locator, 8);
  if (at === undefined || at + end64Size > end - locatorSize) throw damaged(source.name, "its archive's end points outside the file");
  const record = viewOf(await readExactly(source, at, end64Size));
  const [count, size, offset] = [u64(record, 32), u64(record, 40), u64(record, 48)];
  if (u32(record, 0) !== signature.end64 || count === undefined || size === undefined || offset === undefined) throw damaged(source.name, "its archive's end is not where it says");
  return { at, count, size, offset };
}

function readEntries(file: string, { view, offset, count }: Directory): Omit<Entry, "limit">[] {
  const entries: Omit<Entry, "limit">[] = [];
  const names = new Set<string>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + entrySize > view.byteLength || u32(view, at) !== signature.entry) throw damaged(file, `entry ${i} of its archive's directory is none`);
    const [nameLength, extraLength, commentLength] = [u16(view, at + 28), u16(view, at + 30), u16(view, at + 32)];
    const next = at + entrySize + nameLength + extraLength + commentLength;
    if (next > view.byteLength) throw damaged(file, `entry ${i} of its archive reaches past the directory`);
    const name = text(view, at + entrySize, nameLength);
    if (names.has(name)) throw damaged(file, `its archive has \`${printable(name)}\` twice`);
    names.add(name);
    if (u16(view, at + 8) & 1) throw damaged(file, `\`${printable(name)}\` in it is encrypted`, "decrypt it first");
    const { size, packed, header } = entrySizes(view, at, at + entrySize + nameLength, extraLength) ?? refuseSizes(file, name);
    const stored = u16(view, at + 10) === 0;
    if (stored && size !== packed) throw damaged(file, `\`${printable(name)}\` in it has two sizes, ${size} and ${packed}`);
    if (header + localSize + packed > offset) throw damaged(file, `\`${printable(name)}\` in it (${packed} bytes at ${header}) reaches past byte ${offset}, where the archive's directory begins`);
    entries.push({ name, header, size: packed, stored });
    at = next;
  }
  return entries;
}

function refuseSizes(file: string, name: string): never {
  throw damaged(file, `the size of \`${printable(name)}\` in it is missing`);
}

/** 32-bit fields that are full have their value in the extra field 1, in this order. */
function entrySizes(view: DataView, at: number, extra: number, extraLength: number): { size: number; packed: number; header: number } | undefined {
  const fields = [u32(view, at + 24), u32(view, at + 20), u32(view, at + 42)];
  if (!fields.includes(full32)) return { size: fields[0]!, packed: fields[1]!, header: fields[2]! };
  const end = extra + extraLength;
  while (extra + 4 <= end && u16(view, extra) !== 1) extra += 4 + u16(view, extra + 2);
  if (extra + 4 > end) return undefined;
  const extraEnd = Math.min(end, extra + 4 + u16(view, extra + 2));
  let from = extra + 4;
  const values = fields.map((field) => {
    if (field !== full32) return field;
    const value = from + 8 <= extraEnd ? u64(view, from) : undefined;
    from += 8;
    return value;
  });
  const [size, packed, header] = values;
  return size === undefined || packed === undefined || header === undefined ? undefined : { size, packed, header };
}

/** Entries must not overlap: each ends before the next begins. */
function limited(file: string, entries: readonly Omit<Entry, "limit">[], directory: number): ReadonlyMap<string, Entry> {
  const ordered = [...entries].sort((a, b) => a.header - b.header);
  const result = new Map<string, Entry>();
  ordered.forEach((entry, i) => {
    const limit = ordered[i + 1]?.header ?? directory;
    if (entry.header + localSize + entry.size > limit) throw damaged(file, `\`${printable(entry.name)}\` and \`${printable(ordered[i + 1]!.name)}\` in it overlap`);
    result.set(entry.name, { ...entry, limit });
  });
  return result;
}

/** Where an entry's bytes begin; its own header must say what the directory says. */
async function readLocalHeader(source: ByteSource, entry: Entry): Promise<number> {
  const shown = printable(entry.name);
  if (!entry.stored) throw damaged(source.name, `\`${shown}\` in it is compressed, and PyTorch stores what it writes as it is`, `another program packed it: unpack it and save it again, as ${again(source.name, "c")}`);
  const header = viewOf(await readExactly(source, entry.header, localSize));
  const nameLength = u16(header, 26);
  const start = entry.header + localSize + nameLength + u16(header, 28);
  if (u32(header, 0) !== signature.local || u16(header, 8) !== 0) throw damaged(source.name, `\`${shown}\` is not where its archive says`);
  if (start + entry.size > entry.limit) throw damaged(source.name, `\`${shown}\` in it reaches into what comes next`);
  const name = viewOf(await readExactly(source, entry.header + localSize, nameLength));
  if (text(name, 0, nameLength) !== entry.name) throw damaged(source.name, `\`${shown}\` has another name in its own place`);
  return start;
}

async function readExactly(source: ByteSource, offset: number, length: number): Promise<Uint8Array> {
  const bytes = await source.read(offset, length);
  if (bytes.length !== length) throw damaged(source.name, `it ended at byte ${offset + bytes.length}`);
  return bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function text(view: DataView, offset: number, length: number): string {
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + offset, length));
}

function u16(view: DataView, at: number): number {
  return view.getUint16(at, true);
}

function u32(view: DataView, at: number): number {
  return view.getUint32(at, true);
}

/** Undefined where it is more than a file can have. */
function u64(view: DataView, at: number): number | undefined {
  const value = view.getBigUint64(at, true);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}
