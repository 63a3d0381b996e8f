/** Archives and pickles that no program writes: each is refused with an MszError, and nothing is believed. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesSource } from "../../runtime/weights/safetensors.js";
import { openTensors, type TensorFile } from "../../runtime/weights/tensor-file.js";
import { MszError } from "../../src/base/error.js";
import { checkpoint, fixture, joined, oneTensor, op, pickle, tensor, zip, type Description, type ZipEnd, type ZipPart } from "./archive.js";

const open = (bytes: Uint8Array): Promise<TensorFile> => openTensors(bytesSource(bytes, "w.pt"));

async function read(bytes: Uint8Array): Promise<number[]> {
  return [...(await (await open(bytes)).read("w")).data];
}

async function refusal(bytes: Uint8Array): Promise<MszError> {
  const error = await read(bytes).then((data) => new Error(`read as ${data.join()}`), (e: unknown) => e);
  if (!(error instanceof MszError)) throw error;
  expect(error.hint).toBeDefined();
  return error;
}

const four = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
const good = checkpoint(oneTensor(), four);

test("what is made here is right where nothing is wrong with it", async () => {
  expect(await read(good)).toEqual([1, 2, 3, 4]);
  expect(await read(checkpoint(oneTensor({ shape: [2, 2], strides: [1, 2] }), four))).toEqual([1, 3, 2, 4]);
  expect(await read(checkpoint(oneTensor(), four, [], { long: true }))).toEqual([1, 2, 3, 4]);
  expect(await read(checkpoint(oneTensor(), four, [], { comment: "PK\u0005\u0006 is no end here" }))).toEqual([1, 2, 3, 4]);
});

describe("archives", () => {
  const data = (lies: Partial<ZipPart>, end?: ZipEnd): Uint8Array => zip([{ name: "a/data.pkl", data: oneTensor() }, { name: "a/data/0", data: four, ...lies }], end);
  const cases: [name: string, bytes: Uint8Array, says: RegExp][] = [
    ["nothing but an end", zip([]), /a ZIP archive without `data.pkl`/],
    ["another archive", zip([{ name: "word/document.xml", data: four }]), /without `data.pkl`/],
    ["two checkpoints", zip([{ name: "a/data.pkl", data: four }, { name: "b/data.pkl", data: four }]), /several checkpoints/],
    ["no end", good.slice(0, -1), /no end/],
    ["several files", checkpoint(oneTensor(), four, [], { disk: 1 }), /several files/],
    ["directory past the end", checkpoint(oneTensor(), four, [], { directoryOffset: 1e6 }), /reaches past its end/],
    ["directory too long", checkpoint(oneTensor(), four, [], { directorySize: 1e6 }), /reaches past its end/],
    ["more entries than fit", checkpoint(oneTensor(), four, [], { count: 40000 }), /claims 40000 entries/],
    ["one entry more than there is", checkpoint(oneTensor(), four, [], { count: 3, directoryOffset: 0, directorySize: 150 }), /is none/],
    ["long: more entries than fit", checkpoint(oneTensor(), four, [], { long: true, count: 2 ** 50 }), /entries/],
    ["long: directory past the end", checkpoint(oneTensor(), four, [], { long: true, directoryOffset: 2 ** 52 }), /reaches past its end/],
    ["long: the end is elsewhere", checkpoint(oneTensor(), four, [], { long: true, endOffset: 0 }), /not where it says/],
    ["long: the end is nowhere", checkpoint(oneTensor(), four, [], { long: true, endOffset: 2 ** 52 }), /outside the file/],
    ["a size that is too large", data({ size: 1e9 }), /reaches past byte/],
    ["long: a size that is too large", data({ size: 2 ** 52 }, { long: true }), /reaches past byte/],
    ["two sizes", data({ packed: 12 }), /two sizes, 16 and 12/],
    ["compressed", data({ method: 8 }), /is compressed/],
    ["encrypted", data({ flags: 1 }), /encrypted/],
    ["an offset past the data", data({ offset: 1e6 }), /reaches past byte/],
    ["an offset to another entry", data({ offset: 0 }), /overlap/],
    ["an offset to no entry", data({ offset: 40 }), /overlap/],
    ["another name in place", data({ localName: "a/data/1" }), /another name in its own place/],
    ["a longer name in place", data({ localName: `a/${"x".repeat(60000)}` }), /another name|reaches into/],
    ["no header in place", data({ localSignature: 1 }), /not where its archive says/],
    ["a name twice", zip([{ name: "a/data.pkl", data: oneTensor() }, { name: "a/data.pkl", data: four }]), /twice/],
    ["highest byte first", checkpoint(oneTensor(), four, [{ name: "a/byteorder", data: new TextEncoder().encode("big") }]), /highest byte first/],
    ["a storage that is missing", checkpoint(oneTensor({ key: "1" }), four), /are not in its archive/],
    ["a storage outside the folder", checkpoint(oneTensor({ key: "../data.pkl" }), four), /are not in its archive/],
    ["a storage too short", checkpoint(oneTensor(), four.slice(4)), /take 12 bytes, but 4 of F32 take 16/],
  ];
  test.each(cases)("%s", async (_name, bytes, says) => {
    const { code, message } = await refusal(bytes);
    expect(code).toBe("bad-pytorch");
    expect(message).toMatch(says);
  });
});

describe("tensors", () => {
  const cases: [name: string, description: Description, says: RegExp][] = [
    ["past the storage", { shape: [5] }, /reaches to element 5 of a storage of 4/],
    ["past it by its offset", { offset: 1 }, /reaches to element 5/],
    ["past it by its strides", { shape: [2, 2], strides: [3, 1] }, /reaches to element 5/],
    ["a negative offset", { offset: -1 }, /what it does not take/],
    ["a negative size", { shape: [-4] }, /what it does not take/],
    ["a negative stride", { strides: [-1], offset: 3 }, /what it does not take/],
    ["a huge offset", { offset: 2n ** 62n }, /what it does not take/],
    ["a storage repeated too often", { shape: [2 ** 25, 4], strides: [0, 1] }, /claims 134217728 elements of a storage of 4/],
    ["a huge shape", { shape: [2n ** 40n, 2n ** 40n], strides: [0, 0] }, /elements/],
    ["huge strides", { shape: [2], strides: [2n ** 52n] }, /reaches to element/],
    ["fewer strides than sizes", { shape: [2, 2], strides: [1] }, /what it does not take/],
    ["a storage of a huge size", { elements: 2n ** 52n }, /take 16 bytes/],
    ["a storage of a negative size", { elements: -4 }, /no storage/],
    ["elements over one another", { shape: [3, 2], strides: [1, 1] }, /lie over one another/],
  ];
  test.each(cases)("%s", async (_name, description, says) => {
    expect((await refusal(checkpoint(oneTensor(description), four))).message).toMatch(says);
  });
});

describe("pickles", () => {
  const global = (name: string): Uint8Array => op.global(name.slice(name.lastIndexOf(".") + 1), name.slice(0, name.lastIndexOf(".")));
  const one = joined([op.text("w"), tensor({})]);

  test.each([
    "os.system", "posix.system", "subprocess.Popen", "builtins.eval", "__builtin__.eval", "__builtin__.getattr", "builtins.exec", "copyreg._reconstructor", "torch.load", "torch.hub.load",
    "torch.jit.load", "torch._utils._rebuild_tensor", "torch.nn.modules.linear.Linear", "functools.partial", "constructor.constructor", "__proto__.polluted", "omegaconf.dictconfig.DictConfig",
  ])("%s is refused by name, called or not", async (name) => {
    for (const use of [[], [op.noArguments, op.call], [op.noArguments, op.object], [op.noArguments, op.call, op.dict, op.build]]) {
      const { code, message } = await refusal(checkpoint(pickle(op.dict, op.text("x"), global(name), ...use, op.setItem, one, op.setItem), four));
      expect(code).toBe("foreign-pickle");
      expect(message).toContain(`asks for \`${name}\``);
    }
  });

  test("a name cannot steer the terminal", async () => {
    const { message } = await refusal(checkpoint(pickle(op.global("\u001b[2Jevil`", "a\rb")), four));
    expect(message).toContain("`a?b.?[2Jevil?`");
  });

  const cases: [name: string, pickle: Uint8Array, says: RegExp][] = [
    ["nothing", new Uint8Array(), /ends too early/],
    ["no end", pickle(op.dict).slice(0, -1), /ends too early/],
    ["nothing on the stack", pickle(), /empty too early/],
    ["more taken than is there", pickle(op.pop), /empty too early/],
    ["taken from below a mark", pickle(op.dict, op.mark, op.pop), /empty too early/],
    ["a list without a begin", pickle(op.tuple), /no begin/],
    ["what was not kept", pickle(op.get(7)), /recalls 7/],
    ["items of no dictionary", pickle(op.list, op.text("w"), op.none, op.setItem), /no dictionary/],
    ["an odd number of items", pickle(op.dict, op.mark, op.text("w"), op.setItems), /no dictionary/],
    ["append to no list", pickle(op.dict, op.text("w"), op.append), /no list/],
    ["a call of no class", pickle(op.text("print"), op.noArguments, op.call), /no class/],
    ["a call of a storage's class", pickle(op.global("FloatStorage", "torch"), op.noArguments, op.call), /does not take/],
    ["a call without a tuple", pickle(op.global("OrderedDict", "collections"), op.list, op.call), /no class/],
    ["a tensor of nothing", pickle(op.global("_rebuild_tensor_v2", "torch._utils"), op.noArguments, op.call), /does not take/],
    ["a parameter of text", pickle(op.global("_rebuild_parameter", "torch._utils"), op.mark, op.text("x"), op.tuple, op.call), /does not take/],
    ["attributes of a list", pickle(op.list, op.dict, op.build), /attributes/],
    ["something outside", pickle(op.text("module"), op.outside), /no storage/],
    ["text longer than the file", pickle(Uint8Array.of(0x58, 255, 255, 255, 255)), /ends too early/],
    ["an integer longer than the file", pickle(Uint8Array.of(0x8b, 255, 255, 255, 255)), /integer of 4294967295 bytes/],
    ["a name without an end", joined([Uint8Array.of(0x80, 2, 0x63), new TextEncoder().encode("os")]), /inside a name/],
    ["an instruction that makes objects", pickle(Uint8Array.of(0x69)), /instruction 0x69/],
    ["a bomb of lists", joined([Uint8Array.of(0x80, 2), new Uint8Array(1_000_001).fill(0x5d)]), /more than 1000000 objects/],
    ["a bomb of marks", joined([Uint8Array.of(0x80, 2), new Uint8Array(2_000_001).fill(0x28)]), /more than 2000000 values at once/],
    ["a bomb of nothing", joined([Uint8Array.of(0x80, 2), new Uint8Array(2_000_001).fill(0x4e)]), /more than 2000000 values at once/],
    ["a list of itself", pickle(op.list, op.put(0), op.get(0), op.append), /no tensors by name/],
    ["a dictionary of itself", pickle(op.dict, op.put(0), op.text("model"), op.get(0), op.setItem), /no tensors by name/],
    ["a number", pickle(op.int(5)), /no tensors by name/],
  ];
  test.each(cases)("%s", async (_name, bytes, says) => {
    const { code, message } = await refusal(checkpoint(bytes, four));
    expect(code).toBe("bad-pytorch");
    expect(message).toMatch(says);
  });

  test("keys that every JavaScript object has are keys like any other", async () => {
    const file = await open(checkpoint(pickle(op.dict, op.text("__proto__"), tensor({}), op.setItem, op.text("constructor"), tensor({}), op.setItem), four));
    expect([...file.tensors.keys()]).toEqual(["__proto__", "constructor"]);
    await expect(file.read("toString")).rejects.toMatchObject({ code: "bad-pytorch" });
  });

  test("data shared a thousand times over costs nothing", async () => {
    // Each list holds the one before twice: 2^100 in all.
    const doubled = Array.from({ length: 100 }, (_, i) => [op.list, op.put(i + 1), op.mark, op.get(i), op.get(i), op.appends, op.pop]).flat();
    expect(await read(checkpoint(pickle(op.list, op.put(0), op.pop, ...doubled, op.dict, op.text("x"), op.get(100), op.setItem, one, op.setItem), four))).toEqual([1, 2, 3, 4]);
  });
});

describe("damage", () => {
  /** Every tensor is read, or refused with our own error. */
  async function readAll(bytes: Uint8Array): Promise<void> {
    try {
      const file = await open(bytes);
      for (const name of file.tensors.keys()) await file.read(name);
    } catch (error) {
      if (!(error instanceof MszError)) throw error;
    }
  }

  test("every truncation is refused", async () => {
    const bytes = fixture("torch-1.6.pt");
    for (let n = 0; n < bytes.length; n++) await expect(open(bytes.slice(0, n))).rejects.toBeInstanceOf(MszError);
  });

  test.each(["views.pt", "torch-1.6.pt", "dtypes.pt"])("%s: bytes that flip end in tensors or in an MszError", (name) => {
    const bytes = fixture(name);
    const flips = fc.array(fc.record({ at: fc.nat(bytes.length - 1), bits: fc.integer({ min: 1, max: 255 }) }), { minLength: 1, maxLength: 8 });
    return fc.assert(fc.asyncProperty(flips, async (list) => {
      const flipped = bytes.slice();
      for (const { at, bits } of list) flipped[at]! ^= bits;
      await readAll(flipped);
    }), { numRuns: 700 });
  });

  test("any instructions at all end in an MszError or in tensors", () => {
    const instruction = fc.oneof(...Object.values(op).map((part) => fc.constant(typeof part === "function" ? undefined : part)).filter((_, i) => typeof Object.values(op)[i] !== "function"),
      fc.constantFrom(op.int(3), op.text("model"), op.put(0), op.get(0), op.global("OrderedDict", "collections"), op.global("Namespace", "argparse"), op.global("FloatStorage", "torch"), tensor({})));
    return fc.assert(fc.asyncProperty(fc.array(instruction, { maxLength: 30 }), (parts) => readAll(checkpoint(pickle(...parts.filter((p) => p !== undefined)), four))), { numRuns: 500 });
  });
});
