/**
 * The classes and functions that a checkpoint's pickle may name, and what stands for their objects. The policy: tensors and their storages are
 * read; of what fairseq 0.10 keeps beside them (arguments, meters, the optimiser's state: namespaces, sets, NumPy scalars, devices) the
 * objects are taken and their content is dropped; any other name is refused, used or not. Nothing is ever called: an entry here is our own function
 * from arguments to data.
 */
import { bytesOf, isSize } from "../dtypes.js";
import type { Classes } from "./pickle.js";
import { damaged } from "./refuse.js";
import { ofKind, type PickleValue, type Tensor } from "./values.js";

const storages: Readonly<Record<string, string>> = {
  "torch.DoubleStorage": "F64", "torch.FloatStorage": "F32", "torch.HalfStorage": "F16", "torch.BFloat16Storage": "BF16",
  "torch.LongStorage": "I64", "torch.IntStorage": "I32", "torch.ShortStorage": "I16", "torch.CharStorage": "I8", "torch.ByteStorage": "U8", "torch.BoolStorage": "BOOL",
};

/** Elements of a tensor that repeats its storage: a few bytes must not become gigabytes. */
const mostExpanded = 2 ** 24;

type Maker = (args: readonly PickleValue[], file: string) => PickleValue | undefined;

const inert: Maker = () => ({ kind: "inert" });

const makers: Readonly<Record<string, Maker>> = {
  "torch._utils._rebuild_tensor_v2": rebuildTensor,
  // A tensor that is trained, and whether it is: the tensor.
  "torch._utils._rebuild_parameter": ([tensor]) => ofKind(tensor, "tensor"),
  "collections.OrderedDict": (args) => (args.length === 0 ? { kind: "dict", entries: new Map() } : undefined),
  "argparse.Namespace": inert,
  "torch.device": inert,
  "torch.Size": inert,
  "__builtin__.set": inert,
  // A NumPy scalar is its type and its bytes, and protocol 2 writes bytes as text to encode.
  "numpy.dtype": inert,
  "numpy.core.multiarray.scalar": inert,
  "numpy._core.multiarray.scalar": inert,
  "_codecs.encode": inert,
};

export function classesOf(file: string): Classes {
  return {
    knows: (name) => Object.hasOwn(makers, name) || Object.hasOwn(storages, name),
    make: (name, args) => (Object.hasOwn(makers, name) ? makers[name]!(args, file) : undefined),
    outside: storageOf,
  };
}

/** `("storage", its class, the name of its entry, the device, elements)` */
function storageOf(id: PickleValue): PickleValue | undefined {
  const [word, type, key, , elements] = ofKind(id, "tuple")?.items ?? [];
  const name = ofKind(type, "global")?.name ?? "";
  const dtype = Object.hasOwn(storages, name) ? storages[name] : undefined;
  if (word !== "storage" || dtype === undefined || typeof key !== "string" || !isSize(elements)) return undefined;
  return { kind: "storage", dtype, key, elements };
}

/** `(storage, offset, shape, strides, whether it is trained, hooks)`. What reaches past its storage is refused here, once for all. */
function rebuildTensor(args: readonly PickleValue[], file: string): Tensor | undefined {
  const storage = ofKind(args[0], "storage");
  const offset = args[1];
  const shape = sizes(args[2]);
  const strides = sizes(args[3]);
  if (!storage || !isSize(offset) || !shape || !strides || shape.length !== strides.length) return undefined;
  const elements = shape.reduce((a, b) => a * b, 1);
  if (!(elements <= Math.max(storage.elements, mostExpanded))) throw damaged(file, `a tensor in it claims ${elements} elements of a storage of ${storage.elements}`);
  const end = elements === 0 ? offset : offset + shape.reduce((n, size, d) => n + (size - 1) * strides[d]!, 0) + 1;
  if (!(end <= storage.elements)) throw damaged(file, `a tensor in it reaches to element ${end} of a storage of ${storage.elements}`);
  return { kind: "tensor", storage, offset, shape, strides };
}

function sizes(value: PickleValue | undefined): number[] | undefined {
  const items = ofKind(value, "tuple")?.items;
  return items && items.length <= 16 && items.every(isSize) ? (items as number[]) : undefined;
}

/** Bytes that a storage takes. */
export function storageBytes(storage: { readonly dtype: string; readonly elements: number }): number {
  return storage.elements * bytesOf(storage.dtype)!;
}
