/**
 * Proves what every printer may rely on: each expression has the type it says, names are in scope and used once,
 * bindings are in range and written only where `read_write`, a barrier is reached by all threads of a workgroup, and what a subgroup
 * does together (shuffles, `mma`, `load_blocks`) by all threads of a subgroup.
 * A fault is ours, so it ends in `bug()`.
 */
import { bug } from "../base/assert.js";
import { valueType, type Kernel, type KernelArray, type KernelExpr, type KernelStatement, type KernelType } from "./kernel.js";
import { printExpr } from "./print.js";

/** Which threads may differ, in a value or in where they are: none of a workgroup, those of different subgroups, any. */
type Spread = 0 | 1 | 2;
const [none, subgroups, any]: readonly [Spread, Spread, Spread] = [0, 1, 2];
/** Threads of a subgroup, where a target has such. */
const subgroup = 32;

function most(...spreads: readonly Spread[]): Spread {
  return spreads.includes(any) ? any : spreads.includes(subgroups) ? subgroups : none;
}

interface Name {
  readonly type: KernelType;
  readonly mutable: boolean;
  /** Between which threads its value may differ. */
  spread: Spread;
}

export function verifyKernel(kernel: Kernel): void {
  new Verifier(kernel).run();
}

class Verifier {
  private readonly names = new Map<string, Name>();
  private readonly declared = new Set<string>();
  private readonly arrays: ReadonlyMap<string, KernelArray>;
  private loops = 0;
  /** Between which threads it may differ whether they reach what is being checked. */
  private here: Spread = none;

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
    this.block(kernel.body, none);
  }

  private fail(what: string): never {
    return bug(`kernel ${this.kernel.name}: ${what}`);
  }

  private declare(name: string): void {
    if (this.declared.has(name)) this.fail(`two things are named ${name}`);
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) this.fail(`${name} is no name`);
    this.declared.add(name);
  }

  private block(statements: readonly KernelStatement[], spread: Spread): void {
    const added: string[] = [];
    const around = this.here;
    this.here = spread;
    for (const s of statements) {
      if (s.kind === "let" || s.kind === "var") {
        const type = this.expr(s.value);
        this.declare(s.name);
        this.names.set(s.name, { type, mutable: s.kind === "var", spread: most(spread, this.spread(s.value)) });
        added.push(s.name);
      } else if (s.kind === "load_blocks") {
        this.expectSubgroup("a load of blocks");
        this.want(s.index, "u32");
        if (this.array(s.array).type !== "u32") this.fail(`blocks of ${s.array}, which holds no pairs`);
        for (const name of s.names) {
          this.declare(name);
          this.names.set(name, { type: "u32", mutable: false, spread: any });
          added.push(name);
        }
      } else this.statement(s, spread);
    }
    for (const name of added) this.names.delete(name);
    this.here = around;
  }

  /** Of what a subgroup does together: whole subgroups get here. */
  private expectSubgroup(what: string): void {
    if (this.here === any) this.fail(`${what} that not all threads of a subgroup reach`);
    if (this.kernel.threads % subgroup !== 0) this.fail(`${what} by ${this.kernel.threads} threads, which are no whole subgroups`);
  }

  private statement(s: Exclude<KernelStatement, { kind: "let" | "var" | "load_blocks" }>, spread: Spread): void {
    switch (s.kind) {
      case "assign": {
        const name = this.names.get(s.name) ?? this.fail(`assignment to ${s.name}, which is not in scope`);
        if (!name.mutable) this.fail(`assignment to ${s.name}, which is no variable`);
        this.want(s.value, name.type);
        name.spread = most(name.spread, spread, this.spread(s.value));
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
        return this.loop(s, spread);
      case "if": {
        this.want(s.condition, "bool");
        const inner = most(spread, this.spread(s.condition));
        this.block(s.then, inner);
        this.block(s.else ?? [], inner);
        return;
      }
      case "break":
        if (this.loops === 0) this.fail("a break outside a loop");
        return;
      case "barrier":
        if (spread !== none) this.fail("a barrier that not all threads of the workgroup reach");
        return;
      case "mma":
        this.expectSubgroup("an mma");
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

  private loop(s: Extract<KernelStatement, { kind: "for" }>, spread: Spread): void {
    this.want(s.from, "u32");
    // Asked again and again, by the threads that are left.
    this.apart(() => [s.to, s.step].forEach((e) => this.want(e, "u32")));
    if (s.unroll && [s.from, s.to, s.step].some((e) => e.kind !== "constant")) this.fail(`${s.name} is unrolled without constants`);
    if (s.step.kind === "constant" && s.step.value === 0) this.fail(`${s.name} steps by 0`);
    const range = [s.from, s.to, s.step].map((e) => this.spread(e));
    this.declare(s.name);
    this.loops++;
    // A variable that diverges at the end of the body does so at its start from the second turn on, hence twice; a break that
    // only some threads take leaves the rest of the loop to the others.
    const inner = most(spread, ...range, ...s.body.map((b) => this.breaksApart(b) ?? none));
    for (let turn = 0; turn < 2; turn++) {
      this.names.set(s.name, { type: "u32", mutable: false, spread: inner });
      const before = new Set(this.declared);
      this.block(s.body, inner);
      if (turn === 0) for (const name of [...this.declared]) if (!before.has(name)) this.declared.delete(name);
      this.names.delete(s.name);
    }
    this.loops--;
  }

  /** Between which threads a break in the statement may differ, by the conditions around it (any where names are not known yet); undefined where it holds none. */
  private breaksApart(s: KernelStatement): Spread | undefined {
    if (s.kind === "break") return none;
    if (s.kind !== "if") return undefined;
    const inner = [...s.then, ...(s.else ?? [])].flatMap((b) => this.breaksApart(b) ?? []);
    return inner.length === 0 ? undefined : most(this.spread(s.condition), ...inner);
  }

  /** Checks what only some of the threads that are here compute. */
  private apart(check: () => void): void {
    const around = this.here;
    this.here = any;
    check();
    this.here = around;
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
        this.apart(() => this.want(e.b, this.expr(e.a)));
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
        this.expectSubgroup("a shuffle");
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
        this.apart(() => this.want(e.b, "bool"));
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

  /** Between which threads of a workgroup the value may differ. Read-only memory at one place is one value. */
  private spread(e: KernelExpr): Spread {
    switch (e.kind) {
      case "constant":
      case "extent":
      case "argument":
        return none;
      case "builtin":
        return e.name === "thread" && this.kernel.threads > 1 ? any : none;
      case "variable":
        return this.names.get(e.name)?.spread ?? any;
      case "load":
        return this.kernel.bindings[e.binding]?.access === "read" ? this.spread(e.index) : any;
      case "load_array":
      case "shuffle_xor":
        return any;
      case "pack":
        return most(this.spread(e.a), this.spread(e.b));
      case "unpack":
      case "unary":
      case "cast":
      case "bitcast":
      case "component":
        return this.spread(e.a);
      case "binary":
        // The number of a subgroup, or of some of them.
        if (e.fn === "divide" && e.a.kind === "builtin" && e.b.kind === "constant" && Number(e.b.value) % subgroup === 0) return this.spread(e.a) === any ? subgroups : none;
        return most(this.spread(e.a), this.spread(e.b));
      case "fma":
        return most(...[e.a, e.b, e.c].map((part) => this.spread(part)));
      case "select":
        return most(...[e.condition, e.a, e.b].map((part) => this.spread(part)));
      case "vector":
        return most(...e.parts.map((part) => this.spread(part)));
    }
  }
}
