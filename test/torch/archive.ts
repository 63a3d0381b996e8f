/** Archives and pickles made by hand: right ones, and such as no program writes. */
import { readFileSync } from "node:fs";

export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, import.meta.url)));
}

export interface ZipPart {
  readonly name: string;
  readonly data: Uint8Array;
  /** What the headers say instead of what is true. */
  readonly size?: number;
  readonly packed?: number;
  readonly method?: number;
  readonly flags?: number;
  readonly offset?: number;
  readonly localName?: string;
  readonly localSignature?: number;
}

export interface ZipEnd {
  /** Sizes and places in 64-bit fields, as in archives above 4 GiB. */
  readonly long?: boolean;
  readonly count?: number;
  readonly directorySize?: number;
  readonly directoryOffset?: number;
  readonly endOffset?: number;
  readonly disk?: number;
  readonly comment?: string;
}

const full16 = 0xffff;
const full32 = 0xffffffff;

export function zip(parts: readonly ZipPart[], end: ZipEnd = {}): Uint8Array {
  const long = end.long ?? false;
  const out = new Writer();
  const offsets = parts.map((part) => {
    const at = out.length;
    const { name, data, method = 0, flags = 0, localName = name, localSignature = 0x04034b50 } = part;
    const size = long ? full32 : (part.size ?? data.length);
    out.u32(localSignature).u16(45).u16(flags).u16(method).u32(0).u32(0).u32(size).u32(size).u16(localName.length).u16(0).text(localName).bytes(data);
    return part.offset ?? at;
  });
  const directory = out.length;
  parts.forEach(({ name, data, size = data.length, packed = size, method = 0, flags = 0 }, i) => {
    const extra = new Writer();
    if (long) extra.u16(7).u16(2).u16(0).u16(1).u16(24).u64(size).u64(packed).u64(offsets[i]!);
    const short = (value: number): number => (long ? full32 : value);
    out.u32(0x02014b50).u16(45).u16(45).u16(flags).u16(method).u32(0).u32(0).u32(short(packed)).u32(short(size)).u16(name.length).u16(extra.length).u16(0);
    out.u16(0).u16(0).u32(0).u32(short(offsets[i]!)).text(name).bytes(extra.done());
  });
  const count = end.count ?? parts.length;
  const size = end.directorySize ?? out.length - directory;
  const offset = end.directoryOffset ?? directory;
  if (long) {
    const at = end.endOffset ?? out.length;
    out.u32(0x06064b50).u64(44).u16(45).u16(45).u32(0).u32(0).u64(count).u64(count).u64(size).u64(offset);
    out.u32(0x07064b50).u32(0).u64(at).u32(1);
  }
  const comment = end.comment ?? "";
  out.u32(0x06054b50).u16(end.disk ?? 0).u16(end.disk ?? 0).u16(long ? full16 : count).u16(long ? full16 : count).u32(long ? full32 : size).u32(long ? full32 : offset);
  return out.u16(comment.length).text(comment).done();
}

/** A checkpoint of one storage, `data/0`, around a pickle. */
export function checkpoint(pickle: Uint8Array, storage: Uint8Array = new Uint8Array(16), more: readonly ZipPart[] = [], end: ZipEnd = {}): Uint8Array {
  return zip([{ name: "a/data.pkl", data: pickle }, { name: "a/data/0", data: storage }, ...more], end);
}

/** Instructions of a pickle, by their names in Python's pickletools. */
export const op = {
  int: (n: number) => Uint8Array.of(0x4a, n, n >> 8, n >> 16, n >> 24),
  long: (n: bigint) => Uint8Array.of(0x8a, 8, ...new Uint8Array(BigInt64Array.of(n).buffer)),
  text: (s: string) => new Writer().u8(0x58).u32(new TextEncoder().encode(s).length).text(s).done(),
  global: (name: string, module: string) => new Writer().u8(0x63).text(`${module}\n${name}\n`).done(),
  put: (i: number) => Uint8Array.of(0x71, i),
  get: (i: number) => Uint8Array.of(0x68, i),
  mark: Uint8Array.of(0x28),
  tuple: Uint8Array.of(0x74),
  dict: Uint8Array.of(0x7d),
  list: Uint8Array.of(0x5d),
  noArguments: Uint8Array.of(0x29),
  setItem: Uint8Array.of(0x73),
  setItems: Uint8Array.of(0x75),
  append: Uint8Array.of(0x61),
  appends: Uint8Array.of(0x65),
  call: Uint8Array.of(0x52),
  object: Uint8Array.of(0x81),
  build: Uint8Array.of(0x62),
  outside: Uint8Array.of(0x51),
  none: Uint8Array.of(0x4e),
  no: Uint8Array.of(0x89),
  pop: Uint8Array.of(0x30),
} as const;

export function pickle(...instructions: readonly Uint8Array[]): Uint8Array {
  return joined([Uint8Array.of(0x80, 2), ...instructions, Uint8Array.of(0x2e)]);
}

export interface Description {
  readonly storage?: string;
  readonly elements?: number | bigint;
  readonly offset?: number | bigint;
  readonly shape?: readonly (number | bigint)[];
  readonly strides?: readonly (number | bigint)[];
  readonly key?: string;
}

/** Instructions that leave a tensor on the stack. */
export function tensor({ storage = "FloatStorage", elements = 4, offset = 0, shape = [4], strides = [1], key = "0" }: Description): Uint8Array {
  const number = (n: number | bigint): Uint8Array => (typeof n === "bigint" ? op.long(n) : op.int(n));
  const tuple = (items: readonly (number | bigint)[]): Uint8Array => joined([op.mark, ...items.map(number), op.tuple]);
  const place = joined([op.mark, op.text("storage"), op.global(storage, "torch"), op.text(key), op.text("cpu"), number(elements), op.tuple, op.outside]);
  const hooks = joined([op.global("OrderedDict", "collections"), op.noArguments, op.call]);
  return joined([op.global("_rebuild_tensor_v2", "torch._utils"), op.mark, place, number(offset), tuple(shape), tuple(strides), op.no, hooks, op.tuple, op.call]);
}

/** A pickle of a dictionary with one tensor, `w`. */
export function oneTensor(description: Description = {}): Uint8Array {
  return pickle(op.dict, op.text("w"), tensor(description), op.setItem);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

class Writer {
  private readonly parts: Uint8Array[] = [];
  length = 0;

  bytes(data: Uint8Array): this {
    this.parts.push(data);
    this.length += data.length;
    return this;
  }
  text(text: string): this {
    return this.bytes(new TextEncoder().encode(text));
  }
  u8(n: number): this {
    return this.bytes(Uint8Array.of(n));
  }
  u16(n: number): this {
    return this.bytes(new Uint8Array(Uint16Array.of(n).buffer));
  }
  u32(n: number): this {
    return this.bytes(new Uint8Array(Uint32Array.of(n).buffer));
  }
  u64(n: number): this {
    return this.bytes(new Uint8Array(BigUint64Array.of(BigInt(n)).buffer));
  }
  done(): Uint8Array {
    return joined(this.parts);
  }
}
