/**
 * cuBLASLt as a `ProductLibrary`, found and opened when the first large product is met: its file has half a gigabyte. In: products of a plan. Out: launches of the library; each shape's algorithm is
 * picked by the library's heuristic once and kept. float32 stays float32 (no TF32), narrow numbers are summed in float32.
 */
import { MszError } from "../../src/base/error.js";
import type { CudaFactor, CudaProduct } from "../../src/plan/plan.js";
import type { Extents } from "../../src/plan/size.js";
import type { Address, Stream } from "./driver.js";
import type { Argument, Ffi, Library, NativeMemory } from "./ffi/ffi.js";
import { fateOf, findCublasLt, isNamed, type Machine } from "./libraries.js";
import { loadFirst, thisMachine } from "./machine.js";
import { columnMajor, leastWork, workOf, type ColumnMajor, type LibraryProduct, type ProductLibrary } from "./products.js";

const prototypes = {
  cublasLtCreate: "int cublasLtCreate(void *handle)",
  cublasLtDestroy: "int cublasLtDestroy(uint64_t handle)",
  cublasLtMatmulDescCreate: "int cublasLtMatmulDescCreate(void *desc, int compute, int scale)",
  cublasLtMatmulDescSetAttribute: "int cublasLtMatmulDescSetAttribute(uint64_t desc, int attribute, void *value, size_t bytes)",
  cublasLtMatmulDescDestroy: "int cublasLtMatmulDescDestroy(uint64_t desc)",
  cublasLtMatrixLayoutCreate: "int cublasLtMatrixLayoutCreate(void *layout, int type, uint64_t rows, uint64_t columns, int64_t step)",
  cublasLtMatrixLayoutDestroy: "int cublasLtMatrixLayoutDestroy(uint64_t layout)",
  cublasLtMatmulPreferenceCreate: "int cublasLtMatmulPreferenceCreate(void *preference)",
  cublasLtMatmulPreferenceSetAttribute: "int cublasLtMatmulPreferenceSetAttribute(uint64_t preference, int attribute, void *value, size_t bytes)",
  cublasLtMatmulPreferenceDestroy: "int cublasLtMatmulPreferenceDestroy(uint64_t preference)",
  cublasLtMatmulAlgoGetHeuristic:
    "int cublasLtMatmulAlgoGetHeuristic(uint64_t handle, uint64_t desc, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t preference, int wanted, void *results, void *count)",
  cublasLtMatmul:
    "int cublasLtMatmul(uint64_t handle, uint64_t desc, uint64_t alpha, uint64_t a, uint64_t aLayout, uint64_t b, uint64_t bLayout, uint64_t beta, uint64_t c, uint64_t cLayout, uint64_t d, uint64_t dLayout, uint64_t algorithm, uint64_t workspace, size_t workspaceBytes, uint64_t stream)",
} as const;
type Name = keyof typeof prototypes;
type Functions = { readonly [N in Name]: (...args: Argument[]) => number };

/** cudaDataType */
const dataTypes: { readonly [T in CudaFactor["type"]]: number } = { f32: 0, f16: 2, bf16: 14 };
/** CUBLAS_COMPUTE_32F */
const float32Sums = 68;
/** CUBLASLT_MATMUL_DESC_TRANSA, _TRANSB, CUBLAS_OP_T */
const turnedFirst = 3;
const turnedSecond = 4;
const turned = 1;
/** CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, _REDUCTION_SCHEME_MASK; CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE: parts of a sum are added in float32, not in the result's narrow numbers. */
const workspaceLimit = 1;
const reductions = 3;
const reduceInFloat32 = 2;
/** cublasLtMatmulHeuristicResult_t, whose first 64 bytes are the algorithm, and its `state`. */
const resultBytes = 96;
const stateAt = 72;
/** NVIDIA's advice for Hopper; older devices want less. */
const workspaceBytes = 32 * 1024 * 1024;
/** Shapes kept. Instances that are alive have far fewer, so that one which is in use is never the oldest. */
const keptShapes = 4096;

interface Shape {
  readonly product: LibraryProduct;
  readonly desc: bigint;
  readonly first: bigint;
  readonly second: bigint;
  readonly result: bigint;
  /** Null where the library has none: our own kernel does it. */
  readonly algorithm: NativeMemory | null;
}

export class CublasLt {
  /** By types, turns and sizes; the least recently used first. */
  private readonly shapes = new Map<string, Shape>();
  /** A pointer, a number, and the factors 1 and 0. */
  private readonly out: NativeMemory;
  private readonly factors: NativeMemory;
  private readonly handle: bigint;

  /** @throws MszError `blas-failed` */
  constructor(private readonly ffi: Ffi, private readonly path: string, private readonly functions: Functions) {
    this.out = ffi.allocate(16);
    this.factors = ffi.allocate(16);
    new DataView(this.factors.bytes.buffer).setFloat32(0, 1, true);
    this.handle = this.made("cublasLtCreate", "opening it");
  }

  has(product: CudaProduct, extents: Extents): boolean {
    return this.shapeOf(product, extents).algorithm !== null;
  }

  prepare(product: CudaProduct, extents: Extents, addresses: readonly Address[], workspace: Address, stream: Stream, label: string): () => void {
    const { functions: { cublasLtMatmul }, handle, factors } = this;
    const { desc, first, second, result, algorithm, product: { first: f, second: s, result: r } } = this.shapeOf(product, extents);
    const [from, by, to] = [f, s, r].map(({ binding }) => addresses[binding]!) as [Address, Address, Address];
    const [one, zero] = [factors.address, factors.address + 4n];
    return () => {
      const code = cublasLtMatmul(handle, desc, one, from, first, by, second, zero, to, result, to, result, algorithm!.address, workspace, workspaceBytes, stream);
      this.check(code, "cublasLtMatmul", label);
    };
  }

  dispose(): void {
    for (const shape of this.shapes.values()) this.drop(shape);
    this.shapes.clear();
    this.functions.cublasLtDestroy(this.handle);
  }

  private shapeOf(product: CudaProduct, extents: Extents): Shape {
    const columns = columnMajor(product, extents);
    const key = [columns.first, columns.second, columns.result].map(({ type, rows, columns: width, turned: t }) => `${type} ${rows} ${width} ${t}`).join();
    const kept = this.shapes.get(key);
    // Of another dispatch of that shape, whose bindings may lie otherwise.
    const shape = kept ? { ...kept, product: columns } : this.make(columns);
    this.shapes.delete(key);
    this.shapes.set(key, shape);
    for (const [oldest, other] of this.shapes) {
      if (this.shapes.size <= keptShapes) break;
      this.shapes.delete(oldest);
      this.drop(other);
    }
    return shape;
  }

  private make(product: LibraryProduct): Shape {
    const what = `a product of [${product.result.rows}, ${product.inner}] by [${product.inner}, ${product.result.columns}]`;
    const desc = this.made("cublasLtMatmulDescCreate", what, float32Sums, dataTypes.f32);
    for (const [attribute, factor] of [[turnedFirst, product.first], [turnedSecond, product.second]] as const) {
      if (factor.turned) this.set("cublasLtMatmulDescSetAttribute", desc, attribute, turned, 4, what);
    }
    const [first, second, result] = [product.first, product.second, product.result].map((matrix) => this.layoutOf(matrix, what)) as [bigint, bigint, bigint];
    return { product, desc, first, second, result, algorithm: this.algorithmOf(desc, first, second, result, what) };
  }

  private layoutOf({ type, rows, columns }: ColumnMajor, what: string): bigint {
    return this.made("cublasLtMatrixLayoutCreate", what, dataTypes[type], rows, columns, rows);
  }

  private algorithmOf(desc: bigint, first: bigint, second: bigint, result: bigint, what: string): NativeMemory | null {
    const preference = this.made("cublasLtMatmulPreferenceCreate", what);
    try {
      this.set("cublasLtMatmulPreferenceSetAttribute", preference, workspaceLimit, workspaceBytes, 8, what);
      this.set("cublasLtMatmulPreferenceSetAttribute", preference, reductions, reduceInFloat32, 4, what);
      const found = this.ffi.allocate(resultBytes);
      const code = this.functions.cublasLtMatmulAlgoGetHeuristic(this.handle, desc, first, second, result, result, preference, 1, found.address, this.out.address);
      const count = new DataView(this.out.bytes.buffer).getInt32(0, true);
      const state = new DataView(found.bytes.buffer).getInt32(stateAt, true);
      // A shape that it does not know is no failure of the library.
      return code === 0 && count > 0 && state === 0 ? found : null;
    } finally {
      this.functions.cublasLtMatmulPreferenceDestroy(preference);
    }
  }

  private drop({ desc, first, second, result }: Shape): void {
    for (const layout of [first, second, result]) this.functions.cublasLtMatrixLayoutDestroy(layout);
    this.functions.cublasLtMatmulDescDestroy(desc);
  }

  /** What a function makes, whose first argument says where to put it. */
  private made(name: Name, what: string, ...args: Argument[]): bigint {
    this.check(this.functions[name](this.out.address, ...args), name, what);
    return new DataView(this.out.bytes.buffer).getBigUint64(0, true);
  }

  private set(name: "cublasLtMatmulDescSetAttribute" | "cublasLtMatmulPreferenceSetAttribute", object: bigint, attribute: number, value: number, bytes: number, what: string): void {
    new DataView(this.out.bytes.buffer).setBigUint64(0, BigInt(value), true);
    this.check(this.functions[name](object, attribute, this.out.address, bytes), name, what);
  }

  private check(code: number, name: Name, what: string): void {
    if (code === 0) return;
    throw new MszError("blas-failed", `cuBLASLt fails at ${what}`, { blame: "machine", reason: `${name} of \`${this.path}\` gave ${code}`, hint: "MSZ_CUBLASLT=none does without it" });
  }
}

/** cuBLASLt where it is found, and nothing where not; what cannot be used is told once. */
export class LazyProducts implements ProductLibrary {
  readonly workspaceBytes = workspaceBytes;
  private opened: CublasLt | null | undefined;

  constructor(
    private readonly ffi: Ffi,
    /** 13000 = 13.0: a library of a later major version does not run on the driver. */
    private readonly driverVersion: number,
    private readonly onWarning: (line: string) => void = () => undefined,
    private readonly machine: Machine = thisMachine(),
    /** Multiply-adds from which it is asked. */
    private readonly least: number = leastWork,
  ) {}

  takes(product: CudaProduct, extents: Extents): boolean {
    const { a, b, result } = product;
    // It multiplies numbers of one kind, and sums them to that kind or to float32.
    if (workOf(product, extents) < this.least || a.type !== b.type || (result.type !== a.type && result.type !== "f32")) return false;
    if (this.opened === undefined) this.opened = this.open();
    return this.opened?.has(product, extents) ?? false;
  }

  prepare(product: CudaProduct, extents: Extents, addresses: readonly Address[], workspace: Address, stream: Stream, label: string): () => void {
    return this.opened!.prepare(product, extents, addresses, workspace, stream, label);
  }

  dispose(): void {
    this.opened?.dispose();
    this.opened = null;
  }

  private open(): CublasLt | null {
    const search = findCublasLt(this.machine, Math.floor(this.driverVersion / 1000));
    const { library, tried } = loadFirst(this.ffi, search);
    if (!library) {
      if (isNamed(this.machine, search.setting)) this.onWarning(`cuBLASLt, which ${search.setting} names, ${fateOf(search, this.machine)} (${tried.join("; ")}): own kernels do all products`);
      return null;
    }
    try {
      return new CublasLt(this.ffi, library.path, functionsOf(library));
    } catch (error) {
      if (!(error instanceof MszError)) throw error;
      this.onWarning(`cuBLASLt cannot be used (${error.reason ?? error.message}): own kernels do all products`);
      return null;
    }
  }
}

/** @throws MszError `blas-failed` */
function functionsOf(library: Library): Functions {
  const bound = Object.entries(prototypes).map(([name, prototype]) => {
    const found = library.find(prototype);
    if (!found) throw new MszError("blas-failed", "cuBLASLt lacks a function", { blame: "machine", reason: `\`${library.path}\` has no ${name}` });
    return [name, found];
  });
  return Object.fromEntries(bound) as Functions;
}
