/** The line of progress, and numbers as it writes them. */
import { expect, test } from "vitest";
import { duration, grouped, Progress } from "../../cli/progress.js";

function terminal(isTTY: boolean, columns?: number): { written: string[]; progress: Progress; pass: (ms: number) => void } {
  const written: string[] = [];
  let now = 0;
  const stream = { isTTY, ...(columns === undefined ? {} : { columns }), write: (text: string) => written.push(text) };
  return { written, progress: new Progress(stream, () => now), pass: (ms) => (now += ms) };
}

test("a line over the line before, ten a second at most, gone when cleared", () => {
  const { written, progress, pass } = terminal(true);
  progress.show("one");
  pass(50);
  progress.show("too soon");
  pass(60);
  progress.show("two");
  progress.clear();
  progress.clear();
  progress.show("three");
  expect(written).toEqual(["\r\x1b[2Kone", "\r\x1b[2Ktwo", "\r\x1b[2K", "\r\x1b[2Kthree"]);
});

test("a line is cut to the terminal's width: a longer one would stay behind", () => {
  const { written, progress } = terminal(true, 30);
  progress.show("x".repeat(40));
  expect(written).toEqual([`\r\x1b[2K${"x".repeat(28)}…`]);
});

test("a terminal that does not know its width is taken for one of 80", () => {
  const { written, progress } = terminal(true, 0);
  progress.show("x".repeat(79));
  expect(written).toEqual([`\r\x1b[2K${"x".repeat(79)}`]);
});

test("nothing in a pipe", () => {
  const { written, progress } = terminal(false);
  progress.show("one");
  progress.clear();
  expect(written).toEqual([]);
});

test.each([[0, "0 s"], [59.4, "59 s"], [59.6, "1 min 0 s"], [200, "3 min 20 s"], [3599.7, "1 h 0 min"], [7500, "2 h 5 min"], [-1, "0 s"]])("%f seconds: %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test.each([[0, "0"], [999.4, "999"], [999.6, "1,000"], [12345, "12,345"], [1234567, "1,234,567"]])("%f: %s", (value, text) => {
  expect(grouped(value)).toBe(text);
});
