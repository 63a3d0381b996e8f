/** Cases that a kernel's own branches need: sizes above what a thread holds, rows and columns that do not divide. */
import { timeDim, type Dim, type Node } from "../../src/graph/graph.js";
import { axis, batch, CaseBuilder, oneToken, token, type OpCase } from "../oracle/case-builder.js";
import { addScans, recurrent, square } from "../oracle/cases/scan.js";

export function extraCases(): OpCase[] {
  return [...matmulCases(), ...scanCases(), ...manyCases(), ...reverseCases(), ...attentionCases(), ...attentionGradientCases(), ...sampleCases(), ...walkCases()];
}

function matmulCases(): OpCase[] {
  const cases: OpCase[] = [];
  for (const [B, K, N, at] of [
    [1, 48, 5, oneToken], [3, 7, 9, oneToken], [5, 64, 192, oneToken], [9, 33, 66, oneToken], [3, 130, 132, token], [1, 1, 1, token], [2, 5, 1, oneToken], [2, 4, 1, token],
  ] as const) {
    const c = new CaseBuilder(`matmul kernel B ${B}, ${K} to ${N}, ${at === token ? "many" : "one"}`, { B, T: at === token ? 37 : 1 });
    cases.push(c.done({ out: c.emit.matmul(c.input("x", [batch, at, axis("in", K)]), c.parameter("w", [axis("out", N), axis("in", K)]), ["in"]) }));
  }
  for (const at of [token, oneToken]) {
    for (const [heads, outputs, inputs] of [[3, 8, 16], [3, 8, 5], [3, 5, 16]] as const) {
      const c = new CaseBuilder(`matmul kernel per head, ${inputs} to ${outputs}, ${at === token ? "many" : "one"}`, { B: 3, T: at === token ? 11 : 1 });
      const per = axis("heads", heads);
      const w = c.parameter("w", [per, axis("out", outputs), axis("in", inputs)], [heads * outputs, inputs]);
      cases.push(c.done({ out: c.emit.matmul(c.input("x", [batch, at, per, axis("in", inputs)]), w, ["in"]) }));
    }
  }
  return cases;
}

/** More of the state summed over than a thread holds, and exactly as much, by elements and by vectors. */
function scanCases(): OpCase[] {
  return ([[128, 3], [129, 2], [300, 2], [32, 8], [64, 4], [300, 8], [129, 4], [36, 4]] as const).flatMap(([slots, width]) => (["old", "new"] as const).map((when) => {
    const c = new CaseBuilder(`recurrence kernel over ${slots} × ${width}, ${when}`, { B: 2, T: 75 });
    const [slot, channel] = [axis("slots", slots), axis("width", width)];
    const decay = c.input("decay", [batch, token, slot], { low: 0.9, high: 1 });
    const r = {
      axes: [slot, channel], decay, start: c.state("bank", [batch, slot, channel]),
      terms: [{ key: c.input("key", [batch, token, slot]), value: c.input("value", [batch, token, channel]) }],
    };
    const boundaries = c.emit.boundaries(r, "B");
    const query = c.input("query", [batch, token, slot]);
    return c.done({ out: c.emit.scanRead(boundaries, r, query, ["slots"], when, token) }, { bank: c.emit.advance(boundaries, r) });
  }));
}

/** A state of so many places that its threads walk all chunks in turn: by elements, by tiles, by lines with a correction. */
function manyCases(): OpCase[] {
  return ([[33, 37, "plain"], [128, 132, "plain"], [3, 1100, "corrected"]] as const).flatMap(([slots, width, form]) => [undefined, { late: 0 }].map((reverse) => {
    const c = new CaseBuilder(`recurrence kernel of many threads, ${slots} × ${width}, ${form}${reverse ? ", reverse" : ""}`, { B: 1, T: 19, chunk: 8 });
    const [slot, channel] = [axis("slots", slots), axis("width", width)];
    const r = {
      axes: [slot, channel], start: c.input("start", [batch, slot, channel]), ...(reverse ? { reverse } : {}), decay: c.input("decay", [batch, token, slot], { low: 0.9, high: 1 }),
      terms: [{ key: c.input("key", [batch, token, slot]), value: c.input("value", [batch, token, channel]) }],
      ...(form === "corrected" ? { corrections: [{ writer: c.input("writer", [batch, token, slot]), reader: c.input("reader", [batch, token, slot]), over: ["slots"] }] } : {}),
    };
    return c.done({ boundaries: c.emit.boundaries(r, "B") });
  }));
}

/** A read in reverse, over either axis, both longer than what is held. */
function reverseCases(): OpCase[] {
  return ([[129, 2], [8, 160], [36, 4]] as const).map(([slots, width]) => {
    const c = new CaseBuilder(`reverse kernel over ${slots} × ${width}`, { B: 2, T: 75 });
    const [slot, channel] = [axis("slots", slots), axis("width", width)];
    const term = (at: number) => ({ key: c.input(`key_${at}`, [batch, token, slot]), value: c.input(`value_${at}`, [batch, token, channel]) });
    const r = {
      axes: [slot, channel], decay: c.input("decay", [batch, token, slot], { low: 0.9, high: 1 }), start: c.input("behind", [batch, slot, channel]),
      terms: [term(0), term(1)], reverse: { late: 1 },
    };
    const boundaries = c.emit.boundaries(r, "B");
    const read = (over: typeof slot) => c.emit.scanRead(boundaries, r, c.input(`query_${over.name}`, [batch, token, over]), [over.name], "new", token);
    return c.done({ slots: read(slot), width: read(channel) });
  });
}

/**
 * Operands that are too long to be registers, in fours and not; as many as leave room for two rows or one; chunks that rows do not
 * divide; dims that only one of query and key has, kept or summed over.
 */
function attentionGradientCases(): OpCase[] {
  const heads = axis("heads", 2);
  const of = (size: number) => axis("channels", size);
  const recipes = [
    ...([[160, 12], [131, 5], [12, 160], [4, 131], [32, 32], [48, 16]] as const).map(([channels, values]) => (
      { name: `${channels} channels, ${values} values`, T: 10, query: [of(channels)], key: [of(channels)], value: [axis("values", values)], chunk: 64 }
    )),
    { name: "chunks of 6", T: 13, query: [heads, of(8)], key: [heads, of(8)], value: [heads, of(8)], chunk: 6 },
    { name: "chunks of 8", T: 13, query: [heads, of(8)], key: [heads, of(8)], value: [heads, of(8)], chunk: 8 },
    { name: "heads on the key only", T: 10, query: [of(8)], key: [heads, of(8)], value: [heads, of(8)], chunk: 64 },
    { name: "heads on the key only, odd", T: 10, query: [of(5)], key: [heads, of(5)], value: [axis("values", 3)], chunk: 64 },
    { name: "heads on query and value", T: 10, query: [heads, of(8)], key: [of(8)], value: [heads, of(4)], chunk: 64 },
    { name: "channels on the key only", T: 10, query: [heads], key: [heads, of(8)], value: [heads, of(8)], chunk: 64 },
    { name: "channels on the query only", T: 10, query: [heads, of(8)], key: [heads], value: [heads, of(8)], chunk: 64 },
    { name: "value without dims", T: 10, query: [heads, of(8)], key: [heads, of(8)], value: [], chunk: 64 },
  ];
  return recipes.map((recipe) => {
    const c = new CaseBuilder(`attention_gradient kernel, ${recipe.name}`, { B: 2, T: recipe.T, chunk: recipe.chunk });
    const timed = (name: string, dims: readonly Dim[]) => c.emit.rename(c.input(name, [batch, token, ...dims], { low: -0.5, high: 0.5 }), { "@token": timeDim });
    const query = c.input("query", [batch, token, ...recipe.query], { low: -0.5, high: 0.5 });
    const operands = { query, key: timed("key", recipe.key), value: timed("value", recipe.value) };
    const logSum = c.emit.attentionLogSum(operands.query, operands.key, ["channels"], undefined);
    const out = c.emit.attention(operands.query, operands.key, operands.value, ["channels"], undefined, undefined);
    const g = c.input("g", out.dims);
    const own = out.dims.map((d) => d.name).filter((name) => !logSum.dims.some((d) => d.name === name));
    const dot = own.length > 0 ? c.emit.reduce("sum", c.emit.multiply(g, out), own) : c.emit.multiply(g, out);
    const made = (of: "query" | "key" | "value") => c.emit.attentionGradient(of, operands, ["channels"], [logSum, g, dot], undefined);
    return c.done({ query: made("query"), key: made("key"), value: made("value") });
  });
}

/** A value with more channels than a thread holds, in both forms. */
function attentionCases(): OpCase[] {
  const cases: OpCase[] = [];
  for (const at of [token, oneToken]) {
    const c = new CaseBuilder(`attention kernel, 300 channels, ${at === token ? "many" : "one"}`, { B: 2, T: at === token ? 9 : 1, length: 150, C: 192 });
    const [width, values] = [axis("width", 20), axis("values", 300)];
    const time = { name: timeDim, size: "C" } as const;
    const length = c.lengthState();
    const key = c.emit.append(c.state("keys", [batch, time, width]), c.input("key", [batch, at, width]), length);
    const value = c.emit.append(c.state("held", [batch, time, values]), c.input("value", [batch, at, values]), length);
    const query = c.input("query", [batch, at, width]);
    cases.push(c.done({ out: c.emit.attention(query, key, value, ["width"], length, undefined) }, { keys: key, held: value }));
  }
  return cases;
}

function sampleCases(): OpCase[] {
  return ([[5000, 50, 0.9], [3, 2, 1], [1, 0, 1]] as const).map(([vocabulary, topK, topP]) => {
    const c = new CaseBuilder(`sample kernel of ${vocabulary}`, { B: 3, T: 1 });
    const logits = c.state("next_logits", [batch, oneToken, axis("vocabulary", vocabulary)], { low: -6, high: 6 });
    const sampling = c.given("sampling", "f32", [axis("settings", 3)], { shape: [3], data: [0.7, topK, topP] });
    const one = (name: string, value: number) => c.given(name, "i32", [axis("@one", 1)], { shape: [1], data: [value] });
    return c.done({ out: c.emit.sample(logits, sampling, one("seed", 9), one("drawn", 4)) });
  });
}

/** Sums that are held, phases that follow one another, sizes that threads do not divide, and a state that workgroup memory has no room for. */
function walkCases(): OpCase[] {
  const of = (name: string, B: number, T: number, rows: number, size: number): OpCase => {
    const c = new CaseBuilder(`scan kernel, ${name}`, { B, T });
    const [row, width] = [axis("rows", rows), axis("width", size)];
    const scans = addScans(c, [[row, width], [row]], { started: true }, (b, [h, sums]) => {
      const { emit } = b;
      const gate = (k: number): Node => emit.unary("sigmoid", emit.add(b.input(c.input(`x ${k}`, [batch, token, width])), recurrent(b, h!, square(c, `w ${k}`, width), "width")));
      // The second product is of what the first gave.
      const next = emit.multiply(gate(0), recurrent(b, emit.multiply(gate(1), h!), square(c, "u", width), "width"));
      const mean = emit.multiply(emit.reduce("sum", next, ["width"]), emit.scalar(1 / size));
      return [emit.unary("tanh", emit.add(emit.binary("subtract", next, mean), sums!)), emit.unary("sin", emit.add(sums!, emit.reduce("max", next, ["width"])))];
    });
    return c.done({ h: scans[0]!, sums: scans[1]! });
  };
  return [of("70 wide", 2, 5, 1, 70), of("rows, spilled", 2, 2, 90, 23)];
}
