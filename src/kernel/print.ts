/** Kernel → readable text for snapshots and `--emit kernels`: one line a statement, types only where they are declared. */
import type { KernelBinary, KernelExpr, Kernel, KernelStatement, Launch } from "./kernel.js";

export function printKernel(kernel: Kernel): string {
  const bindings = kernel.bindings.map((b) => `${b.access === "read" ? "" : "mut "}${b.name}: ${b.type}[]`);
  const given = Array.from({ length: kernel.arguments ?? 0 }, (_, i) => `${argumentName(i)}: u32`);
  const lines = [
    `kernel ${kernel.name}(${[...given, ...bindings].join(", ")}) threads ${kernel.threads} {`,
    ...kernel.arrays.map((a) => `  ${a.space} ${a.name}: ${a.type}[${a.length}]`),
    ...block(kernel, kernel.body, "  "),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

/** A launch without its kernel's body: what runs over what. */
export function printLaunch(launch: Launch): string {
  const grid = launch.grid
    .filter((g) => g.size.length > 0 || g.per !== 1)
    .map((g) => `${g.size.join("·") || "1"}${g.per === 1 ? "" : `/${g.per}`}`);
  const operands = launch.operands.map((o) => `${o.access} %${o.node.id}${o.transposed ? "ᵀ" : ""}`);
  return `${launch.label}: ${launch.kernel.name}[${grid.join(", ") || "1"}](${[...(launch.arguments ?? []), ...operands].join(", ")})`;
}

/** No name that a writer makes begins so. */
function argumentName(index: number): string {
  return `#${index}`;
}

function block(kernel: Kernel, statements: readonly KernelStatement[], indent: string): string[] {
  return statements.flatMap((s) => statement(kernel, s, indent));
}

function statement(kernel: Kernel, s: KernelStatement, indent: string): string[] {
  const expr = (e: KernelExpr): string => printExpr(e, kernel);
  const inner = (body: readonly KernelStatement[]): string[] => block(kernel, body, `${indent}  `);
  switch (s.kind) {
    case "let":
      return [`${indent}${s.name} = ${expr(s.value)}`];
    case "var":
      return [`${indent}var ${s.name}: ${s.value.type} = ${expr(s.value)}`];
    case "assign":
      return [`${indent}${s.name} := ${expr(s.value)}`];
    case "store":
      return [`${indent}${kernel.bindings[s.binding]?.name ?? `?${s.binding}`}[${expr(s.index)}] := ${expr(s.value)}`];
    case "store_array":
      return [`${indent}${s.array}[${expr(s.index)}] := ${expr(s.value)}`];
    case "for": {
      const step = s.step.kind === "constant" && s.step.value === 1 ? "" : ` by ${expr(s.step)}`;
      return [`${indent}${s.unroll ? "unrolled " : ""}for ${s.name} in ${expr(s.from)}..${expr(s.to)}${step} {`, ...inner(s.body), `${indent}}`];
    }
    case "if": {
      const otherwise = s.else ? [`${indent}} else {`, ...inner(s.else)] : [];
      return [`${indent}if ${expr(s.condition)} {`, ...inner(s.then), ...otherwise, `${indent}}`];
    }
    case "break":
      return [`${indent}break`];
    case "barrier":
      return [`${indent}barrier${s.storage ? " of storage" : ""}`];
    case "mma":
      return [`${indent}${s.sums.join(", ")} += mma_${s.of}([${s.a.map(expr).join(", ")}], [${s.b.map(expr).join(", ")}])`];
    case "load_blocks":
      return [`${indent}${s.names.join(", ")} = blocks${s.transposed ? " transposed" : ""} of ${s.array}[${expr(s.index)}]`];
    case "copy_async": {
      const when = s.when ? ` where ${expr(s.when)}` : "";
      return [`${indent}copy ${s.array}[${expr(s.to)}] := ${kernel.bindings[s.binding]?.name ?? `?${s.binding}`}[${expr(s.from)}]${when}`];
    }
    case "copy_commit":
      return [`${indent}copies end`];
    case "copy_wait":
      return [`${indent}wait for copies but ${s.left}`];
  }
}

const operators: { readonly [F in KernelBinary]?: string } = {
  add: "+", subtract: "-", multiply: "*", divide: "/", modulo: "%", equal: "==", not_equal: "!=", less: "<", less_equal: "<=",
  greater: ">", greater_equal: ">=", and: "&&", or: "||", xor: "^", bit_and: "&", shift_left: "<<", shift_right: ">>",
};

export function printExpr(e: KernelExpr, kernel: Kernel): string {
  const expr = (inner: KernelExpr): string => printExpr(inner, kernel);
  switch (e.kind) {
    case "constant":
      return e.type === "f32" && Number.isInteger(e.value) ? `${String(e.value)}.0` : String(e.value);
    case "variable":
    case "builtin":
    case "extent":
      return e.name;
    case "argument":
      return argumentName(e.index);
    case "unary":
      return `${e.fn}(${expr(e.a)})`;
    case "binary": {
      const operator = operators[e.fn];
      return operator ? `(${expr(e.a)} ${operator} ${expr(e.b)})` : `${e.fn}(${expr(e.a)}, ${expr(e.b)})`;
    }
    case "fma":
      return `fma(${expr(e.a)}, ${expr(e.b)}, ${expr(e.c)})`;
    case "select":
      return `(${expr(e.condition)} ? ${expr(e.a)} : ${expr(e.b)})`;
    case "cast":
      return `${e.type}(${expr(e.a)})`;
    case "bitcast":
      return `bits_${e.type}(${expr(e.a)})`;
    case "vector":
      return `vec4(${e.parts.map(expr).join(", ")})`;
    case "component":
      return `${expr(e.a)}.${"xyzw"[e.index]}`;
    case "pack":
      return `pair_${e.to}(${expr(e.a)}, ${expr(e.b)})`;
    case "unpack":
      return `${e.from}_${e.half === 0 ? "low" : "high"}(${expr(e.a)})`;
    case "shuffle_xor":
      return `shuffle_xor(${expr(e.a)}, ${e.mask})`;
    case "load":
      return `${kernel.bindings[e.binding]?.name ?? `?${e.binding}`}[${expr(e.index)}]`;
    case "load_array":
      return `${e.array}[${expr(e.index)}]`;
  }
}
