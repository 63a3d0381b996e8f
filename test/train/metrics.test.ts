/** metrics.jsonl: lines that are appended, a torn one, and what a resumed run makes of those behind its checkpoint. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MetricsFile, soFar, type Metrics } from "../../cli/train/metrics.js";
import { temporaryFolder } from "../cli/msz.js";

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
const line = (step: number, more: Partial<Metrics> = {}): Metrics => ({ step, loss: 1 / step, seconds: step / 2, ...more });
const text = (...lines: readonly Metrics[]): string => lines.map((l) => `${JSON.stringify(l)}\n`).join("");

test("each line is in the file as soon as it is added", () => {
  const metrics = new MetricsFile(at("new.jsonl"), 0);
  expect(readFileSync(at("new.jsonl"), "utf8")).toBe("");
  metrics.add(line(10));
  expect(readFileSync(at("new.jsonl"), "utf8")).toBe(text(line(10)));
  metrics.add(line(20, { held_out_loss: 3 }));
  expect(readFileSync(at("new.jsonl"), "utf8")).toBe(text(line(10), line(20, { held_out_loss: 3 })));
});

test("a new run begins an empty file", () => {
  writeFileSync(at("old.jsonl"), text(line(10)));
  expect(new MetricsFile(at("old.jsonl"), 0).lines).toEqual([]);
  expect(readFileSync(at("old.jsonl"), "utf8")).toBe("");
});

test("a resumed run drops the lines behind its step, and whatever is no line", () => {
  writeFileSync(at("resumed.jsonl"), `${text(line(10), line(20))}null\n7\n{"loss": 3}\n\n${text(line(30), line(40))}{"step":50,"lo`);
  const metrics = new MetricsFile(at("resumed.jsonl"), 37);
  expect(metrics.lines).toEqual([line(10), line(20), line(30)]);
  metrics.add(line(40, { loss: 9 }));
  expect(readFileSync(at("resumed.jsonl"), "utf8")).toBe(text(line(10), line(20), line(30), line(40, { loss: 9 })));
});

test("lines that no run writes are left out, whatever stands in them", () => {
  const odd = ['{"step":1,"seconds":"abc"}', '{"step":2,"seconds":1e999}', '{"step":3}', '{"step":4,"seconds":-1}', '{"step":1.5,"seconds":1}', '{"step":6,"seconds":1,"loss":"low"}',
    '{"step":7,"seconds":1,"held_out_loss":[1]}', '{"step":8,"seconds":1,"norm":-1e999}', '{"step":"9","seconds":1}', "[]", '"text"'];
  writeFileSync(at("odd.jsonl"), `${odd.join("\n")}\n{"step":10,"loss":null,"norm":null,"seconds":1}\n`);
  const { lines } = new MetricsFile(at("odd.jsonl"), 37);
  expect(lines).toEqual([{ step: 10, loss: null, norm: null, seconds: 1 }]);
});

test("a run that came to nothing leaves no file", () => {
  new MetricsFile(at("nothing.jsonl"), 0).remove();
  expect(existsSync(at("nothing.jsonl"))).toBe(false);
});

test("a missing file is no reason to refuse a checkpoint", () => {
  expect(new MetricsFile(at("missing.jsonl"), 37).lines).toEqual([]);
});

test("what cannot be written is said with the file's name", () => {
  mkdirSync(at("folder.jsonl"));
  expect(() => new MetricsFile(at("folder.jsonl"), 5)).toThrow(expect.objectContaining({ code: "unwritable-file", message: `\`${at("folder.jsonl")}\` could not be written` }));
});

test("what the lines say of the run so far", () => {
  expect(soFar([], 100)).toEqual({ seconds: 0 });
  expect(soFar([line(90), { step: 90, held_out_loss: 2, seconds: 46 }], 100)).toEqual({ loss: 1 / 90, measuredAt: 90, seconds: 46 });
  const ended = [line(100), { step: 100, held_out_loss: 2, seconds: 51 }];
  expect(soFar(ended, 100)).toEqual({ loss: 0.01, heldOut: 2, measuredAt: 100, seconds: 51 });
  // JSON has no NaN: a loss that was none is null.
  expect(soFar([JSON.parse('{"step":100,"loss":null,"held_out_loss":null,"seconds":1}') as Metrics], 100)).toEqual({ seconds: 1 });
});
