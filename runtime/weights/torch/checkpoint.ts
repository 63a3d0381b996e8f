/**
 * A checkpoint that torch.save wrote (since PyTorch 1.6: a ZIP archive of a pickle and of storages) → its tensors by name. They are those of the
 * dictionary `model`, as fairseq keeps them, or `state_dict`, or of the whole checkpoint. The pickle is read at once, a storage only as far
 * as a tensor needs it, when it is read.
 */
import { bytesOf, isFloating, numbersOf } from "../dtypes.js";
import type { ByteSource } from "../safetensors.js";
import type { TensorFile } from "../tensor-file.js";
import { classesOf, storageBytes } from "./classes.js";
import { readPickle } from "./pickle.js";
import { printable } from "../printable.js";
import { again, damaged } from "./refuse.js";
import { gather, overlaps } from "./strided.js";
import { ofKind, type PickleValue, type Tensor } from "./values.js";
import { openZip, type Zip } from "./zip.js";

const largestPickle = 64 * 1024 * 1024;

/** @throws MszError `bad-pytorch`, `foreign-pickle` */
export async function openTorch(source: ByteSource): Promise<TensorFile> {
  const zip = await openZip(source);
  const { name } = source;
  const folder = await findFolder(zip, name);
  const size = zip.sizes.get(`${folder}data.pkl`)!;
  if (size > largestPickle) throw damaged(name, `its pickle has ${size} bytes, more than the ${largestPickle} allowed`);
  const root = readPickle(await zip.read(`${folder}data.pkl`, 0, size), name, classesOf(name));
  const tensors = new Map<string, Tensor>();
  for (const [key, tensor] of stateDict(root, name)) {
    checkTensor(zip, folder, key, tensor, name);
    tensors.set(key, tensor);
  }
  return {
    name,
    tensors: entriesOf(tensors),
    metadata: {},
    read: async (key) => {
      const tensor = tensors.get(key);
      if (!tensor) throw damaged(name, `it has no tensor \`${printable(key)}\``);
      return { shape: tensor.shape, data: await readElements(zip, folder, key, tensor, name) };
    },
  };
}

/** One entry for all names of a tensor: a pickle describes it anew under each. */
function entriesOf(tensors: ReadonlyMap<string, Tensor>): TensorFile["tensors"] {
  const known = new Map<string, { readonly dtype: string; readonly shape: readonly number[] }>();
  const entries = new Map<string, { readonly dtype: string; readonly shape: readonly number[] }>();
  for (const [key, { storage, offset, shape, strides }] of tensors) {
    const place = JSON.stringify([storage.key, storage.dtype, offset, shape, strides]);
    const entry = known.get(place) ?? { dtype: storage.dtype, shape };
    known.set(place, entry);
    entries.set(key, entry);
  }
  return entries;
}

/** Everything lies in one folder, whose name differs. */
async function findFolder(zip: Zip, file: string): Promise<string> {
  const folders = [...zip.sizes.keys()].flatMap((path) => /^([^/]*\/)data\.pkl$/.exec(path)?.[1] ?? []);
  const [folder, second] = folders;
  if (folder === undefined) throw damaged(file, "it is a ZIP archive without `data.pkl`", "name the file that torch.save wrote, not an archive of other files");
  if (second !== undefined) throw damaged(file, "it is an archive of several checkpoints", "unpack the one that you mean");
  const order = `${folder}byteorder`;
  const length = zip.sizes.get(order);
  if (length !== undefined && new TextDecoder().decode(await zip.read(order, 0, Math.min(length, 16))) !== "little") {
    throw damaged(file, "its numbers have the highest byte first", `save it on a machine that has the lowest first: ${again(file, "c")}`);
  }
  return folder;
}

/** A dictionary with a tensor in it; what else it holds is left alone. */
function stateDict(root: PickleValue, file: string): [string, Tensor][] {
  const top = ofKind(root, "dict");
  for (const value of [top?.entries.get("model"), top?.entries.get("state_dict"), top]) {
    const tensors: [string, Tensor][] = [];
    for (const [key, entry] of ofKind(value, "dict")?.entries ?? []) {
      const tensor = ofKind(entry, "tensor");
      if (tensor && typeof key === "string") tensors.push([key, tensor]);
    }
    if (tensors.length > 0) return tensors;
  }
  const keys = [...(top?.entries.keys() ?? [])].filter((key) => typeof key === "string").slice(0, 5).map((key) => `\`${printable(key)}\``);
  throw damaged(file, `it holds no tensors by name${keys.length > 0 ? `, but ${keys.join(", ")}` : ""}`, "save the model's `state_dict()`, alone or under `model`");
}

function checkTensor(zip: Zip, folder: string, key: string, tensor: Tensor, file: string): void {
  const size = zip.sizes.get(`${folder}data/${tensor.storage.key}`);
  const wanted = storageBytes(tensor.storage);
  const shown = printable(key);
  if (size === undefined) throw damaged(file, `the numbers of \`${shown}\` are not in its archive`);
  if (size !== wanted) throw damaged(file, `the numbers of \`${shown}\` take ${size} bytes, but ${tensor.storage.elements} of ${tensor.storage.dtype} take ${wanted}`);
  if (overlaps(tensor)) throw damaged(file, `elements of \`${shown}\` lie over one another`, `save it contiguous: ${again(file, "c")}`);
}

function readElements(zip: Zip, folder: string, key: string, tensor: Tensor, file: string): Promise<Float32Array | Int32Array> {
  const { dtype, key: entry } = tensor.storage;
  const width = bytesOf(dtype)!;
  const count = tensor.shape.reduce((a, b) => a * b, 1);
  const load = async (from: number, elements: number): Promise<Float32Array | Int32Array> => {
    // A copy starts at a multiple of 8.
    const bytes = new Uint8Array(await zip.read(`${folder}data/${entry}`, from * width, elements * width));
    return numbersOf(dtype, bytes, (v) => damaged(file, `\`${printable(key)}\` holds ${v}, which is no 32-bit integer`));
  };
  return gather(tensor, isFloating(dtype) ? new Float32Array(count) : new Int32Array(count), load);
}
