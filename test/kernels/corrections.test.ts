/**
 * `boundaries` with corrections and `correction`, kernel by kernel against the float64 oracle, at the sizes that a thread holds each in another way (shapes of
 * other kinds are in the case library, which `test/schedule/ops.test.ts` runs). A node's inputs are the oracle's values, its own buffer is NaN before.
 */
import { wgslTarget } from "../../compiler/5-schedule/target.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isSpecial, launchSpecial } from "../../compiler/5-schedule/kernels/index.js";
import type { Recurrence } from "../../compiler/3-graph/recurrence-operands.js";
import type { Dim } from "../../src/graph/graph.js";
import { expectClose } from "../helpers/close.js";
import { axis, batch, CaseBuilder, token, type OpCase } from "../oracle/case-builder.js";
import { environmentOf, evaluateNodes } from "../oracle/evaluate.js";
import { createRunner, type Runner } from "./run.js";

/** Sums of some hundred products of numbers around 1 in float32, against float64, relative to the largest result. */
const tolerance = 2e-5;

let runner: Runner;
beforeAll(async () => {
  runner = await createRunner();
});
afterAll(() => runner.device.destroy());

interface Options {
  readonly T?: number;
  readonly chunk?: number;
  readonly reverse?: boolean;
  readonly decay?: readonly ("slots" | "width")[];
}

/** `over` by correction; `slots` × `width`, two chunks of 8 and a part of one. Readers are small, so that what is corrected does not explode. */
function sized(slots: number, width: number, overs: readonly (readonly ("slots" | "width")[])[], options: Options = {}): OpCase {
  const { T = 19, chunk = 8, reverse, decay } = options;
  const c = new CaseBuilder(`${slots} × ${width} over ${overs.map((o) => o.join("+")).join(" and ")}${reverse ? ", reverse" : ""}${decay ? `, decayed by ${decay.join("+")}` : ""}, T ${T}, chunks of ${chunk}`, { B: 2, T, chunk });
  const dims = { slots: axis("slots", slots), width: axis("width", width) };
  const state: Dim[] = [dims.slots, dims.width];
  const term = (at: number): { key: ReturnType<typeof c.input>; value: ReturnType<typeof c.input> } => ({ key: c.input(`key_${at}`, [batch, token, dims.slots]), value: c.input(`value_${at}`, [batch, token, dims.width]) });
  const corrections = overs.map((over, i) => {
    const along = over.map((name) => dims[name]);
    const size = along.reduce((n, d) => n * Number(d.size), 1);
    const small = { low: -1 / Math.sqrt(size), high: 1 / Math.sqrt(size) };
    return { over, writer: c.input(`writer_${i}`, [batch, token, ...along], small), reader: c.input(`reader_${i}`, [batch, token, ...along], small) };
  });
  const r: Recurrence = {
    axes: state, corrections, terms: reverse ? [term(0), term(1)] : [term(0)], start: c.input("start", [batch, ...state]),
    ...(decay ? { decay: c.input("decay", [batch, token, ...decay.map((name) => dims[name])], { low: 0.9, high: 1 }) } : {}),
    ...(reverse ? { reverse: { late: 1 } } : {}),
  };
  const boundaries = c.emit.boundaries(r, "B");
  return c.done({ boundaries, ...Object.fromEntries(overs.map((_, i) => [`u_${i}`, c.emit.correction(boundaries, r, i, token)])) });
}

const sizes: OpCase[] = [
  sized(4, 8, [["slots"]]), sized(4, 8, [["slots"]], { reverse: true }), sized(20, 8, [["slots"]], { decay: ["slots"] }), sized(36, 8, [["slots"]]),
  sized(40, 8, [["slots"]], { reverse: true, decay: ["slots"] }), sized(20, 3, [["slots"]], { decay: ["width"] }), sized(130, 4, [["slots"]]), sized(129, 3, [["slots"]], { reverse: true }),
  sized(5, 20, [["width"]]), sized(8, 160, [["width"]], { reverse: true }), sized(4, 33, [["width"]], { decay: ["slots"] }),
  sized(4, 8, [["slots"], ["width"]]), sized(3, 4, [["slots"], ["slots", "width"]], { reverse: true }), sized(12, 16, [["width"], ["slots"]], { decay: ["slots", "width"] }),
  // States of one number, of one line and of lines of one.
  sized(1, 1, [["slots"]], { decay: ["slots"] }), sized(1, 1, [["slots", "width"]], { reverse: true }), sized(8, 1, [["slots"]], { decay: ["width"] }), sized(1, 8, [["slots"]], { reverse: true }),
  // By chunks at once, with several workgroups that carry, the last of which has less to do.
  sized(12, 28, [["slots"]], { decay: ["slots"] }), sized(16, 64, [["slots"]], { reverse: true }), sized(28, 12, [["width"]], { decay: ["width"] }), sized(3, 30, [["slots"], ["slots"]]),
  // Longer than a thread's memory.
  sized(2100, 2, [["slots"]]), sized(2048, 4, [["slots"]], { reverse: true, decay: ["slots"] }), sized(44, 50, [["slots"], ["width"]]), sized(48, 48, [["width"], ["slots"]], { reverse: true }),
  ...[1, 2, 7, 8, 9, 65].map((T) => sized(8, 8, [["slots"]], { T, decay: ["slots"] })),
  ...[1, 4096].map((chunk) => sized(8, 8, [["slots"]], { T: 9, chunk, decay: ["slots"] })),
];

test.each(sizes.map((c) => [c.name, c] as const))("%s", async (_, c) => {
  const environment = environmentOf(c.graph, c);
  const values = evaluateNodes(c.graph, environment);
  const given = new Map(values.map((value, id) => [id, value]));
  for (const node of c.graph.nodes) {
    if (!isSpecial(node) || (node.op !== "boundaries" && node.op !== "correction")) continue;
    const launches = launchSpecial(node, { chunk: c.graph.chunk, target: wgslTarget });
    // What launches leave for one another has ids below 0.
    expect(new Set(launches.flatMap((l) => l.operands).filter((o) => o.access !== "read" && o.node.id >= 0).map((o) => o.node.id))).toEqual(new Set([node.id]));
    const before = new Map(given);
    before.delete(node.id);
    const after = await runner.run(launches, before, environment.symbols);
    expectClose(`%${node.id} ${node.op}`, values[node.id]!, after.get(node.id)!, tolerance);
  }
});
