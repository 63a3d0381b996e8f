import { describe, expect, test } from "vitest";
import { bytesSource, openSafetensors, readTensor, writeSafetensors } from "../../runtime/weights/safetensors.js";
import { MszError } from "../../src/base/error.js";

/** A file from a header value (or raw header text) and `data` bytes. */
function file(header: unknown, data: number, claimedLength?: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(claimedLength ?? text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const open = (bytes: Uint8Array) => openSafetensors(bytesSource(bytes, "w.safetensors"));
const f32 = (shape: number[], from: number, to: number) => ({ dtype: "F32", shape, data_offsets: [from, to] });

const hostile: [name: string, bytes: Uint8Array, says: RegExp][] = [
  ["empty file", new Uint8Array(0), /has 0 bytes/],
  ["shorter than the length", new Uint8Array(7), /has 7 bytes/],
  ["header longer than the file", file({}, 0, 1000), /claims 1000 bytes/],
  ["header of 2^63 bytes", file({}, 0, 2 ** 62), /more than the/],
  ["header is no JSON", file("{nope", 0), /not JSON/],
  ["header is a list", file([], 0), /not a JSON object/],
  ["header is no UTF-8", (() => { const b = file('{"aa":1}', 0); b[10] = 0xff; return b; })(), /UTF-8/],
  ["unknown dtype", file({ a: { dtype: "F3", shape: [1], data_offsets: [0, 4] } }, 4), /unknown dtype "F3"/],
  ["dtype from the prototype", file({ a: { dtype: "constructor", shape: [1], data_offsets: [0, 4] } }, 4), /unknown dtype/],
  ["negative size", file({ a: f32([-1], 0, 4) }, 4), /no valid shape/],
  ["fractional size", file({ a: f32([1.5], 0, 6) }, 6), /no valid shape/],
  ["huge size", file({ a: f32([2 ** 50], 0, 4) }, 4), /elements/],
  ["size product overflows", file({ a: f32([2 ** 40, 2 ** 40, 2 ** 40], 0, 4) }, 4), /elements/],
  ["offset past the end", file({ a: f32([1], 0, 4) }, 3), /reaches to byte/],
  ["huge offset", file({ a: f32([1], 2 ** 52, 2 ** 52 + 4) }, 4), /reaches to byte/],
  ["offsets reversed", file({ a: f32([1], 4, 0) }, 4), /ends \(0\) before it starts/],
  ["offsets missing", file({ a: { dtype: "F32", shape: [1] } }, 4), /no valid data_offsets/],
  ["bytes do not fit the shape", file({ a: f32([2], 0, 4) }, 4), /has 4 bytes, but F32 \[2\] takes 8/],
  ["overlap", file({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12), /overlap/],
  ["same range twice", file({ a: f32([2], 0, 8), b: f32([2], 0, 8) }, 8), /overlap/],
  ["a name that steers a terminal", file({ "\u001b[2Ja": { dtype: "F3" } }, 0), /tensor `\?\[2Ja` has the unknown dtype/],
  ["hole", file({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), /belong to no tensor/],
  ["trailing bytes", file({ a: f32([1], 0, 4) }, 9), /5 bytes after the last tensor/],
  ["entry is null", file({ a: null }, 0), /dtype of tensor `a` is no text/],
  ["a dtype of a hundred thousand brackets", file(`{"a":{"dtype":${"[".repeat(1e5)}${"]".repeat(1e5)},"shape":[1],"data_offsets":[0,4]}}`, 4), /dtype of tensor `a` is no text|not JSON/],
];

describe("hostile files are refused with a reason", () => {
  test.each(hostile)("%s", async (_name, bytes, says) => {
    const error = await open(bytes).then(() => undefined, (e: unknown) => e);
    expect(error).toBeInstanceOf(MszError);
    expect((error as MszError).code).toBe("bad-safetensors");
    expect((error as MszError).message).toMatch(says);
  });

  test("every truncation of a good file", async () => {
    const whole = writeSafetensors({ a: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }, b: { shape: [1], data: Int32Array.of(7) } });
    for (let n = 0; n < whole.length; n++) await expect(open(whole.slice(0, n))).rejects.toMatchObject({ code: "bad-safetensors" });
  });
});

test("what is written is read back", async () => {
  const tensors = { a: { shape: [2, 2], data: Float32Array.of(1, -2, 3.5, NaN) }, none: { shape: [0], data: new Float32Array() }, ids: { shape: [3], data: Int32Array.of(-1, 0, 5) } };
  const read = await open(writeSafetensors(tensors, { format: "test" }));
  expect(read.metadata).toEqual({ format: "test" });
  for (const [name, tensor] of Object.entries(tensors)) expect(await readTensor(read, name)).toEqual(tensor);
});

test("a Node Buffer that is a part of a pool is read like any other bytes", async () => {
  const tensors = { a: { shape: [3], data: Float32Array.of(1, 2, 3) } };
  const whole = Buffer.concat([Buffer.from("x"), writeSafetensors(tensors)]).subarray(1);
  expect(await readTensor(await open(whole), "a")).toEqual(tensors.a);
});

test("other dtypes become float32 or int32", async () => {
  const typed = async (dtype: string, bytes: number[], count: number): Promise<number[]> => {
    const made = file({ t: { dtype, shape: [count], data_offsets: [0, bytes.length] } }, bytes.length);
    made.set(bytes, made.length - bytes.length);
    return [...(await readTensor(await open(made), "t")).data];
  };
  // Half: 1, -2, smallest subnormal, infinity; bfloat16: 1, -2.
  expect(await typed("F16", [0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0x00, 0x7c], 4)).toEqual([1, -2, 2 ** -24, Infinity]);
  expect(await typed("BF16", [0x80, 0x3f, 0x00, 0xc0], 2)).toEqual([1, -2]);
  expect(await typed("I64", [254, 255, 255, 255, 255, 255, 255, 255], 1)).toEqual([-2]);
  expect(await typed("U8", [200], 1)).toEqual([200]);
  await expect(typed("I64", [0, 0, 0, 0, 0, 0, 0, 1], 1)).rejects.toMatchObject({ code: "bad-safetensors" });
});
