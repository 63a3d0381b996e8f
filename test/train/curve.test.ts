/** The loss as a picture: in a terminal and as SVG, whatever the numbers are. */
import { describe, expect, test } from "vitest";
import { svgCurve, terminalCurve } from "../../cli/train/curve.js";
import type { Metrics } from "../../cli/train/metrics.js";
import { rangeOf, ticks } from "../../cli/train/scale.js";

const falling: Metrics[] = Array.from({ length: 30 }, (_, i) => {
  const step = 10 * (i + 1);
  return { step, loss: 1.5 + 4 * Math.exp(-i / 6), seconds: step, ...(i % 10 === 9 ? { held_out_loss: 1.7 + 4 * Math.exp(-i / 6) } : {}) };
});
const lossesOf = (...losses: readonly (number | null)[]): Metrics[] => losses.map((loss, i) => ({ step: i + 1, loss: loss as number, seconds: i }));

/** Elements in pairs, attributes quoted, no stray `<`, `>` or `&`. */
function expectWellFormed(xml: string): void {
  const open: string[] = [];
  const token = /<(\/?)([a-z]+)((?: [a-zA-Z][a-zA-Z0-9-]*="[^"<&]*")*)(\/?)>|&(?:amp|lt|gt|quot);|[^<>&]+/y;
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const found = token.exec(xml);
    if (!found) throw new Error(`no XML at: ${xml.slice(at, at + 80)}`);
    const [, end, name, , empty] = found;
    if (name === undefined) continue;
    if (end) expect(open.pop()).toBe(name);
    else if (!empty) open.push(name);
  }
  expect(open).toEqual([]);
}

/** Where the lines and circles of a picture lie. */
function placesOf(svg: string): number[][] {
  const lines = [...svg.matchAll(/points="([^"]*)"/g)].flatMap(([, points]) => points!.split(" ").map((p) => p.split(",").map(Number)));
  return [...lines, ...[...svg.matchAll(/<circle cx="([^"]*)" cy="([^"]*)"/g)].map(([, x, y]) => [Number(x), Number(y)])];
}

describe.each<[string, Metrics[]]>([
  ["a loss that falls, with held-out points", falling],
  ["NaN and infinities in between", [...falling, { step: 310, loss: NaN, seconds: 1 }, { step: 320, loss: Infinity, seconds: 1 }, ...lossesOf(null)]],
  ["two alike", lossesOf(2, 2)],
  ["huge", lossesOf(1e9, 3e12)],
  ["tiny", lossesOf(0.0004, 0.0001)],
  ["one held-out point only", [...lossesOf(3, 2), { step: 2, held_out_loss: 4, seconds: 1 }]],
])("%s", (_, lines) => {
  test("as SVG: well-formed, all of it inside, with its title", () => {
    const svg = svgCurve(lines, 'A & B <"x">, step 300')!;
    expectWellFormed(svg);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
    expect(svg).toContain("A &amp; B &lt;");
    expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
    const places = placesOf(svg);
    expect(places.length).toBeGreaterThanOrEqual(2);
    for (const [x, y] of places) expect(x! >= 0 && x! <= 720 && y! >= 0 && y! <= 400).toBe(true);
    expect(svg.includes("held out")).toBe(lines.some((l) => l.held_out_loss !== undefined));
  });

  test("in a terminal: rows of one width, labels that differ", () => {
    const rows = terminalCurve(lines).split("\n");
    expect(rows).toHaveLength(1 + 14 + 1 + 1 + 1);
    const picture = rows.slice(1, 15);
    for (const row of picture) expect(row).toMatch(/^.{7} │.{0,64}$/u);
    const labels = picture.map((r) => r.slice(0, 7).trim()).filter((l) => l !== "");
    expect(labels).toHaveLength(3);
    if (lines.length > 2 || lines[0]!.loss !== lines[1]!.loss) expect(new Set(labels).size).toBe(3);
    expect(rows.join("")).not.toMatch(/NaN|Infinity|undefined/);
    expect(picture.some((r) => /[\u2801-\u28ff]/.test(r))).toBe(true);
    expect(picture.some((r) => r.includes("o"))).toBe(lines.some((l) => l.held_out_loss !== undefined));
  });
});

test.each<[string, Metrics[]]>([["nothing", []], ["a single point", lossesOf(3)], ["NaN alone", lossesOf(NaN, NaN, NaN)], ["one and NaN", lossesOf(3, NaN)]])("%s is no curve", (_, lines) => {
  expect(svgCurve(lines, "x")).toBeUndefined();
  expect(terminalCurve(lines)).toBe("");
});

test("a falling loss falls: the first point is high on the left, the last low on the right", () => {
  const [first, last] = [placesOf(svgCurve(falling, "x")!)[0]!, placesOf(svgCurve(falling, "x")!)[29]!];
  expect(first[0]!).toBeLessThan(last[0]!);
  expect(first[1]!).toBeLessThan(last[1]!);
  const picture = terminalCurve(falling).split("\n").slice(1, 15);
  expect(picture[0]!.slice(9)).toMatch(/^[\u2801-\u28ff]/);
  expect(picture.at(-1)).toMatch(/[\u2801-\u28ffo]$/);
});

test("round numbers on the axes", () => {
  expect(ticks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(ticks(1.52, 5.5, 6)).toEqual([2, 3, 4, 5]);
  expect(ticks(0.1, 0.3, 4)).toEqual([0.1, 0.15, 0.2, 0.25, 0.3]);
  expect(ticks(3, 3, 5)).toEqual([3]);
  expect(rangeOf([1, NaN, 5, Infinity])).toEqual({ low: 1, high: 5 });
  expect(rangeOf([4])).toEqual({ low: 3.5, high: 4.5 });
});
