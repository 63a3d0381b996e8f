/** NCCL: the few functions that summing needs, with their codes looked at. In: the library, found as the others are. Out: a communicator of this process's device and the other ranks', or an MszError. */
import { MszError } from "../../../src/base/error.js";
import type { Address, Stream } from "../driver.js";
import type { Argument, Ffi, Library } from "../ffi/ffi.js";
import { fateOf, findNccl, type Machine } from "../libraries.js";
import { loadFirst, thisMachine } from "../machine.js";

/** ncclUniqueId, which C takes by value. */
const identifier = { name: "ncclUniqueId", bytes: 128 } as const;

const prototypes = {
  ncclGetVersion: "int ncclGetVersion(int *version)",
  ncclGetUniqueId: "int ncclGetUniqueId(void *id)",
  ncclCommInitRank: "int ncclCommInitRank(void **comm, int nranks, ncclUniqueId id, int rank)",
  ncclAllReduce: "int ncclAllReduce(uint64_t from, uint64_t to, size_t count, int type, int op, void *comm, void *stream)",
  ncclGroupStart: "int ncclGroupStart()",
  ncclGroupEnd: "int ncclGroupEnd()",
  ncclCommGetAsyncError: "int ncclCommGetAsyncError(void *comm, int *error)",
  ncclCommDestroy: "int ncclCommDestroy(void *comm)",
  ncclCommAbort: "int ncclCommAbort(void *comm)",
} as const;

type FunctionName = keyof typeof prototypes;
type Functions = { readonly [name in FunctionName]: (...args: Argument[]) => number };

const success = 0;
const inProgress = 7;
const float32 = 7;
const sum = 0;
/** ncclRemoteError, and what a broken connection is to NCCL before it knows more. */
const others: ReadonlySet<number> = new Set([2, 6]);

/** A value of float32 in device memory. */
export interface Summand {
  readonly address: Address;
  readonly elements: number;
}

/** @throws MszError `no-nccl` */
export function openNccl(ffi: Ffi, machine: Machine = thisMachine()): Nccl {
  ffi.structure(identifier.name, identifier.bytes);
  const search = findNccl(machine);
  const { library, tried } = loadFirst(ffi, search);
  if (!library) {
    throw new MszError("no-nccl", `several devices sum their gradients through NCCL, which ${fateOf(search, machine)}`, {
      blame: "machine", reason: `tried ${tried.join("; ")}`, hint: "install it (`pip install nvidia-nccl-cu13`), name its file with MSZ_NCCL, or train on one device",
    });
  }
  return new Nccl(ffi, library);
}

export class Nccl {
  private readonly functions: Functions;
  private readonly text: ((...args: Argument[]) => unknown) | undefined;
  private readonly last: ((...args: Argument[]) => unknown) | undefined;

  constructor(private readonly ffi: Ffi, private readonly library: Library) {
    const bound = Object.entries(prototypes).map(([name, prototype]) => [name, library.find(prototype) ?? this.missing(name)]);
    this.functions = Object.fromEntries(bound) as Functions;
    this.text = library.find("const char *ncclGetErrorString(int code)");
    // Of 2.13 and later.
    this.last = library.find("const char *ncclGetLastError(void *comm)");
  }

  /** 23007 = 2.30.7 */
  version(): number {
    const out = this.ffi.allocate(8);
    this.check("ncclGetVersion", this.functions.ncclGetVersion(out.address));
    return new DataView(out.bytes.buffer).getInt32(0, true);
  }

  /** What all ranks of a communicator are given, made by one of them. */
  uniqueId(): Uint8Array {
    const out = this.ffi.allocate(identifier.bytes);
    this.check("ncclGetUniqueId", this.functions.ncclGetUniqueId(out.address));
    return out.bytes;
  }

  /** On the device whose context is current. Blocks the thread until all ranks have come. */
  join(id: Uint8Array, rank: number, size: number): Communicator {
    const out = this.ffi.allocate(8);
    this.check("ncclCommInitRank", this.functions.ncclCommInitRank(out.address, size, id, rank));
    return new Communicator(this, this.functions, new DataView(out.bytes.buffer).getBigUint64(0, true), this.ffi.allocate(8));
  }

  /** @throws MszError `rank-gone` where the code says that others are the cause, else `nccl-failed` */
  check(call: FunctionName, code: number): void {
    if (code === success || code === inProgress) return;
    const said = [this.text?.(code), this.last?.(0n)].filter((text): text is string => typeof text === "string" && text !== "");
    const reason = `${call} of \`${this.library.path}\` gave ${code}${said.length > 0 ? `: ${said.join("; ")}` : ""}`;
    if (others.has(code)) throw new MszError("rank-gone", "another rank is gone, or cannot be reached any more", { blame: "machine", reason, hint: "go on from the last checkpoint with `--resume`; NCCL says more with NCCL_DEBUG=INFO" });
    throw new MszError("nccl-failed", "NCCL could not sum over the ranks", { blame: "machine", reason, hint: "NCCL says more with NCCL_DEBUG=INFO in the environment" });
  }

  private missing(name: string): () => never {
    return () => {
      throw new MszError("nccl-failed", `the library \`${this.library.path}\` has no function ${name}`, { blame: "machine", hint: "install NCCL 2.4 or later" });
    };
  }
}

export class Communicator {
  private open = true;

  constructor(
    private readonly nccl: Nccl,
    private readonly functions: Functions,
    private readonly handle: bigint,
    private readonly out: { readonly address: bigint; readonly bytes: Uint8Array },
  ) {}

  /** Sums each value over all ranks, in its place, behind what is on the stream. One launch for all of them. */
  sumAll(values: readonly Summand[], stream: Stream): void {
    if (!this.open) return;
    const { ncclGroupStart, ncclAllReduce, ncclGroupEnd } = this.functions;
    this.nccl.check("ncclGroupStart", ncclGroupStart());
    for (const { address, elements } of values) this.nccl.check("ncclAllReduce", ncclAllReduce(address, address, elements, float32, sum, this.handle, stream));
    this.nccl.check("ncclGroupEnd", ncclGroupEnd());
  }

  /** @throws MszError for what failed since, on another thread of NCCL */
  checkAsync(): void {
    if (!this.open) return;
    this.nccl.check("ncclCommGetAsyncError", this.functions.ncclCommGetAsyncError(this.handle, this.out.address));
    this.nccl.check("ncclCommGetAsyncError", new DataView(this.out.bytes.buffer).getInt32(0, true));
  }

  /** When nothing is under way any more, on all ranks: NCCL waits for those of this machine. */
  dispose(): void {
    if (!this.open) return;
    this.open = false;
    this.functions.ncclCommDestroy(this.handle);
  }

  /** Ends sums that wait for a rank that is gone: what they leave is of no use. */
  abort(): void {
    if (!this.open) return;
    this.open = false;
    this.functions.ncclCommAbort(this.handle);
  }
}
