/** `Ffi` through koffi, a package with prebuilt binaries: loaded when somebody asks for CUDA. In: nothing. Out: the interface, or an MszError `no-cuda`. */
import { MszError } from "../../../src/base/error.js";
import type { Argument, Ffi, Library, NativeFunction } from "./ffi.js";

/** NVRTC recurses deep; koffi gives C 2 MiB, and 128 KiB on other threads, unless told before it loads the first library. 16 MiB is its maximum. */
const stackBytes = 16 * 2 ** 20;
const longestView = 2 ** 31 - 1;

type Koffi = (typeof import("koffi"))["default"];

export async function loadKoffi(): Promise<Ffi> {
  let koffi: Koffi;
  try {
    koffi = (await import("koffi")).default;
  } catch (cause) {
    throw new MszError("no-cuda", "the package `koffi`, through which CUDA's libraries are called, could not be loaded", {
      blame: "machine",
      reason: firstLine(cause),
      hint: "its binary is an optional dependency: install again without `--omit=optional`, on a platform that koffi is built for",
      cause,
    });
  }
  return ffiOf(koffi);
}

function ffiOf(koffi: Koffi): Ffi {
  const structures = new Set<string>();
  return {
    deepStacks: growStacks(koffi),
    structure(name, bytes) {
      structures.add(name);
      if (!isKnown(koffi, name)) koffi.struct(name, { bytes: koffi.array("uint8_t", bytes) });
    },
    load: (path) => libraryOf(koffi, path, structures),
    allocate(bytes) {
      const memory = new Uint8Array(new ArrayBuffer(bytes));
      return { address: koffi.address(memory), bytes: memory };
    },
    view(address, bytes) {
      if (bytes > longestView) throw new RangeError(`a view of ${bytes} bytes is too long`);
      return new Uint8Array(koffi.view(address, bytes));
    },
    addressOf: (bytes) => koffi.address(bytes),
    readText: (address) => (address === 0n ? "" : koffi.decode.string(address)),
  };
}

/** False where a library has been loaded through koffi with smaller stacks, by somebody else in this process. */
function growStacks(koffi: Koffi): boolean {
  try {
    koffi.config({ sync_stack_size: stackBytes, async_stack_size: stackBytes });
  } catch {
    return (koffi.config().async_stack_size ?? 0) >= stackBytes;
  }
  return true;
}

/** Names of types are koffi's, one set for the process. */
function isKnown(koffi: Koffi, name: string): boolean {
  try {
    return koffi.sizeof(name) > 0;
  } catch {
    return false;
  }
}

function libraryOf(koffi: Koffi, path: string, structures: ReadonlySet<string>): Library {
  const library = koffi.load(path);
  return {
    path,
    find(prototype) {
      let native: ReturnType<typeof library.func>;
      try {
        native = library.func(prototype);
      } catch (error) {
        // Only a missing function is no fault of the prototype's.
        if (/cannot find/i.test(firstLine(error))) return undefined;
        throw error;
      }
      const plain = native as unknown as (...args: unknown[]) => unknown;
      // Looked at here, for most functions take no structure and are called often.
      const byValue = [...structures].some((name) => new RegExp(`\\b${name}\\b`).test(prototype));
      const call = byValue ? (...args: Argument[]) => plain(...args.map((arg) => (arg instanceof Uint8Array ? { bytes: arg } : arg))) : (plain as (...args: Argument[]) => unknown);
      const onThread = (...args: Argument[]): Promise<unknown> =>
        new Promise((resolve, reject) => native.async(...args, (error: unknown, value: unknown) => (error ? reject(error) : resolve(value))));
      return Object.assign(call, { onThread }) satisfies NativeFunction;
    },
  };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
