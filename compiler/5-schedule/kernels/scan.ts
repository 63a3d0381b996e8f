/**
 * A scan: a workgroup a sequence walks the tokens. Of each it stores what the state is, computes the held values in their phases, and then what the states
 * become, beside what they were, so that a token costs a barrier a phase and one more.
 */
import { batchDim, tokenDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import { add, extent, f, flatWorkgroup, fma, less, mod, mul, sub, thread, u } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { elementCount, indexIn, type Coordinates } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { bug } from "../../../src/base/assert.js";
import { Inliner } from "../inline.js";
import { innerCount, spaceKey } from "../space.js";
import { axesOf, layoutOf, type ScanLayout } from "./scan-layout.js";
import { scanOperands, type ReadOperand } from "./scan-operands.js";
import { scratch } from "./scratch.js";
import { labelOf, type SpecialKernel } from "./types.js";

export const scan: SpecialKernel<"scan"> = (node, { target }) => {
  const layout = layoutOf(node.body);
  const { launches, read } = scanOperands(node, layout.scratch > 0 ? 2 : 1, target.bindings);
  const threads = [32, 64, 128].find((n) => layout.widest <= n) ?? 256;
  const w = new KernelWriter("scan", threads, node.span);
  const batch = node.dims.filter((d) => d.name === batchDim);
  const b = w.let_("sequence", flatWorkgroup());
  // Whole workgroups stay or go, so all threads of one meet at the barriers.
  w.if_(less(b, elementCount(batch)), () => new Writer(w, node, layout, read, b).write());
  return [...launches, w.launch(batch.map((d) => d.size), 1, labelOf(node))];
};

/** Where a held value lies. */
interface Memory {
  load(index: KernelExpr): KernelExpr;
  store(index: KernelExpr, value: KernelExpr): void;
}

/** How far into the room of a state its value before the token lies, and its value after it. */
interface Sides {
  readonly before: KernelExpr;
  readonly after: KernelExpr;
}

class Writer {
  private readonly memory: ReadonlyMap<Node, Memory>;
  private readonly starts: readonly Node[];
  private readonly given: readonly Node[];

  constructor(
    private readonly w: KernelWriter, private readonly node: NodeOf<"scan">, private readonly layout: ScanLayout,
    private readonly read: ReadOperand, private readonly b: KernelExpr,
  ) {
    const { body, inputs, started } = node;
    this.starts = started ? inputs.slice(0, body.states.length) : [];
    this.given = inputs.slice(this.starts.length);
    this.memory = new Map([...layout.held.values()].map(({ node: held, numbers, place }) => [held, place === "workgroup" ? this.shared(held, numbers) : this.spilled(place)]));
  }

  write(): void {
    const { w, node, layout } = this;
    const { states } = node.body;
    states.forEach(({ before }, i) => {
      const start = this.starts[i];
      this.each(new Inliner(w, this.options(undefined, undefined)), axesOf(before), (at, flat) =>
        this.memory.get(before)!.store(flat, start ? this.read(w, start, at) : f(0)));
    });
    this.barrier();
    const tokens = extent(node.dims.find((d) => d.name === tokenDim)!.size);
    w.for_("turn", u(0), tokens, (turn) => {
      const t = node.reverse ? w.let_("t", sub(sub(tokens, u(1)), turn)) : turn;
      const side = w.let_("side", mod(turn, u(2)));
      const sides = new Map(states.map(({ before }): [Node, Sides] => {
        const size = u(innerCount(before));
        const from = w.let_("from", mul(side, size));
        return [before, { before: from, after: w.let_("to", sub(size, from)) }];
      }));
      const { before } = states[node.of]!;
      this.each(this.inliner(t, sides), axesOf(before), (at, flat) =>
        w.write(node, new Map([...at, [tokenDim, t]]), this.memory.get(before)!.load(add(sides.get(before)!.before, flat))));
      for (const phase of layout.phases) {
        for (const [, group] of bySpace(phase)) this.hold(this.inliner(t, sides, new Set(group)), group);
        this.barrier();
      }
      this.advance(t, sides);
      this.barrier();
    });
  }

  private hold(inliner: Inliner, nodes: readonly Node[]): void {
    this.each(inliner, axesOf(nodes[0]!), (at) => {
      const values = nodes.map((n) => inliner.value(n, at));
      nodes.forEach((n, k) => this.memory.get(n)!.store(indexIn(axesOf(n), at), values[k]!));
    });
  }

  private advance(t: KernelExpr, sides: ReadonlyMap<Node, Sides>): void {
    const { states } = this.node.body;
    for (const [, befores] of bySpace(states.map(({ before }) => before))) {
      const inliner = this.inliner(t, sides);
      const some = states.filter(({ before }) => befores.includes(before));
      this.each(inliner, axesOf(some[0]!.before), (at) => {
        const values = some.map(({ after }) => inliner.value(after, at));
        some.forEach(({ before }, k) => this.memory.get(before)!.store(add(sides.get(before)!.after, indexIn(axesOf(before), at)), values[k]!));
      });
    }
  }

  /** Threads stride over the elements of some axes of this sequence. */
  private each(inliner: Inliner, axes: readonly Dim[], body: (at: Coordinates, flat: KernelExpr) => void): void {
    inliner.loop("each", thread, elementCount(axes), (flat) => body(new Map([...inliner.unflatten(axes, flat), [batchDim, this.b]]), flat), u(this.w.threads));
  }

  /** Values of one phase at token `t`; those in `computing` are not where they are to be held yet. */
  private inliner(t: KernelExpr, sides: ReadonlyMap<Node, Sides>, computing: ReadonlySet<Node> = new Set()): Inliner {
    const inliner: Inliner = new Inliner(this.w, this.options(t, (node, at) => {
      const memory = this.memory.get(node);
      const side = sides.get(node);
      if (memory && !computing.has(node)) return memory.load(add(side?.before ?? u(0), indexIn(axesOf(node), at)));
      return node.op === "matmul" ? this.product(inliner, node, at) : undefined;
    }));
    return inliner;
  }

  private options(t: KernelExpr | undefined, held: ((node: Node, at: Coordinates) => KernelExpr | undefined) | undefined): ConstructorParameters<typeof Inliner>[1] {
    const { node, given, w } = this;
    return {
      inMemory: () => false,
      bind: (leaf) => bug(`${leaf.op} in the body of a scan`),
      held: (value, at) => {
        const input = node.body.inputs.indexOf(value);
        if (input < 0) return held?.(value, at);
        return this.read(w, given[input]!, t ? new Map([...at, [tokenDim, t]]) : at);
      },
    };
  }

  private product(inliner: Inliner, { inputs, over }: NodeOf<"matmul">, at: Coordinates): KernelExpr {
    const { w } = this;
    const [x, weight] = inputs as [Node, Node];
    const total = w.var_("total", f(0));
    const walk = (left: readonly Dim[], place: Coordinates): void => {
      const [d, ...rest] = left;
      if (!d) return w.assign(total, fma(inliner.value(x, place), inliner.value(weight, place), total));
      inliner.loop("k", u(0), extent(d.size), (k) => walk(rest, new Map([...place, [d.name, k]])));
    };
    walk(x.dims.filter((d) => over.includes(d.name)), at);
    return total;
  }

  private shared(held: Node, numbers: number): Memory {
    const { w } = this;
    const array = w.array("held", held.dtype, numbers, "workgroup");
    return { load: (index) => w.loadArray(array, index), store: (index, value) => w.storeArray(array, index, value) };
  }

  /** What workgroup memory has no room for. */
  private spilled(from: number): Memory {
    const { w, node, layout, b } = this;
    const value = scratch(node, 0, "f32", [...node.dims.filter((d) => d.name === batchDim), { name: "@held", size: layout.scratch }]);
    const binding = (): number => w.operand(value, "read_write", { name: "spilled" });
    const base = w.let_("spilled_from", add(mul(b, u(layout.scratch)), u(from)));
    return { load: (index) => w.load(binding(), add(base, index)), store: (index, x) => w.store(binding(), add(base, index), x) };
  }

  private barrier(): void {
    this.w.barrier(this.layout.scratch > 0 ? { storage: true } : {});
  }
}

/** Nodes with the same axes in the same order go through one loop. */
function bySpace(nodes: readonly Node[]): Map<string, Node[]> {
  const groups = new Map<string, Node[]>();
  for (const node of nodes) groups.set(spaceKey(node), [...(groups.get(spaceKey(node)) ?? []), node]);
  return groups;
}
