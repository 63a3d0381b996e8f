/** Arithmetic on numbers that are known when the spec is compiled. */

const unary: ReadonlyMap<string, (x: number) => number> = new Map([
  ["exp", Math.exp], ["log", Math.log], ["sqrt", Math.sqrt], ["abs", Math.abs], ["sin", Math.sin], ["cos", Math.cos],
  ["tanh", Math.tanh], ["square", (x) => x * x], ["relu", (x) => Math.max(x, 0)], ["sigmoid", (x) => 1 / (1 + Math.exp(-x))],
] as [string, (x: number) => number][]);

/** undefined: not a function that is folded. */
export function foldUnary(name: string): ((x: number) => number) | undefined {
  return unary.get(name);
}

export function foldBinary(operator: "+" | "-" | "*" | "/" | "^", left: number, right: number): number {
  switch (operator) {
    case "+": return left + right;
    case "-": return left - right;
    case "*": return left * right;
    case "/": return left / right;
    case "^": return Math.pow(left, right);
  }
}

export function product(sizes: readonly { readonly size: number }[]): number {
  return sizes.reduce((n, axis) => n * axis.size, 1);
}
