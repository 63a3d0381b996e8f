/**
 * Proves what every printer may rely on: each expression has the type it says, names are in scope and used once,
 * bindings are in range and written only where `read_write`, a barrier is reached by all threads of a workgroup.
 * A fault is ours, so it ends in `bug()`.
 */
import { bug } from "../base/assert.js";
import { valueType, type Kernel, type KernelArray, type KernelExpr, type KernelStatement, type KernelType } from "./kernel.js";
import { printExpr } from "./print.js";

interface Name {
  readonly type: KernelType;
  readonly mutable: boolean;
  /** Whether threads of one workgroup may see different values. */
  divergent: boolean;
}

export function verifyKernel(kernel: Kernel): void {
  new Verifier(kernel).run();
}

class Verifier {
  private readonly names = new Map<string, Name>();
  private readonly declared = new Set<string>();
  private readonly arrays: ReadonlyMap<string, KernelArray>;
  private loops = 0;

  constructor(private readonly kernel: Kernel) {
    this.arrays = new Map(kernel.arrays.map((a) => [a.name, a]));
  }

  run(): void {
    const { kernel } = this;
    if (!(Number.isInteger(kernel.threads) && kernel.threads > 0)) this.fail(`${kernel.threads} threads`);
    if (!(Number.isInteger(kernel.arguments ?? 0) && (kernel.arguments ?? 0) >= 0)) this.fail(`${kernel.arguments} arguments`);
    for (const b of kernel.bindings) this.declare(b.name);
    for (const a of kernel.arrays) {
      this.declare(a.name);
      if (!(Number.isInteger(a.length) && a.length > 0)) this.fail(`array ${a.name} of length ${a.length}`);
    }
    this.block(kernel.body, false);
  }

  private fail(what: string): never {
    return bug(`kernel ${this.kernel.name}: ${what}`);
  }

  private declare(name: string): void {
    if (this.declared.has(name)) this.fail(`two things are named ${name}`);
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) this.fail(`${name} is no name`);
    this.declared.add(name);
  }

  private block(statements: readonly KernelStatement[], divergent: boolean): void {
    const added: string[] = [];
    for (const s of statements) {
      if (s.kind === "let" || s.kind === "var") {
        const type = this.expr(s.value);
        this.declare(s.name);
        this.names.set(s.name, { type, mutable: s.kind === "var", divergent: divergent || this.diverges(s.value) });
        added.push(s.name);
      } else if (s.kind === "load_blocks") {
        if (divergent) this.fail("blocks that not all threads load");
        this.want(s.index, "u32");
        if (this.array(s.array).type !== "u32") this.fail(`blocks of ${s.array}, which holds no pairs`);
        for (const name of s.names) {
          this.declare(name);
          this.names.set(name, { type: "u32", mutable: false, divergent: true });
          added.push(name);
        }
      } else this.statement(s, divergent);
    }
    for (const name of added) this.names.delete(name);
  }

  private statement(s: Exclude<KernelStatement, { kind: "let" | "var" | "load_blocks" }>, divergent: boolean): void {
    switch (s.kind) {
      case "assign": {
        const name = this.names.get(s.name) ?? this.fail(`assignment to ${s.name}, which is not in scope`);
        if (!name.mutable) this.fail(`assignment to ${s.name}, which is no variable`);
        this.want(s.value, name.type);
        name.divergent ||= divergent || this.diverges(s.value);
        return;
      }
      case "store": {
        const binding = this.kernel.bindings[s.binding] ?? this.fail(`a store to binding ${s.binding} of ${this.kernel.bindings.length}`);
        if (binding.access !== "read_write") this.fail(`a store to ${binding.name}, which is ${binding.access}`);
        this.want(s.index, "u32");
        return this.want(s.value, valueType(binding.type));
      }
      case "store_array": {
        this.want(s.index, "u32");
        return this.want(s.value, this.array(s.array).type);
      }
      case "for":
        return this.loop(s, divergent);
      case "if": {
        this.want(s.condition, "bool");
        const inner = divergent || this.diverges(s.condition);
        this.block(s.then, inner);
        this.block(s.else ?? [], inner);
        return;
      }
      case "break":
        if (this.loops === 0) this.fail("a break outside a loop");
        return;
      case "barrier":
        if (divergent) this.fail("a barrier that not all threads of the workgroup reach");
        return;
      case "mma":
        if (divergent) this.fail("an mma that not all threads reach");
        for (const sum of s.sums) if (!this.names.get(sum)?.mutable) this.fail(`mma onto ${sum}, which is no variable in scope`);
        for (const e of [...s.a, ...s.b]) this.want(e, "u32");
        return;
      case "copy_async":
        this.want(s.to, "u32");
        this.want(s.from, "u32");
        if (s.when) this.want(s.when, "bool");
        if (this.array(s.array).space !== "workgroup") this.fail(`a copy into ${s.array}, which is no workgroup's`);
        this.oneOf({ kind: "load", type: "u32", binding: s.binding, index: s.from }, valueType((this.kernel.bindings[s.binding] ?? this.fail(`a copy of binding ${s.binding}`)).type), ["vec4f", "vec4u"]);
        return;
      case "copy_commit":
      case "copy_wait":
        return;
    }
  }

  private loop(s: Extract<KernelStatement, { kind: "for" }>, divergent: boolean): void {
    for (const e of [s.from, s.to, s.step]) this.want(e, "u32");
    if (s.unroll && [s.from, s.to, s.step].some((e) => e.kind !== "constant")) this.fail(`${s.name} is unrolled without constants`);
    if (s.step.kind === "constant" && s.step.value === 0) this.fail(`${s.name} steps by 0`);
    const threads = [s.from, s.to, s.step].some((e) => this.diverges(e));
    this.declare(s.name);
    this.loops++;
    // A variable that diverges at the end of the body does so at its start from the second turn on, hence twice; a break that
    // only some threads take leaves the rest of the loop to the others.
    const inner = divergent || threads || s.body.some((b) => this.breaksApart(b));
    for (let turn = 0; turn < 2; turn++) {
      this.names.set(s.name, { type: "u32", mutable: false, divergent: inner });
      const before = new Set(this.declared);
      this.block(s.body, inner);
      if (turn === 0) for (const name of [...this.declared]) if (!before.has(name)) this.declared.delete(name);
      this.names.delete(s.name);
    }
    this.loops--;
  }

  /** Whether a statement holds a break under a condition that depends on the thread (taken for true where names are not known yet). */
  private breaksApart(s: KernelStatement): boolean {
    if (s.kind !== "if") return false;
    const breaks = (inner: KernelStatement): boolean => inner.kind === "break" || (inner.kind === "if" && [...inner.then, ...(inner.else ?? [])].some(breaks));
    return breaks(s) && this.diverges(s.condition);
  }

  private array(name: string): KernelArray {
    return this.arrays.get(name) ?? this.fail(`no array ${name}`);
  }

  private want(e: KernelExpr, type: KernelType): void {
    const got = this.expr(e);
    if (got !== type) this.fail(`${printExpr(e, this.kernel)} is ${got}, not ${type}`);
  }

  /** Checks an expression and gives its type. */
  private expr(e: KernelExpr): KernelType {
    const found = this.typeOf(e);
    if (found !== e.type) this.fail(`${printExpr(e, this.kernel)} says ${e.type} and is ${found}`);
    return found;
  }

  private typeOf(e: KernelExpr): KernelType {
    switch (e.kind) {
      case "constant":
        if ((typeof e.value === "boolean") !== (e.type === "bool")) this.fail(`${e.value} as ${e.type}`);
        if ((e.type === "u32" || e.type === "i32") && !Number.isInteger(e.value)) this.fail(`${e.value} as ${e.type}`);
        return e.type;
      case "variable":
        return (this.names.get(e.name) ?? this.fail(`${e.name} is not in scope`)).type;
      case "builtin":
      case "extent":
        return "u32";
      case "argument":
        if (!(Number.isInteger(e.index) && e.index >= 0 && e.index < (this.kernel.arguments ?? 0))) this.fail(`argument ${e.index} of ${this.kernel.arguments ?? 0}`);
        return "u32";
      case "unary":
        return this.unary(e);
      case "binary":
        return this.binary(e);
      case "fma":
        for (const part of [e.a, e.b, e.c]) this.want(part, e.type);
        return this.oneOf(e, e.type, ["f32", "vec4f"]);
      case "select":
        this.want(e.condition, "bool");
        this.want(e.b, this.expr(e.a));
        return e.a.type;
      case "cast":
        this.oneOf(e, this.expr(e.a), ["f32", "i32", "u32", "bool"]);
        return this.oneOf(e, e.type, ["f32", "i32", "u32", "bool"]);
      case "bitcast":
        this.oneOf(e, this.expr(e.a), ["f32", "i32", "u32"]);
        return this.oneOf(e, e.type, ["f32", "i32", "u32"]);
      case "vector":
        if (e.parts.length !== 1 && e.parts.length !== 4) this.fail(`a vector of ${e.parts.length} parts`);
        for (const part of e.parts) this.want(part, "f32");
        return "vec4f";
      case "component":
        return this.oneOf(e, this.expr(e.a), ["vec4f", "vec4u"]) === "vec4f" ? "f32" : "u32";
      case "pack":
        for (const part of [e.a, e.b]) this.want(part, "f32");
        return "u32";
      case "unpack":
        this.want(e.a, "u32");
        return "f32";
      case "shuffle_xor":
        return this.oneOf(e, this.expr(e.a), ["f32", "i32", "u32"]);
      case "load":
        this.want(e.index, "u32");
        return valueType((this.kernel.bindings[e.binding] ?? this.fail(`a load of binding ${e.binding} of ${this.kernel.bindings.length}`)).type);
      case "load_array":
        this.want(e.index, "u32");
        return this.array(e.array).type;
    }
  }

  private unary(e: Extract<KernelExpr, { kind: "unary" }>): KernelType {
    const a = this.expr(e.a);
    if (e.fn === "not") return this.oneOf(e, a, ["bool"]);
    if (e.fn === "sin_turns") return this.oneOf(e, a, ["u32"]) && "f32";
    if (e.fn === "pcg") return this.oneOf(e, a, ["u32"]);
    if (e.fn === "negate" || e.fn === "abs" || e.fn === "square") return this.oneOf(e, a, ["f32", "vec4f", "i32"]);
    return this.oneOf(e, a, ["f32", "vec4f"]);
  }

  private binary(e: Extract<KernelExpr, { kind: "binary" }>): KernelType {
    const a = this.expr(e.a);
    switch (e.fn) {
      case "shift_left":
      case "shift_right":
        this.want(e.b, "u32");
        return this.oneOf(e, a, ["u32", "i32"]);
      case "and":
      case "or":
        this.want(e.b, "bool");
        return this.oneOf(e, a, ["bool"]);
      case "xor":
      case "bit_and":
        this.want(e.b, a);
        return this.oneOf(e, a, ["u32", "i32"]);
      case "equal":
      case "not_equal":
      case "less":
      case "less_equal":
      case "greater":
      case "greater_equal":
        this.want(e.b, a);
        this.oneOf(e, a, ["f32", "i32", "u32"]);
        return "bool";
      case "power":
        this.want(e.b, a);
        return this.oneOf(e, a, ["f32"]);
      case "divide":
      case "modulo":
        if (e.b.kind === "constant" && e.b.type !== "f32" && e.b.value === 0) this.fail(`${printExpr(e, this.kernel)} divides by 0`);
        this.want(e.b, a);
        return this.oneOf(e, a, ["f32", "i32", "u32", "vec4f"]);
      default:
        this.want(e.b, a);
        return this.oneOf(e, a, ["f32", "i32", "u32", "vec4f"]);
    }
  }

  private oneOf(e: KernelExpr, type: KernelType, types: readonly KernelType[]): KernelType {
    return types.includes(type) ? type : this.fail(`${printExpr(e, this.kernel)} of ${type}`);
  }

  /** Whether the value may differ between threads of one workgroup. Read-only memory at one place is one value. */
  private diverges(e: KernelExpr): boolean {
    switch (e.kind) {
      case "constant":
      case "extent":
      case "argument":
        return false;
      case "builtin":
        return e.name === "thread" && this.kernel.threads > 1;
      case "variable":
        return this.names.get(e.name)?.divergent ?? true;
      case "load":
        return this.kernel.bindings[e.binding]?.access !== "read" || this.diverges(e.index);
      case "load_array":
      case "shuffle_xor":
        return true;
      case "pack":
        return this.diverges(e.a) || this.diverges(e.b);
      case "unpack":
      case "unary":
      case "cast":
      case "bitcast":
      case "component":
        return this.diverges(e.a);
      case "binary":
        return this.diverges(e.a) || this.diverges(e.b);
      case "fma":
        return [e.a, e.b, e.c].some((part) => this.diverges(part));
      case "select":
        return [e.condition, e.a, e.b].some((part) => this.diverges(part));
      case "vector":
        return e.parts.some((part) => this.diverges(part));
    }
  }
}
