/**
 * What `sample` knows of a long row before its one workgroup begins, on devices with room for many: of each part of the ids the largest logit, the lowest id that has
 * it, and what all of them weigh. A workgroup a part; results are joined in the order of the parts, whoever was first.
 */
import { batchDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import {
  add, and, bitAnd, bitcast, div, equal, f, flatWorkgroup, greater, greaterEqual, less, max, min, mod, mul, notEqual, select, sub, thread, u, unary, xor,
} from "../../../src/kernel/build.js";
import type { KernelExpr, Launch } from "../../../src/kernel/kernel.js";
import { elementCount } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { acrossWorkgroup } from "./across.js";
import { scratch } from "./scratch.js";
import { labelOf } from "./types.js";

const threads = 256;
/** Ids of a thread at the least. */
const idsOfThread = 8;
/** A shorter row is read by one workgroup before another launch has begun. */
const leastVocabulary = 8192;

export interface SampleParts {
  readonly count: number;
  /** Ids of a part; the last may have less. */
  readonly size: number;
  readonly launch: Launch;
  /** The largest logit's key; 0 where all are NaN. */
  key(w: KernelWriter, row: KernelExpr, part: KernelExpr): KernelExpr;
  lowestId(w: KernelWriter, row: KernelExpr, part: KernelExpr): KernelExpr;
  /** Σ exp((logit - the part's largest) / temperature); nothing at temperature 0. */
  mass(w: KernelWriter, row: KernelExpr, part: KernelExpr): KernelExpr;
}

const partDim = "@part";
const whichDim = "@which";

/** At most `most` parts; undefined where the vocabulary is short. */
export function sampleParts(node: NodeOf<"sample">, vocabulary: number, most: number): SampleParts | undefined {
  if (vocabulary < leastVocabulary) return undefined;
  const size = threads * Math.max(idsOfThread, Math.ceil(vocabulary / most / threads));
  const count = Math.ceil(vocabulary / size);
  const rows = node.dims.filter((d) => d.name === batchDim);
  const parts: Dim = { name: partDim, size: count };
  const found = scratch(node, 0, "u32", [...rows, parts, { name: whichDim, size: 2 }]);
  const masses = scratch(node, 1, "f32", [...rows, parts]);
  const place = (row: KernelExpr, part: KernelExpr): KernelExpr => add(mul(row, u(count)), part);
  const read = (w: KernelWriter, of: Node, index: KernelExpr): KernelExpr => w.load(w.operand(of, "read", { name: "parts" }), index);
  return {
    count, size,
    launch: partsLaunch(node, vocabulary, { count, size, rows, found, masses }),
    key: (w, row, part) => read(w, found, mul(place(row, part), u(2))),
    lowestId: (w, row, part) => read(w, found, add(mul(place(row, part), u(2)), u(1))),
    mass: (w, row, part) => read(w, masses, place(row, part)),
  };
}

interface Places {
  readonly count: number;
  readonly size: number;
  readonly rows: readonly Dim[];
  readonly found: Node;
  readonly masses: Node;
}

function partsLaunch(node: NodeOf<"sample">, vocabulary: number, { count, size, rows, found, masses }: Places): Launch {
  const [logits, settings] = node.inputs as [Node, Node];
  const w = new KernelWriter("sample_parts", threads, node.span);
  const [words, numbers] = [w.array("words", "u32", threads, "workgroup"), w.array("numbers", "f32", threads, "workgroup")];
  const group = w.let_("group", flatWorkgroup());
  w.if_(less(group, mul(elementCount(rows), u(count))), () => {
    const [row, part] = [w.let_("row", div(group, u(count))), w.let_("part", mod(group, u(count)))];
    const temperature = w.let_("temperature", w.read(settings, new Map([[settings.dims[0]!.name, u(0)]])));
    const dim = logits.dims.at(-1)!.name;
    const end = u(vocabulary);
    const first = w.let_("first", add(mul(part, u(size)), thread));
    // All reads at once: those behind the end are of the last id, which changes no maximum, and weigh nothing.
    const ids = Array.from({ length: size / threads }, (_, j) => w.let_("id", add(first, u(j * threads))));
    const keys = ids.map((id) => w.let_("key", keyOf(w, w.read(logits, new Map([[batchDim, row], [dim, min(id, sub(end, u(1)))]])))));
    const highest = acrossWorkgroup(w, words, w.let_("own", keys.reduce(max)), max);
    const lowest = w.var_("lowest", end);
    keys.forEach((key, j) => w.assign(lowest, select(and(equal(key, highest), less(ids[j]!, lowest)), ids[j]!, lowest)));
    const id = acrossWorkgroup(w, words, lowest, min);
    const mass = w.var_("mass", f(0));
    w.if_(greater(temperature, f(0)), () => {
      keys.forEach((key, j) => {
        const weight = unary("exp", div(sub(valueOf(key), valueOf(highest)), temperature));
        w.assign(mass, add(mass, select(and(less(ids[j]!, end), notEqual(key, u(0))), weight, f(0))));
      });
    });
    const whole = acrossWorkgroup(w, numbers, mass, add);
    w.if_(equal(thread, u(0)), () => {
      const out = w.operand(found, "write", { name: "found" });
      w.store(out, mul(group, u(2)), highest);
      w.store(out, add(mul(group, u(2)), u(1)), min(id, sub(end, u(1))));
      w.store(w.operand(masses, "write", { name: "masses" }), group, whole);
    });
  });
  return w.launch([...rows.map((d) => d.size), count], 1, labelOf(node));
}

/** A logit's bits as a number that grows with it. NaN counts as the least, the two zeros as one. */
export function keyOf(w: KernelWriter, logit: KernelExpr): KernelExpr {
  const bits = w.let_("bits", bitcast("u32", logit));
  const negative = greaterEqual(bits, u(0x80000000));
  const magnitude = w.let_("magnitude", bitAnd(bits, u(0x7fffffff)));
  const ordered = select(and(negative, notEqual(magnitude, u(0))), xor(bits, u(0xffffffff)), add(magnitude, u(0x80000000)));
  return w.let_("key", select(greater(magnitude, u(0x7f800000)), u(0), ordered));
}

/** The float behind ordered bits. */
export function valueOf(key: KernelExpr): KernelExpr {
  return bitcast("f32", select(greaterEqual(key, u(0x80000000)), sub(key, u(0x80000000)), xor(key, u(0xffffffff))));
}
