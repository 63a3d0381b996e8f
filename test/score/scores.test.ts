/** BLEU and chrF2 against sacreBLEU's own numbers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bleu } from "../../cli/score/bleu.js";
import { chrf } from "../../cli/score/chrf.js";
import type { MszError } from "../../src/base/error.js";
import { ours, reference, RELATIVE } from "./references.js";

function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected), `${actual} is not ${expected}`).toBeLessThanOrEqual(RELATIVE * Math.abs(expected));
}

test("there are enough cases", () => {
  expect(reference.cases.length).toBeGreaterThanOrEqual(50);
  expect(reference.noiseScores.length).toBe(30);
});

describe.each([["as it stands", false], ["lower-cased", true]] as const)("text %s", (_, lowercase) => {
  const cases = reference.cases.map((one) => [one.name, one] as const);

  test.each(cases)("BLEU: %s", (_, one) => {
    const expected = one[lowercase ? "lower" : "mixed"].bleu;
    const actual = bleu(one.hypotheses, one.references, { lowercase });
    expectClose(actual.score, expected.score);
    expectClose(actual.brevityPenalty, expected.brevityPenalty);
    expect(actual.precisions.length).toBe(4);
    expected.precisions.forEach((precision, i) => expectClose(actual.precisions[i]!, precision));
    const { matches, totals, hypothesisLength, referenceLength } = expected;
    expect(actual).toMatchObject({ matches, totals, hypothesisLength, referenceLength, signature: ours(expected.signature), line: expected.line });
  });

  test.each(cases)("chrF2: %s", (_, one) => {
    const expected = one[lowercase ? "lower" : "mixed"].chrf;
    const actual = chrf(one.hypotheses, one.references, { lowercase });
    expectClose(actual.score, expected.score);
    expect(actual).toMatchObject({ signature: ours(expected.signature), line: expected.line });
  });

  test("noise", () => {
    const all = reference.noise.map(([line]) => Array.from(line));
    reference.noiseScores.forEach((expected, i) => {
      const lines = all.slice(10 * i, 10 * i + 10);
      // Half of the line and half of the next, as the script did.
      const mixed = lines.map((own, k) => {
        const other = lines[(k + 1) % lines.length]!;
        return [...own.slice(0, own.length >> 1), ...other.slice(other.length >> 1)].join("");
      });
      const hypotheses = lines.map((line) => line.join(""));
      const [bleuScore, chrfScore] = expected.slice(lowercase ? 2 : 0);
      expectClose(bleu(hypotheses, [mixed], { lowercase }).score, bleuScore!);
      expectClose(chrf(hypotheses, [mixed], { lowercase }).score, chrfScore!);
    });
  });
});

test("signatures name this version", () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")) as { version: string };
  expect(bleu(["a"], [["a"]]).signature).toBe(`nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|msz:${version}`);
  expect(chrf(["a"], [["a"], ["b"]], { lowercase: true }).signature).toBe(`nrefs:2|case:lc|eff:yes|nc:6|nw:0|space:no|msz:${version}`);
});

describe.each([["BLEU", bleu], ["chrF2", chrf]] as const)("%s refuses", (_, score) => {
  const refused = (hypotheses: string[], references: string[][]): Partial<MszError> => {
    try {
      score(hypotheses, references);
    } catch (error) {
      return error as MszError;
    }
    throw new Error("it gave a score");
  };

  test("sets of unequal lines", () => {
    expect(refused(["a", "b"], [["a", "b", "c"]])).toMatchObject({ code: "unequal-lines", message: "the translations have 2 lines, but the references have 3 lines" });
    expect(refused(["a"], [["a"], []])).toMatchObject({ code: "unequal-lines", message: "the translations have 1 line, but set 2 of the references has 0 lines" });
  });

  test("what has no lines", () => {
    expect(refused([], [[]])).toMatchObject({ code: "no-lines", message: "there are no translations to score: 0 lines" });
    expect(refused(["a"], [])).toMatchObject({ code: "no-lines" });
  });
});
