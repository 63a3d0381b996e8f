/**
 * Writes one kernel: statements in order, names made unique, bindings numbered as their operands are first used.
 * What comes out is a `Launch`: the kernel, its operands in the order of its bindings, and the grid.
 */
import { assert, bug } from "../base/assert.js";
import type { Span } from "../base/source.js";
import type { DType, Extent, Node } from "../graph/graph.js";
import { cast, constant, f, isConstant, load, not, u } from "./build.js";
import { valueType, type Grid, type Kernel, type KernelArray, type KernelBinding, type KernelExpr, type KernelStatement, type KernelType, type Launch, type NarrowType, type Operand } from "./kernel.js";
import { indexOf, placeOf, resolveView, sourceOf, type Coordinates } from "./view.js";

export interface OperandOptions {
  /** Readable name in the text; must say nothing of the model, so that layers share kernels. */
  readonly name?: string;
  /** Elements are read or written four at a time. */
  readonly vector?: boolean;
  readonly transposed?: boolean;
  /** Of a parameter: its copy in narrow numbers. */
  readonly narrow?: NarrowType;
  /** Elements are read 16 bytes at a time, as they lie: four float32 or eight narrow numbers. */
  readonly packed?: boolean;
}

export type Four<T> = readonly [T, T, T, T];
export type Body = () => void;
export type LoopBody = (index: KernelExpr) => void;

const one: Grid = { size: [], per: 1 };

export class KernelWriter {
  readonly operands: Operand[] = [];
  /** What the launch gives beside: see `argument`. */
  readonly given: number[] = [];
  private readonly bindings: KernelBinding[] = [];
  private readonly arrays: KernelArray[] = [];
  private readonly names = new Map<string, number>();
  private readonly keys = new Map<string, number>();
  private body: KernelStatement[] = [];
  /** The blocks around `body`, outermost first. */
  private outer: KernelStatement[][] = [];

  constructor(
    readonly name: string,
    /** Threads of a workgroup. */
    readonly threads: number,
    readonly span: Span,
  ) {}

  /** The binding of a value (of what it views), made when it is first used in this way. */
  operand(node: Node, access: Operand["access"], options: OperandOptions = {}): number {
    const stored = sourceOf(node);
    const key = `${stored.id} ${access} ${options.vector ?? false} ${options.transposed ?? false} ${options.narrow ?? ""} ${options.packed ?? false}`;
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    assert(!options.vector || stored.dtype === "f32", `vectors of ${stored.dtype}`);
    const hint = options.name ?? (access === "read" ? "in" : "out");
    this.bindings.push({
      name: this.unique(hint),
      type: options.packed ? "vec4u" : elementType(options.narrow ?? stored.storage, stored.dtype, options.vector ?? false),
      access: access === "read" ? "read" : "read_write",
    });
    this.operands.push({ node: stored, access, ...(options.transposed ? { transposed: true } : {}), ...(options.narrow ? { narrow: options.narrow } : {}) });
    this.keys.set(key, this.bindings.length - 1);
    return this.bindings.length - 1;
  }

  /** A number (u32) that this launch gives, and that others of the same kernel may give otherwise. Equal numbers are one argument. */
  argument(value: number): KernelExpr {
    const known = this.given.indexOf(value);
    return { kind: "argument", type: "u32", index: known < 0 ? this.given.push(value) - 1 : known };
  }

  load(binding: number, index: KernelExpr): KernelExpr {
    const of = this.bindings[binding] ?? bug(`no binding ${binding}`);
    return load(binding, index, valueType(of.type));
  }

  /** The value of `node` at a place given in its own dims; scalars and iotas need no memory. */
  read(node: Node, coordinates: Coordinates): KernelExpr {
    const inner = resolveView(node, coordinates);
    const stored = inner.node;
    if (stored.op === "scalar") return constant(stored.dtype, stored.value);
    if (stored.op === "iota") return stored.dims[0] ? cast("f32", placeOf(stored.dims[0], inner.coordinates)) : f(0);
    const { index } = indexOf(stored, inner.coordinates);
    return this.load(this.operand(stored, "read"), index);
  }

  write(node: Node, coordinates: Coordinates, value: KernelExpr): void {
    const { node: stored, index } = indexOf(node, coordinates);
    this.store(this.operand(stored, "write"), index, value);
  }

  // ---- statements ----

  /** Names a value, so that it is computed once. Constants and names stay as they are. */
  let_(hint: string, value: KernelExpr): KernelExpr {
    if (value.kind === "constant" || value.kind === "variable" || value.kind === "builtin" || value.kind === "extent" || value.kind === "argument") return value;
    const name = this.unique(hint);
    this.body.push({ kind: "let", name, value });
    return { kind: "variable", type: value.type, name };
  }

  /** A name whose value can be assigned. */
  var_(hint: string, value: KernelExpr): KernelExpr {
    const name = this.unique(hint);
    this.body.push({ kind: "var", name, value });
    return { kind: "variable", type: value.type, name };
  }

  assign(variable: KernelExpr, value: KernelExpr): void {
    if (variable.kind !== "variable") return bug("assignment to what is no variable");
    this.body.push({ kind: "assign", name: variable.name, value });
  }

  store(binding: number, index: KernelExpr, value: KernelExpr): void {
    this.body.push({ kind: "store", binding, index, value });
  }

  /** Private to a thread, or shared by a workgroup. Not zero at first. */
  array(hint: string, type: KernelType, length: number, space: KernelArray["space"]): string {
    const name = this.unique(hint);
    this.arrays.push({ name, type, length, space });
    return name;
  }

  loadArray(array: string, index: KernelExpr): KernelExpr {
    const of = this.arrays.find((a) => a.name === array) ?? bug(`no array ${array}`);
    return { kind: "load_array", type: of.type, array, index };
  }

  storeArray(array: string, index: KernelExpr, value: KernelExpr): void {
    this.body.push({ kind: "store_array", array, index, value });
  }

  /** for (name = from; name < to; name += step). A loop that runs once or never, as far as can be seen, is no loop. */
  for_(hint: string, from: KernelExpr, to: KernelExpr, body: LoopBody, options: { step?: KernelExpr; unroll?: boolean } = {}): void {
    const step = options.step ?? u(1);
    if (isConstant(from) && isConstant(to) && isConstant(step)) {
      if (from.value >= to.value) return;
      if (Number(from.value) + Number(step.value) >= Number(to.value)) {
        const once = this.block(() => body(from));
        // A `break` needs its loop.
        if (!once.some(breaks)) this.body.push(...once);
        else this.body.push({ kind: "for", name: this.unique(hint), from, to, step, body: once });
        return;
      }
    }
    const name = this.unique(hint);
    const inner = this.block(() => body({ kind: "variable", type: "u32", name }));
    this.body.push({ kind: "for", name, from, to, step, ...(options.unroll ? { unroll: true } : {}), body: inner });
  }

  if_(condition: KernelExpr, then: Body, otherwise?: Body): void {
    if (isConstant(condition)) {
      if (condition.value) then();
      else otherwise?.();
      return;
    }
    const yes = this.block(then);
    const no = otherwise ? this.block(otherwise) : [];
    if (yes.length === 0 && no.length === 0) return;
    if (yes.length === 0) this.body.push({ kind: "if", condition: not(condition), then: no });
    else this.body.push({ kind: "if", condition, then: yes, ...(no.length > 0 ? { else: no } : {}) });
  }

  break_(): void {
    this.body.push({ kind: "break" });
  }

  barrier(options: { readonly storage?: true } = {}): void {
    this.body.push({ kind: "barrier", ...options });
  }

  /** `sums` are variables. */
  mma(of: NarrowType, sums: Four<KernelExpr>, a: Four<KernelExpr>, b: readonly [KernelExpr, KernelExpr]): void {
    const names = sums.map((sum) => (sum.kind === "variable" ? sum.name : bug("mma onto what is no variable")));
    this.body.push({ kind: "mma", of, sums: names as unknown as Four<string>, a, b });
  }

  /** Four blocks of 8 × 8 narrow numbers, a pair a thread each. */
  loadBlocks(hint: string, array: string, index: KernelExpr, transposed = false): Four<KernelExpr> {
    const names = [0, 1, 2, 3].map(() => this.unique(hint));
    this.body.push({ kind: "load_blocks", names: names as unknown as Four<string>, array, index, ...(transposed ? { transposed: true } : {}) });
    return names.map((name): KernelExpr => ({ kind: "variable", type: "u32", name })) as unknown as Four<KernelExpr>;
  }

  copyAsync(array: string, to: KernelExpr, binding: number, from: KernelExpr, when?: KernelExpr): void {
    this.body.push({ kind: "copy_async", array, to, binding, from, ...(when ? { when } : {}) });
  }

  copyCommit(): void {
    this.body.push({ kind: "copy_commit" });
  }

  copyWait(left: number): void {
    this.body.push({ kind: "copy_wait", left });
  }

  // ---- result ----

  kernel(): Kernel {
    const { name, threads, bindings, arrays, given, body, span } = this;
    return { name, threads, bindings, arrays, ...(given.length > 0 ? { arguments: given.length } : {}), body, span };
  }

  /** `workgroups`: ceil(∏ size / per) of them, in one dimension: use `flatWorkgroup` or `flatIndex`. */
  launch(size: readonly Extent[], per: number, label: string): Launch {
    return { kernel: this.kernel(), grid: [{ size, per }, one, one], operands: this.operands, ...(this.given.length > 0 ? { arguments: this.given } : {}), label };
  }

  /** How many blocks (loops, branches) are open here. */
  get depth(): number {
    return this.outer.length;
  }

  /** Writes into an open block: in front of the statement there that is being written now. */
  at(depth: number, body: Body): void {
    const [outer, inner] = [this.outer, this.body];
    if (depth < outer.length) [this.outer, this.body] = [outer.slice(0, depth), outer[depth]!];
    body();
    [this.outer, this.body] = [outer, inner];
  }

  private block(body: Body): KernelStatement[] {
    const [outer, around] = [this.outer, this.body];
    const inner: KernelStatement[] = [];
    [this.outer, this.body] = [[...outer, around], inner];
    body();
    [this.outer, this.body] = [outer, around];
    return inner;
  }

  private unique(hint: string): string {
    const uses = this.names.get(hint) ?? 0;
    this.names.set(hint, uses + 1);
    return uses === 0 ? hint : this.unique(`${hint}${/\d$/.test(hint) ? "_" : ""}${uses}`);
  }
}

function elementType(narrow: NarrowType | undefined, dtype: DType, vector: boolean): KernelBinding["type"] {
  if (narrow === undefined) return vector ? "vec4f" : dtype;
  if (!vector) return narrow;
  return narrow === "f16" ? "vec4h" : "vec4b";
}

function breaks(s: KernelStatement): boolean {
  return s.kind === "break" || (s.kind === "if" && (s.then.some(breaks) || (s.else ?? []).some(breaks)));
}
