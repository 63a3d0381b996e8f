/** The loss of a run as a picture: for a terminal, in characters of eight dots, and as SVG. */
import type { Metrics } from "./metrics.js";
import { rangeOf, ticks, type Range } from "./scale.js";

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Curves {
  readonly training: readonly Point[];
  readonly heldOut: readonly Point[];
  readonly x: Range;
  readonly y: Range;
}

/** Undefined while there is nothing to see. */
function curvesOf(lines: readonly Metrics[]): Curves | undefined {
  const points = (value: (line: Metrics) => number | undefined): Point[] =>
    lines.flatMap((line) => {
      const y = value(line);
      return y !== undefined && Number.isFinite(y) ? [{ x: line.step, y }] : [];
    });
  const [training, heldOut] = [points((l) => l.loss), points((l) => l.held_out_loss)];
  const all = [...training, ...heldOut];
  if (training.length < 2) return undefined;
  return { training, heldOut, x: rangeOf(all.map((p) => p.x)), y: rangeOf(all.map((p) => p.y)) };
}

const [columns, rows] = [64, 14];
/** Bits of a braille character by dot: two columns of four. */
const dots = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]] as const;

/** Lines of text; the held-out loss is marked by `o`. */
export function terminalCurve(lines: readonly Metrics[]): string {
  const curves = curvesOf(lines);
  if (!curves) return "";
  const { training, heldOut, x, y } = curves;
  const cells = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  const marks = Array.from({ length: rows }, () => new Array<boolean>(columns).fill(false));
  const across = (p: Point): number => ((p.x - x.low) / (x.high - x.low)) * (2 * columns - 1);
  const down = (p: Point): number => ((y.high - p.y) / (y.high - y.low)) * (4 * rows - 1);
  const dot = (column: number, row: number): void => {
    const [c, r] = [Math.round(column), Math.round(row)];
    cells[r >> 2]![c >> 1]! |= dots[(c & 1) as 0 | 1][(r & 3) as 0 | 1 | 2 | 3];
  };
  training.slice(1).forEach((to, i) => {
    const from = training[i]!;
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(across(to) - across(from)), Math.abs(down(to) - down(from)))));
    for (let k = 0; k <= steps; k++) dot(across(from) + ((across(to) - across(from)) * k) / steps, down(from) + ((down(to) - down(from)) * k) / steps);
  });
  for (const p of heldOut) marks[Math.round(down(p)) >> 2]![Math.round(across(p)) >> 1] = true;
  const labels = new Map([[0, y.high], [Math.floor(rows / 2), (y.high + y.low) / 2], [rows - 1, y.low]]);
  const picture = cells.map((cellsOfRow, r) => {
    const value = labels.get(r);
    return `${(value === undefined ? "" : labelOf(value, y)).padStart(7)} │${cellsOfRow.map((bits, c) => (marks[r]![c] ? "o" : bits === 0 ? " " : String.fromCharCode(0x2800 + bits))).join("").trimEnd()}`;
  });
  const steps = `${" ".repeat(9)}${String(x.low).padEnd(columns - String(x.high).length)}${x.high}`;
  const legend = heldOut.length > 0 ? "loss, nats a token; o held out" : "loss, nats a token";
  return [`${" ".repeat(9)}${legend}`, ...picture, `${" ".repeat(8)}└${"─".repeat(columns)}`, steps, ""].join("\n");
}

/** As many digits as tell the ends of a range apart, in seven characters. */
function labelOf(value: number, { low, high }: Range): string {
  const digits = Math.min(5, Math.max(2, Math.ceil(1 - Math.log10(high - low))));
  const plain = value.toFixed(digits);
  return plain.length <= 7 ? plain : value.toPrecision(2);
}

const [width, height] = [720, 400];
const margin = { left: 64, right: 16, top: 40, bottom: 48 };

/** A picture that stands alone. `title` is what was trained. */
export function svgCurve(lines: readonly Metrics[], title: string): string | undefined {
  const curves = curvesOf(lines);
  if (!curves) return undefined;
  const { training, heldOut, x, y } = curves;
  const across = (value: number): number => margin.left + ((value - x.low) / (x.high - x.low)) * (width - margin.left - margin.right);
  const down = (value: number): number => margin.top + ((y.high - value) / (y.high - y.low)) * (height - margin.top - margin.bottom);
  const at = (p: Point): string => `${across(p.x).toFixed(1)},${down(p.y).toFixed(1)}`;
  const [right, bottom] = [width - margin.right, height - margin.bottom];
  const grid = [
    ...ticks(y.low, y.high, 6).map((v) => `<line x1="${margin.left}" y1="${down(v).toFixed(1)}" x2="${right}" y2="${down(v).toFixed(1)}"/>`),
    ...ticks(x.low, x.high, 8).map((v) => `<line x1="${across(v).toFixed(1)}" y1="${margin.top}" x2="${across(v).toFixed(1)}" y2="${bottom}"/>`),
  ];
  const words = [
    ...ticks(y.low, y.high, 6).map((v) => `<text x="${margin.left - 8}" y="${(down(v) + 4).toFixed(1)}" text-anchor="end">${v}</text>`),
    ...ticks(x.low, x.high, 8).map((v) => `<text x="${across(v).toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${v}</text>`),
    `<text x="${(margin.left + right) / 2}" y="${height - 8}" text-anchor="middle">step</text>`,
    `<text x="16" y="${(margin.top + bottom) / 2}" text-anchor="middle" transform="rotate(-90 16 ${(margin.top + bottom) / 2})">loss, nats a token</text>`,
    `<text x="${margin.left}" y="24" font-size="15">${escapeXml(title)}</text>`,
    `<text x="${right - 150}" y="24" fill="#4477aa">training</text>`,
    ...(heldOut.length > 0 ? [`<text x="${right - 70}" y="24" fill="#cc6677">held out</text>`] : []),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12" fill="#333">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<g stroke="#ddd">${grid.join("")}</g>`,
    `<polyline fill="none" stroke="#4477aa" stroke-width="1.5" points="${training.map(at).join(" ")}"/>`,
    heldOut.length > 0 ? `<polyline fill="none" stroke="#cc6677" stroke-width="1.5" points="${heldOut.map(at).join(" ")}"/>` : "",
    `<g fill="#cc6677">${heldOut.map((p) => `<circle cx="${across(p.x).toFixed(1)}" cy="${down(p.y).toFixed(1)}" r="2.5"/>`).join("")}</g>`,
    `<g stroke="#333"><line x1="${margin.left}" y1="${margin.top}" x2="${margin.left}" y2="${bottom}"/><line x1="${margin.left}" y1="${bottom}" x2="${right}" y2="${bottom}"/></g>`,
    words.join(""),
    "</svg>",
    "",
  ].join("\n");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
