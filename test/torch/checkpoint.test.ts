/** Checkpoints that PyTorch has written (`make-checkpoints.py`): their tensors, and what is refused of them. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bytesSource, openSafetensors, readTensor } from "../../runtime/weights/safetensors.js";
import { openTensors, type TensorFile } from "../../runtime/weights/tensor-file.js";
import { MszError } from "../../src/base/error.js";
import { fixture } from "./archive.js";

type Described = Readonly<Record<string, { readonly shape: readonly number[]; readonly data: readonly string[] }>>;
const expected = JSON.parse(readFileSync(new URL("expected.json", import.meta.url), "utf8")) as { readonly views: Described; readonly dtypes: Described };

const open = (name: string): Promise<TensorFile> => openTensors(bytesSource(fixture(name), name));

function numberOf(text: string): number {
  if (text === "True" || text === "False") return text === "True" ? 1 : 0;
  return text === "inf" ? Infinity : Number(text);
}

async function expectTensors(file: TensorFile, tensors: Described): Promise<void> {
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    expect(file.tensors.get(name)?.shape, name).toEqual(shape);
    expect([...(await file.read(name)).data], name).toEqual(data.map(numberOf));
  }
}

test.each(["views.pt", "torch-1.6.pt"])("%s: transposed, sliced, expanded and shared tensors", async (name) => {
  const file = await open(name);
  expect([...file.tensors.keys()]).toEqual(Object.keys(expected.views));
  await expectTensors(file, expected.views);
});

test("dtypes: floating ones become float32, integers int32", async () => {
  const { large, ...others } = expected.dtypes;
  const file = await open("dtypes.pt");
  await expectTensors(file, others);
  expect((await file.read("f16")).data).toBeInstanceOf(Float32Array);
  expect((await file.read("i64")).data).toBeInstanceOf(Int32Array);
  expect([...file.tensors].map(([name, { dtype }]) => [name, dtype.toLowerCase()])).toEqual(Object.keys(expected.dtypes).map((name) => [name, name === "large" ? "i64" : name]));
  await expect(file.read("large")).rejects.toMatchObject({ code: "bad-pytorch", message: expect.stringContaining(`holds ${large!.data[0]}, which is no 32-bit integer`) as string });
});

test("a checkpoint as fairseq keeps it holds the authors' model", async () => {
  const file = await open("fairseq.pt");
  const golden = await openSafetensors(bytesSource(new Uint8Array(readFileSync(new URL("../golden/lm-small.safetensors", import.meta.url))), "golden"));
  const parameters = [...golden.tensors.keys()].filter((key) => key.startsWith("param.")).map((key) => key.slice("param.".length));
  expect([...file.tensors.keys()].sort()).toEqual([...parameters, "decoder.version", "decoder.embed_positions._float_tensor"].sort());
  for (const name of parameters) expect(await file.read(name), name).toEqual(await readTensor(golden, `param.${name}`));
});

describe("refused, with a way out", () => {
  test.each([
    ["foreign-system.pt", "foreign-pickle", "asks for `posix.system`, which is neither a tensor nor plain data", /if you trust .*torch\.load\("foreign-system\.pt"/],
    ["foreign-in-model.pt", "foreign-pickle", "asks for `posix.system`", /torch\.save/],
    ["foreign-class.pt", "foreign-pickle", "asks for `__main__.UserClass`", /torch\.save/],
    ["foreign-module.pt", "foreign-pickle", "asks for `torch.nn.modules.linear.Linear`", /torch\.save/],
    ["foreign-complex.pt", "foreign-pickle", "asks for `torch.ComplexFloatStorage`", /torch\.save/],
    ["legacy.pt", "old-pytorch", "is a PyTorch checkpoint of the old format, and msz reads the archives that torch.save writes since PyTorch 1.6", /torch\.save\(c, "again\.pt"\)/],
    ["bare.pickle", "old-pytorch", "is a Python pickle without an archive", /torch\.save/],
    ["protocol-4.pt", "bad-pytorch", "its pickle is not of protocol 2", /torch\.save/],
    ["compressed.pt", "bad-pytorch", "is compressed, and PyTorch stores what it writes as it is", /save it again/],
    ["no-tensors.pt", "bad-pytorch", "it holds no tensors by name, but `model`, `epoch`", /state_dict\(\)/],
  ])("%s", async (name, code, message, hint) => {
    const error = await open(name).then(() => undefined, (e: unknown) => e);
    expect(error).toBeInstanceOf(MszError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) as string, hint: expect.stringMatching(hint) as string });
  });
});

test("names of one tensor have one entry, so that nobody reads it twice", async () => {
  const { tensors } = await open("fairseq.pt");
  expect(tensors.get("decoder.output_projection.weight")).toBe(tensors.get("decoder.embed_tokens.weight"));
  expect(new Set(tensors.values()).size).toBe(tensors.size - 1);
  const { tensors: views } = await open("views.pt");
  expect(new Set(views.values()).size).toBe(views.size);
});

test("reading one tensor takes no more of the file than it needs", async () => {
  const bytes = fixture("fairseq.pt");
  let taken = 0;
  const source = { ...bytesSource(bytes, "fairseq.pt"), read: (offset: number, length: number) => ((taken += length), Promise.resolve(bytes.subarray(offset, offset + length))) };
  const file = await openTensors(source);
  taken = 0;
  const { data } = await file.read("decoder.layers.0.fc1.weight");
  expect(data.length).toBe(64 * 32);
  expect(taken).toBeLessThan(4 * 64 * 32 + 200);
});
