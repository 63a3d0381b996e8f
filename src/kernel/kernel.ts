/**
 * The last IR before text: one function for many threads, in typed loops, loads, stores, shared memory and barriers.
 * Nothing here assumes a GPU: a workgroup may be one thread, and a printer for WebAssembly SIMD is to follow.
 * `compiler/5-schedule` makes kernels, `compiler/6-codegen/<target>` prints them.
 */
import type { Span } from "../base/source.js";
import type { Extent, Node } from "../graph/graph.js";

export type ScalarType = "f32" | "i32" | "u32" | "bool";
/** `vec4u`: 16 bytes of anything, such as eight narrow numbers. */
export type KernelType = ScalarType | "vec4f" | "vec4u";
/** Numbers of two bytes. One u32 holds two of them, the first in its low half: a pair. */
export type NarrowType = "f16" | "bf16";

export type KernelUnary =
  | "negate" | "not" | "exp" | "log" | "sqrt" | "abs" | "sin" | "cos" | "tanh" | "sigmoid" | "softplus"
  | "relu" | "gelu" | "gelu_tanh" | "silu" | "elu" | "square" | "reciprocal" | "rsqrt" | "erf"
  /** sin(2π · u32 / 2^32), accurate to 1e-6: see op `wave`. */
  | "sin_turns"
  /** A random-looking u32 for a u32: PCG-RXS-M-XS, as in `runtime/random.ts`. */
  | "pcg";
export type KernelBinary =
  | "add" | "subtract" | "multiply" | "divide" | "modulo" | "power" | "maximum" | "minimum"
  | "equal" | "not_equal" | "less" | "less_equal" | "greater" | "greater_equal"
  | "and" | "or" | "xor" | "bit_and" | "shift_left" | "shift_right";

export type KernelExpr =
  | { readonly kind: "constant"; readonly type: KernelType; readonly value: number | boolean }
  | { readonly kind: "variable"; readonly type: KernelType; readonly name: string }
  /** Place of this workgroup in the grid, of this thread in its workgroup (linear), and the grid's own size: u32. */
  | { readonly kind: "builtin"; readonly type: "u32"; readonly name: "workgroup_x" | "workgroup_y" | "workgroup_z" | "thread" | "grid_x" }
  /** A symbol's value at this call, u32. */
  | { readonly kind: "extent"; readonly type: "u32"; readonly name: Exclude<Extent, number> }
  /** A whole number that the launch is given, the same for all its threads: `Launch.arguments`. Only for targets that have such numbers. */
  | { readonly kind: "argument"; readonly type: "u32"; readonly index: number }
  | { readonly kind: "unary"; readonly type: KernelType; readonly fn: KernelUnary; readonly a: KernelExpr }
  | { readonly kind: "binary"; readonly type: KernelType; readonly fn: KernelBinary; readonly a: KernelExpr; readonly b: KernelExpr }
  /** a · b + c */
  | { readonly kind: "fma"; readonly type: KernelType; readonly a: KernelExpr; readonly b: KernelExpr; readonly c: KernelExpr }
  | { readonly kind: "select"; readonly type: KernelType; readonly condition: KernelExpr; readonly a: KernelExpr; readonly b: KernelExpr }
  | { readonly kind: "cast"; readonly type: KernelType; readonly a: KernelExpr }
  | { readonly kind: "bitcast"; readonly type: ScalarType; readonly a: KernelExpr }
  /** vec4f from one (splat) or four scalars. */
  | { readonly kind: "vector"; readonly type: "vec4f"; readonly parts: readonly KernelExpr[] }
  /** f32 of a vec4f, u32 of a vec4u. */
  | { readonly kind: "component"; readonly type: "f32" | "u32"; readonly a: KernelExpr; readonly index: 0 | 1 | 2 | 3 }
  /** Two f32, rounded to nearest even, as a pair. */
  | { readonly kind: "pack"; readonly type: "u32"; readonly to: NarrowType; readonly a: KernelExpr; readonly b: KernelExpr }
  /** One half of a pair as f32. */
  | { readonly kind: "unpack"; readonly type: "f32"; readonly from: NarrowType; readonly a: KernelExpr; readonly half: 0 | 1 }
  /** The value that the thread at (own place in the subgroup XOR mask) has. All threads of the subgroup must reach it. Only where a target's subgroups have a size. */
  | { readonly kind: "shuffle_xor"; readonly type: "f32" | "i32" | "u32"; readonly a: KernelExpr; readonly mask: number }
  /** Element `index` of a binding, in units of the binding's element type. */
  | { readonly kind: "load"; readonly type: KernelType; readonly binding: number; readonly index: KernelExpr }
  | { readonly kind: "load_array"; readonly type: KernelType; readonly array: string; readonly index: KernelExpr };

export type KernelStatement =
  /** An immutable name. */
  | { readonly kind: "let"; readonly name: string; readonly value: KernelExpr }
  | { readonly kind: "var"; readonly name: string; readonly value: KernelExpr }
  | { readonly kind: "assign"; readonly name: string; readonly value: KernelExpr }
  | { readonly kind: "store"; readonly binding: number; readonly index: KernelExpr; readonly value: KernelExpr }
  | { readonly kind: "store_array"; readonly array: string; readonly index: KernelExpr; readonly value: KernelExpr }
  /** for (u32 name = from; name < to; name += step). `unroll` writes the body out: from, to, step must be constants. */
  | { readonly kind: "for"; readonly name: string; readonly from: KernelExpr; readonly to: KernelExpr; readonly step: KernelExpr; readonly unroll?: boolean; readonly body: readonly KernelStatement[] }
  | { readonly kind: "if"; readonly condition: KernelExpr; readonly then: readonly KernelStatement[]; readonly else?: readonly KernelStatement[] }
  /** Leaves the loop it stands in. */
  | { readonly kind: "break" }
  /** Of the workgroup; must be reached by all its threads. `storage`: what they stored to bindings is seen by all too. */
  | { readonly kind: "barrier"; readonly storage?: true }
  /**
   * sums += a · b by a subgroup of 32 threads: [16, 16] · [16, 8], each thread with its share in registers, laid out as PTX's `mma.sync.m16n8k16` has it.
   * `sums` are four f32 variables, `a` four pairs, `b` two. Sums are float32. Only for targets with matrix units.
   */
  | { readonly kind: "mma"; readonly of: NarrowType; readonly sums: readonly [string, string, string, string]; readonly a: readonly [KernelExpr, KernelExpr, KernelExpr, KernelExpr]; readonly b: readonly [KernelExpr, KernelExpr] }
  /**
   * Declares four u32 names: 8 × 8 blocks of narrow numbers from a workgroup array of u32, each thread with its share as `mma` wants it (PTX's `ldmatrix.x4`).
   * `index` is where the row of this thread begins (of block thread / 8, row thread mod 8), in u32, a multiple of 4. `transposed`: rows become columns.
   */
  | { readonly kind: "load_blocks"; readonly names: readonly [string, string, string, string]; readonly array: string; readonly index: KernelExpr; readonly transposed?: true }
  /**
   * Begins a copy of 16 bytes into a workgroup array (of u32, f32 or vec4u; `to` in its elements, at a multiple of 16 bytes) from element `from` of a binding of
   * vec4f or vec4u. Where `when` is false 16 bytes of zero. A target without such copies copies at once.
   */
  | { readonly kind: "copy_async"; readonly array: string; readonly to: KernelExpr; readonly binding: number; readonly from: KernelExpr; readonly when?: KernelExpr }
  /** Ends a group of copies that `copy_wait` counts. */
  | { readonly kind: "copy_commit" }
  /** Waits until at most `left` groups of this thread's copies are under way. A barrier must follow before other threads' copies are read. */
  | { readonly kind: "copy_wait"; readonly left: number };

export interface KernelBinding {
  readonly name: string;
  /**
   * Elements in memory. Those of `f16`, `bf16` and of `vec4h`, `vec4b` (four of them) are half as wide: a load gives, a store takes f32 and vec4f; what is too large
   * becomes infinite. `vec4u`: 16 bytes as they lie.
   */
  readonly type: "f32" | "i32" | "u32" | "vec4f" | "vec4u" | NarrowType | "vec4h" | "vec4b";
  readonly access: "read" | "read_write";
}

/** What a load of an element gives. */
export function valueType(type: KernelBinding["type"]): KernelType {
  switch (type) {
    case "f16": case "bf16": return "f32";
    case "vec4h": case "vec4b": return "vec4f";
    default: return type;
  }
}

export interface KernelArray {
  readonly name: string;
  readonly type: KernelType;
  readonly length: number;
  /** `workgroup`: shared by its threads; `thread`: private. Neither is zero at first. */
  readonly space: "workgroup" | "thread";
}

export interface Kernel {
  /** A readable name, `matmul_gelu`; made unique by its text when printed. */
  readonly name: string;
  /** Threads of a workgroup. */
  readonly threads: number;
  readonly bindings: readonly KernelBinding[];
  readonly arrays: readonly KernelArray[];
  /** How many numbers a launch gives beside; absent: none. */
  readonly arguments?: number;
  readonly body: readonly KernelStatement[];
  readonly span: Span;
}

/** How many workgroups: ceil(∏ size / per), in x, y, z. */
export interface Grid {
  readonly size: readonly Extent[];
  readonly per: number;
}

/**
 * One launch: a kernel over values. `reads` and `writes` are graph nodes in the order of the kernel's bindings (`operands`).
 * A `state` node in `writes` means that state's buffer, changed in place.
 */
export interface Launch {
  readonly kernel: Kernel;
  readonly grid: readonly [Grid, Grid, Grid];
  readonly operands: readonly Operand[];
  /** In what equal layers differ, so that they share a kernel: u32, as many as the kernel says. */
  readonly arguments?: readonly number[];
  /** `layers.3.memory` */
  readonly label: string;
  /** Where the launch is one matrix product and nothing else. */
  readonly product?: Product;
}

/** result [rows, columns] = a [rows, inner] · b [inner, columns], row-major; sizes are products of extents, factors are places among the operands. */
export interface Product {
  readonly rows: readonly Extent[];
  readonly columns: readonly Extent[];
  readonly inner: readonly Extent[];
  readonly a: Factor;
  readonly b: Factor;
  readonly result: Factor;
}

export interface Factor {
  readonly operand: number;
  /** Stored the other way round. */
  readonly transposed: boolean;
}

export interface Operand {
  readonly node: Node;
  /** A write to a node that is a state update goes to the state's own buffer when `memory.ts` finds it safe. */
  readonly access: "read" | "write" | "read_write";
  /** For a `parameter`: the kernel wants its 2-D form [rows, columns] with the columns outermost. */
  readonly transposed?: boolean;
  /** For a `parameter`: the kernel wants a copy of it in narrow numbers. */
  readonly narrow?: NarrowType;
}
