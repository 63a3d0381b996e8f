/** Elementwise arithmetic as formulas read: operands are nodes or numbers. Dims of results stand in one order, so that memory is walked one way. */
import type { Dim, Node } from "../../../src/graph/graph.js";
import type { BinaryMapFn, UnaryMapFn } from "../../../src/graph/ops.js";
import type { Emitter } from "../emit.js";

export type Operand = Node | number;

export class Formulas {
  /** `order`: all dims that there are. */
  constructor(private readonly emit: Emitter, private readonly order: readonly Dim[]) {}

  times(a: Operand, ...others: readonly Operand[]): Node {
    return others.reduce<Node>((product, b) => this.binary("multiply", product, b), this.node(a));
  }

  plus(a: Operand, b: Operand): Node {
    return this.binary("add", a, b);
  }

  minus(a: Operand, b: Operand): Node {
    return this.binary("subtract", a, b);
  }

  over(a: Operand, b: Operand): Node {
    return this.binary("divide", a, b);
  }

  power(a: Operand, b: Operand): Node {
    return this.binary("power", a, b);
  }

  less(a: Operand, b: Operand): Node {
    return this.binary("less", a, b);
  }

  equal(a: Operand, b: Operand): Node {
    return this.binary("equal", a, b);
  }

  of(fn: UnaryMapFn, x: Node): Node {
    return this.emit.unary(fn, x);
  }

  select(condition: Node, a: Operand, b: Operand): Node {
    return this.emit.select(condition, this.node(a), this.node(b), this.order);
  }

  private binary(fn: BinaryMapFn, a: Operand, b: Operand): Node {
    return this.emit.binary(fn, this.node(a), this.node(b), this.order);
  }

  private node(x: Operand): Node {
    return typeof x === "number" ? this.emit.scalar(x) : x;
  }
}
