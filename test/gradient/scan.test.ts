/** Gradients of scans against finite differences: states that need one another, that nothing but another state uses, and that stay at padding. */
import { describe, test } from "vitest";
import type { Dim, Node } from "../../src/graph/graph.js";
import { axis, type CaseBuilder } from "../oracle/case-builder.js";
import { addScans, recurrent } from "../oracle/cases/scan.js";
import type { BodyBuilder } from "../../compiler/3-graph/scan-body.js";
import { checkGradients, varied } from "./check.js";

const width = axis("width", 3);
const slots = axis("slots", 2);
const lengths = [{ B: 2, T: 1 }, { B: 1, T: 2 }, { B: 2, T: 5 }] as const;

type Make = (c: CaseBuilder, b: BodyBuilder, before: readonly Node[]) => readonly Node[];

function check(name: string, states: readonly (readonly Dim[])[], used: readonly number[], make: Make, sizes: readonly { B: number; T: number }[] = lengths): void {
  for (const { B, T } of sizes) {
    test(`${name}, B ${B}, T ${T}`, () => {
      checkGradients(`scan ${name} ${B} ${T}`, { B, T }, (c) => {
        const scans = addScans(c, states, {}, (b, before) => make(c, b, before));
        // What is before the first token depends on nothing, so that something more must, for T of 1.
        const extra = c.emit.nodes.filter((n) => n.op === "parameter").map((p) => p.dims.reduce<Node>((x, d) => c.emit.reduce("sum", x, [d.name]), p));
        const weighted = used.map((i) => c.emit.multiply(scans[i]!, c.input(`weight ${i}`, scans[i]!.dims)));
        const total = [...weighted, ...extra.map((x) => c.emit.multiply(x, c.emit.scalar(0.01)))].reduce((a, x) => c.emit.add(a, x));
        return { output: total };
      });
    });
  }
}

const w = (c: CaseBuilder, name: string, of: Dim): Node => c.parameter(name, [of, { ...of, name: `${of.name}'` }]);

describe("one state", () => {
  check("elman", [[width]], [0], (c, b, [h]) =>
    [b.emit.unary("tanh", b.emit.add(b.input(varied(c, "x", [width])), recurrent(b, h!, w(c, "w", width), "width")))]);
  check("a matrix with softmax over one axis", [[slots, width]], [0], (c, b, [bank]) => {
    const { emit } = b;
    const scores = emit.add(bank!, emit.multiply(b.input(varied(c, "key", [slots])), b.input(varied(c, "value", [width]))));
    const powers = emit.unary("exp", emit.binary("subtract", scores, emit.reduce("max", scores, ["slots"])));
    return [emit.add(emit.binary("divide", powers, emit.reduce("sum", powers, ["slots"])), recurrent(b, bank!, w(c, "w", width), "width"))];
  });
  check("an input of all tokens, a half turn and a view", [[axis("width", 4)]], [0], (c, b, [h]) => {
    const { emit } = b;
    const scale = b.input(c.parameter("scale", [axis("width", 4)]));
    const gate = b.input(varied(c, "gate", []));
    return [emit.add(emit.squeeze(emit.unsqueeze(emit.unary("sin", emit.multiply(emit.turnHalf(h!, "width"), scale)), "one", 1), "one"), gate)];
  });
  check("without axes", [[]], [0], (c, b, [h]) => [b.emit.unary("cos", b.emit.add(h!, b.input(varied(c, "x", []))))]);
});

describe("two states", () => {
  const lstm: Make = (c, b, [h, cell]) => {
    const { emit } = b;
    const gate = (name: string): Node => emit.add(b.input(varied(c, name, [width])), recurrent(b, h!, w(c, `${name} w`, width), "width"));
    const next = emit.add(emit.multiply(emit.unary("sigmoid", gate("keep")), cell!), emit.unary("tanh", gate("write")));
    return [emit.multiply(emit.unary("sigmoid", gate("show")), emit.unary("tanh", next)), next];
  };
  check("that need one another, both used", [[width], [width]], [0, 1], lstm);
  check("that need one another, one used", [[width], [width]], [1], lstm, [{ B: 2, T: 5 }]);
  check("one that is the other a token ago, at padding as they were", [[width], [width]], [1], (c, b, [h, before]) => {
    const real = b.input(c.mask());
    const next = b.emit.unary("sin", b.emit.add(h!, b.input(varied(c, "x", [width]))));
    return [b.emit.select(real, next, h!), b.emit.select(real, h!, before!)];
  }, [{ B: 2, T: 7 }]);
  check("one that forgets all", [[width], [width]], [0], (c, b, [h, other]) =>
    [b.emit.add(b.emit.multiply(h!, other!), b.input(varied(c, "x", [width]))), b.input(varied(c, "y", [width]))], [{ B: 2, T: 5 }]);
  check("one that nothing needs", [[width], [width]], [0], (c, b, [h, other]) => [
    b.emit.unary("tanh", b.emit.add(h!, b.input(varied(c, "x", [width])))), b.emit.add(other!, h!),
  ], [{ B: 2, T: 5 }]);
});
