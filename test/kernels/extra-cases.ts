/** Cases that a kernel's own branches need: sizes above what a thread holds, rows and columns that do not divide. */
import { timeDim } from "../../src/graph/graph.js";
import { axis, batch, CaseBuilder, oneToken, token, type OpCase } from "../oracle/case-builder.js";

export function extraCases(): OpCase[] {
  return [...matmulCases(), ...scanCases(), ...attentionCases(), ...sampleCases()];
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
