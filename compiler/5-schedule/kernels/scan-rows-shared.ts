/**
 * `scan_read` over a long dim whose neighbours are neighbours in memory, on devices with subgroups: as in `scan-rows.ts` a thread holds rows of the state in fours along
 * that dim, but only one four of each; the threads of a workgroup stand side by side along the dim. For some tokens at a time their sums meet in workgroup memory.
 */
import { batchDim, chunkDim, tokenDim, type NodeOf } from "../../../src/graph/graph.js";
import { add, and, component, div, f, flatWorkgroup, less, mod, mul, sub, thread, u, vec4 } from "../../../src/kernel/build.js";
import type { KernelExpr, Launch } from "../../../src/kernel/kernel.js";
import { coordinatesOf, elementCount, type Coordinates } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { lastDim, layoutAlong, readVector } from "../vector.js";
import { subgroup, sumsAcross } from "./across.js";
import { namePlaces, withPlace } from "./elements.js";
import { stateAxes, Walk, type Read } from "./recurrence.js";
import { chunkColumns, largestDivisor } from "./scan-slices.js";
import { finish, kernelName, labelOf, type Epilogue } from "./types.js";

/** Tokens between two meetings. */
const together = 8;
/** Rows of a thread at most, and threads with which it has registers for so many. */
const rowsOfThread = 32;
const threadsOfAllRows = 256;
const threadsAtMost = 512;

/** Undefined where operands lie otherwise, or the dim is too short or too long for threads side by side. */
export function scanRowsShared(node: NodeOf<"scan_read">, chunk: number, epilogue: Epilogue | undefined): Launch | undefined {
  const axes = stateAxes(node.inputs[0]!);
  const over = axes.filter((d) => node.over.includes(d.name) && d.size !== 1);
  const along = lastDim(over);
  const last = lastDim(node.dims.filter((d) => d.name !== batchDim && d.name !== tokenDim));
  if (over.length !== 1 || !along || !last || !axes.some((d) => d.name === last.name) || node.inputs.some((n) => layoutAlong(n, along.name) === "apart")) return undefined;
  const threads = Number(along.size) / 4;
  if (threads % subgroup !== 0 || threads > threadsAtMost) return undefined;
  const tile = largestDivisor(Number(last.size), threads > threadsOfAllRows ? rowsOfThread / 2 : rowsOfThread);
  const padded = 2 ** Math.ceil(Math.log2(tile));
  const subgroups = threads / subgroup;

  const w = new KernelWriter(kernelName(`scan_read_${node.when}_shared`, epilogue), threads, node.span);
  const walk = new Walk(w, node, chunk, along.name);
  const parts = w.array("parts", "f32", together * subgroups * padded, "workgroup");
  const places = chunkColumns(node).map((d) => (d.name === last.name ? { name: d.name, size: Number(last.size) / tile } : d));
  const group = w.let_("group", flatWorkgroup());
  // Whole workgroups stay or go, so all threads of one meet at the barriers.
  w.if_(less(group, elementCount(places)), () => {
    const at = namePlaces(w, coordinatesOf(places, group));
    const firstRow = w.let_("first_row", mul(at.get(last.name) ?? u(0), u(tile)));
    const rows = Array.from({ length: tile }, (_, r) => w.let_("row", add(firstRow, u(r))));
    const here = withPlace(at, along.name, thread);
    const ofRow = rows.map((row) => withPlace(here, last.name, row));
    const states = ofRow.map((row) => w.var_("state", walk.read(walk.operands.first!, row)));
    const [from, to] = walk.range(at.get(chunkDim)!);
    const lastToken = w.let_("last", sub(add(from, to), u(1)));
    const tokenAt = (place: KernelExpr): KernelExpr => (walk.reverse ? sub(lastToken, place) : place);
    const lane = w.let_("lane", mod(thread, u(subgroup)));
    const number = w.let_("number", div(thread, u(subgroup)));

    w.for_("base", from, to, (base) => {
      w.for_("j", u(0), u(together), (j) => {
        const place = w.let_("at_place", add(base, j));
        w.if_(less(place, to), () => {
          const t = w.let_("t", tokenAt(place));
          const outer = withPlace(here, tokenDim, t);
          const read = readOnce(walk, { along: along.name, dim: last.name, first: firstRow, rows });
          const step = walk.step(outer, [last.name, along.name], read);
          const sums = ofRow.map((row, r) => {
            const place = withPlace(row, tokenDim, t);
            const { seen, next } = step(states[r]!, place);
            const product = w.let_("product", mul(read(walk.operands.query!, place), node.when === "new" ? seen : states[r]!));
            w.assign(states[r]!, next);
            return w.let_("sum", [0, 1, 2, 3].map((c) => component(product, c)).reduce((a, b) => add(a, b)));
          });
          const { values, index, first } = sumsAcross(w, lane, [...sums, ...Array.from({ length: padded - tile }, () => f(0))], [16, 8, 4, 2, 1]);
          const start = add(mul(add(mul(j, u(subgroups)), number), u(padded)), mul(index, u(values.length)));
          const put = (): void => values.forEach((value, v) => w.storeArray(parts, add(start, u(v)), value));
          if (first) w.if_(first, put);
          else put();
        });
      });
      w.barrier();
      w.for_("result", thread, u(together * padded), (result) => {
        const place = w.let_("of_place", add(base, div(result, u(padded))));
        const row = w.let_("of_row", mod(result, u(padded)));
        w.if_(and(less(place, to), less(row, u(tile))), () => {
          const start = w.let_("start", add(mul(div(result, u(padded)), u(subgroups * padded)), row));
          const all = Array.from({ length: subgroups }, (_, s) => w.let_("part", w.loadArray(parts, add(start, u(s * padded)))));
          const to = withPlace(withPlace(at, tokenDim, w.let_("token", tokenAt(place))), last.name, w.let_("to_row", add(firstRow, row)));
          finish(w, node, epilogue, w.let_("whole", all.reduce((a, b) => add(a, b))), to);
        });
      }, { step: u(threads) });
      // Before the next tokens' parts are written.
      w.barrier();
    }, { step: u(together) });
  });
  return w.launch(places.map((d) => d.size), 1, labelOf(node));
}

interface Rows {
  readonly along: string;
  /** The dim of the rows, the first one's place, and the places of all. */
  readonly dim: string;
  readonly first: KernelExpr;
  readonly rows: readonly KernelExpr[];
}

/** Reads each element (or four) of a token once, and what the rows have apart four rows at a time where it lies so. */
function readOnce(walk: Walk, { along, dim, first, rows }: Rows): Read {
  const { w } = walk;
  const seen = new Map<string, KernelExpr>();
  const once = (key: string, value: () => KernelExpr): KernelExpr => {
    const known = seen.get(key) ?? w.let_("read", value());
    seen.set(key, known);
    return known;
  };
  return (node, at: Coordinates) => {
    if (rows.length % 4 === 0 && layoutAlong(node, dim) === "vector" && layoutAlong(node, along) === "same") {
      const row = rows.indexOf(at.get(dim)!);
      const four = Math.floor(row / 4);
      return vec4(component(once(`${node.id} ${four}`, () => readVector(w, node, withPlace(at, dim, add(div(first, u(4)), u(four))), dim)), row % 4));
    }
    return once(`${node.id} ${JSON.stringify(node.dims.map((d) => at.get(d.name)))}`, () => walk.read(node, at));
  };
}
