/** Cases of `scan`: recurrences of any form, with bodies as the graph's builder makes them. */
import { BodyBuilder } from "../../../compiler/3-graph/scan-body.js";
import type { Dim, Node } from "../../../src/graph/graph.js";
import { axis, batch, CaseBuilder, token, type CaseSizes, type OpCase } from "../case-builder.js";

const width = axis("width", 6);
const tokens = [batch, token];

export interface ScanOptions {
  readonly reverse?: boolean;
  readonly started?: boolean;
}

/** Adds the scans of all states of a body; `make` gives what each state becomes. */
export function addScans(
  c: CaseBuilder, states: readonly (readonly Dim[])[], options: ScanOptions, make: (b: BodyBuilder, before: readonly Node[]) => readonly Node[],
): Node[] {
  const b = new BodyBuilder(c.emit.span);
  const after = make(b, states.map((axes) => b.state([batch, ...axes])));
  const { body, inputs } = b.finish(after, c.emit);
  const starts = options.started ? states.map((axes, i) => c.input(`start ${i}`, [batch, ...axes])) : [];
  const flags = { started: !!options.started, reverse: !!options.reverse };
  return states.map((_, i) => c.emit.scan(body, i, [...starts, ...inputs], token, flags));
}

/** w · before, over its axis `name`. */
export function recurrent(b: BodyBuilder, before: Node, w: Node, name: string): Node {
  return b.emit.matmul(b.emit.rename(before, { [name]: `${name}'` }), b.input(w), [`${name}'`]);
}

export function square(c: CaseBuilder, name: string, of: Dim): Node {
  return c.parameter(name, [of, { ...of, name: `${of.name}'` }], undefined, { low: -0.5, high: 0.5 });
}

function scanCase(
  name: string, sizes: CaseSizes, states: readonly (readonly Dim[])[], options: ScanOptions,
  make: (c: CaseBuilder, b: BodyBuilder, before: readonly Node[]) => readonly Node[],
): OpCase {
  const c = new CaseBuilder(`scan ${name}, B ${sizes.B}, T ${sizes.T}`, sizes);
  const scans = addScans(c, states, options, (b, before) => make(c, b, before));
  return c.done(Object.fromEntries(scans.map((scan, i) => [`state ${i}`, scan])));
}

type Make = Parameters<typeof scanCase>[4];

/** tanh(x + W h) */
const elman = (of: Dim): Make => (c, b, [h]) =>
  [b.emit.unary("tanh", b.emit.add(b.input(c.input("x", [...tokens, of])), recurrent(b, h!, square(c, "w", of), of.name)))];

/** Gates and a cell, which need one another: more operands than a kernel binds. */
const lstm = (of: Dim): Make => (c, b, [h, cell]) => {
  const { emit } = b;
  const gate = (name: string): Node => emit.add(emit.add(b.input(c.input(name, [...tokens, of])), recurrent(b, h!, square(c, `${name} w`, of), of.name)),
    b.input(c.parameter(`${name} bias`, [of])));
  const [keep, write, show] = ["keep", "write", "show"].map((name) => emit.unary("sigmoid", gate(name))) as [Node, Node, Node];
  const next = emit.add(emit.multiply(keep, cell!), emit.multiply(write, emit.unary("tanh", gate("candidate"))));
  return [emit.multiply(show, emit.unary("tanh", next)), next];
};

/** A matrix whose new rows compete: softmax over one axis of what was and what comes, and a product over the other. */
const slots = axis("slots", 3);
const competing: Make = (c, b, [bank]) => {
  const { emit } = b;
  const scores = emit.add(bank!, emit.multiply(b.input(c.input("key", [...tokens, slots])), b.input(c.input("value", [...tokens, width]))));
  const powers = emit.unary("exp", emit.binary("subtract", scores, emit.reduce("max", scores, ["slots"])));
  const shares = emit.binary("divide", powers, emit.reduce("sum", powers, ["slots"]));
  return [emit.add(shares, recurrent(b, bank!, square(c, "w", width), "width"))];
};

/** A state that stays at padding, another that a step takes without looking at its own old value, and a shift. */
const masked: Make = (c, b, [h, before]) => {
  const { emit } = b;
  const real = b.input(c.mask());
  const next = emit.binary("subtract", emit.unary("sin", emit.add(h!, b.input(c.input("x", [...tokens, width])))), emit.multiply(before!, emit.scalar(0.25)));
  return [emit.select(real, next, h!), emit.select(real, h!, before!)];
};

/** A half turn, a view, an iota, an input that is the same for all tokens, and one that has no axes. */
const odds: Make = (c, b, [h]) => {
  const { emit } = b;
  const turned = emit.turnHalf(h!, "width");
  const scale = emit.multiply(b.input(c.input("gate", tokens)), b.input(c.input("scale", [batch, width])));
  const viewed = emit.squeeze(emit.unsqueeze(emit.unary("tanh", emit.multiply(turned, scale)), "one", 1), "one");
  return [emit.add(viewed, emit.multiply(emit.iota(width), b.input(c.parameter("slope", [], [], { low: 0.1, high: 0.2 }))))];
};

/** Choices by integers of all kinds, more than a kernel binds. */
const choices: Make = (c, b, [h]) => {
  const { emit } = b;
  const integers = (name: string, dims: readonly Dim[]): Node => b.input(c.integers(name, dims, { low: 0, high: 1 }));
  const conditions = [[...tokens, width], tokens, [...tokens, width], [batch], [width], [batch, width]].map((dims, k) => integers(`choice ${k}`, dims));
  const changes = conditions.map((_, k) => b.input(c.input(`change ${k}`, k % 2 === 0 ? [...tokens, width] : tokens)));
  return [conditions.reduce((x, condition, k) => emit.select(condition, emit.unary("sin", emit.add(x, changes[k]!)), x), h!)];
};

export function scanCases(): OpCase[] {
  const sizes = [{ B: 1, T: 1 }, { B: 3, T: 2 }, { B: 3, T: 17 }] as const;
  return [
    ...sizes.map((s) => scanCase("elman", s, [[width]], {}, elman(width))),
    ...sizes.map((s) => scanCase("elman in reverse", s, [[width]], { reverse: true }, elman(width))),
    ...sizes.map((s) => scanCase("lstm", s, [[width], [width]], {}, lstm(width))),
    scanCase("lstm, started", { B: 3, T: 17 }, [[width], [width]], { started: true }, lstm(width)),
    scanCase("lstm, started, in reverse", { B: 2, T: 5 }, [[width], [width]], { started: true, reverse: true }, lstm(width)),
    ...sizes.map((s) => scanCase("softmax in a matrix", s, [[slots, width]], { started: true }, competing)),
    scanCase("masked", { B: 3, T: 17 }, [[width], [width]], { started: true }, masked),
    scanCase("choices", { B: 3, T: 17 }, [[width]], { started: true }, choices),
    scanCase("odds and ends", { B: 3, T: 17 }, [[width]], {}, odds),
    scanCase("a number", { B: 3, T: 17 }, [[]], {}, (c, b, [h]) => [b.emit.unary("cos", b.emit.add(h!, b.input(c.input("x", tokens))))]),
  ];
}
