/**
 * Mistakes: one diagnostic for one mistake, at the right place, in our words; and what stands around is still read.
 * In the texts `«` and `»` mark where a diagnostic is to point (`«»` at the end of a line: nothing stands there).
 */
import { describe, expect, it } from "vitest";
import { parse } from "../../grammar/index.js";
import { examples } from "./examples.js";

interface Marked {
  readonly text: string;
  readonly spans: readonly [start: number, end: number][];
}

function readMarks(marked: string): Marked {
  const spans: [number, number][] = [];
  let text = "";
  for (const character of marked) {
    if (character === "«") spans.push([text.length, -1]);
    else if (character === "»") spans.at(-1)![1] = text.length;
    else text += character;
  }
  return { text, spans };
}

function check(marked: string, expected: readonly string[]): void {
  const { text, spans } = readMarks(marked);
  const { diagnostics } = parse({ path: "t.msz", text });
  expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual(expected);
  expect(diagnostics.map(({ span }) => [span!.start, span!.end])).toEqual(spans);
  for (const { severity, reason, hint } of diagnostics) {
    expect(severity).toBe("error");
    expect(reason).toBeTruthy();
    expect(hint).toBeTruthy();
  }
}

const cases: Record<string, [text: string, ...expected: string[]][]> = {
  "characters and literals": [
    ["let a = 3 «@» 4", "unexpected-character: unexpected character `@` (U+0040)"],
    ["let a = 3«;»\nlet b = 4", "unexpected-character: unexpected character `;` (U+003B)"],
    ["let a = «“»x«”»", "unexpected-character: unexpected character `“` (U+201C)", "unexpected-character: unexpected character `”` (U+201D)"],
    ["let caf«é» = 1", "unexpected-character: unexpected character `é` (U+00E9)"],
    ["let a =«\u00a0»1", "unexpected-character: unexpected character (U+00A0)"],
    ["«#» a comment, they thought\nlet a = 1", "unexpected-character: unexpected character `#` (U+0023)"],
    ["let a = «'x'»", "unexpected-character: unexpected character `'` (U+0027)"],
    ['let a = «"abc»\nlet b = 1', "unterminated-string: this text never ends"],
    ['train { corpus = «"abc }»', "unterminated-string: this text never ends"],
    ['let a = "x«\\q»y"', "bad-escape: `\\q` is not an escape"],
    ["let a = 1\n«/*» let b = \nmodel {", "unterminated-comment: this comment never ends"],
    ["model M {\n  width = «/*» 3\n}", "unterminated-comment: this comment never ends"],
    ["let a = «1__0»", "bad-number: `1__0` is not a number"],
    ["let a = [«1e», «0x10», «.5», «1.», «1_», «1.2.3», «12abc»]", ..."1e 0x10 .5 1. 1_ 1.2.3 12abc".split(" ").map((n) => `bad-number: \`${n}\` is not a number`)],
    ["let a = «1e999»", "bad-number: `1e999` is too large a number"],
  ],
  settings: [
    ["model M {\n  width = «=» 256\n  context = 3\n}", "expected-token: expected a value, found `=`"],
    ["model M {\n  width «256»\n  context = 3\n}", "expected-token: expected `=`, found `256`"],
    ["model M {\n  width«:» 256\n}", "expected-token: expected `=` after `width`, found `:`"],
    ["model M {\n  width =«»\n  context = 3\n}", "expected-token: expected a value, found `context`"],
    ["model M {\n  width =«»\n}", "expected-token: expected a value, found `}`"],
    ["model M { width = 3 «context» = 4 }", "missing-separator: expected `,` or a new line before `context`"],
    ["model M { width = 3 «layers» 2 { f() } }", "missing-separator: expected `,` or a new line before `layers`"],
    ["train { a = 1,«,» b = 2 }", "expected-token: expected a name, a keyword or `}`, found `,`"],
    ["model M {\n  memory«(»slots: 3)\n  width = 3\n}", "expected-token: expected `=`, found `(`"],
    ["model M {\n  width = 3 «4»\n}", "expected-token: expected a new line, found `4`"],
    ["model M {\n  width = 4 *«*» 2\n}", "expected-token: expected a value, found `*`"],
    ["model M {\n  width«»\n  context = 3\n}", "expected-token: expected `=`, found `context`"],
  ],
  mixers: [
    ["mixer m(a: axis) {\n  x = 1 «y» = 2\n}", "missing-separator: expected a new line before `y`"],
    ["mixer m(a: axis) {\n  x = 1«,» y = 2\n}", "missing-separator: expected a new line, found `,`"],
    ["mixer m(a «=» axis) {\n  out = x\n}", "expected-token: expected `:` after the parameter `a`, found `=`"],
    ["mixer m(a«)» {\n  out = x\n}", "expected-token: expected `:` and `axis`, `number`, `text` or `flag`, found `)`"],
    ["mixer m(a: axis «b: axis») {}", "missing-separator: expected `,` before `b: axis`"],
    ["mixer m «{»\n  out = x\n}", "expected-token: expected `(` and the parameters, found `{`"],
    ["mixer «(»a: axis) {\n  out = x\n}", "expected-token: expected a name, found `(`"],
    ["mixer m(a: axis) {\n  state bank «=» 3\n  out = x\n}", "expected-token: expected `[` and the axes, found `=`"],
    ["mixer m(a: axis) {\n  param w[a] «zeros»\n  out = x\n}", "expected-token: expected `=`, found `zeros`"],
    ["mixer m(a: axis) {\n  state s[a «b»] = s\n}", "missing-separator: expected `,` before `b`"],
    ["mixer m(a: axis) {\n  «let» b = 3\n  out = b\n}", "expected-token: expected a statement, found `let`"],
    ["mixer m(a: axis) {\n  «use» \"x\"\n  out = x\n}", "expected-token: expected a statement, found `use`"],
    ["mixer m(a: axis) {\n  out = x +«»\n}", "expected-token: expected a value, found `}`"],
  ],
  "calls and lists": [
    ["let a = f(b «c»)", "missing-separator: expected `,` before `c`"],
    ["let a = f(b,«,» c)", "expected-token: expected a value, found `,`"],
    ["let a = f(«,»b)", "expected-token: expected a value, found `,`"],
    ["let a = f(«,»)", "expected-token: expected a value, found `,`"],
    ["let a = [1 «2» «3»]", "missing-separator: expected `,` before `2`", "missing-separator: expected `,` before `3`"],
    ["let a = f(b «=» 3, c «=» 4)", "expected-token: expected `:` after the argument name `b`, found `=`", "expected-token: expected `:` after the argument name `c`, found `=`"],
    ["let a = f(b: «)»", "expected-token: expected a value, found `)`"],
    ["let a = (b «,» c)", "expected-token: expected an operator or `)`, found `,`"],
    ["let a = (b + «)» * c\nlet d = 1", "expected-token: expected a value, found `)`"],
    ["let a = («)»", "expected-token: expected a value, found `)`"],
    ["let a = «{»1, 2}", "expected-token: expected a value, found `{`"],
    ["model M {\n  layers 2 {\n    f(a «=» 1)\n  }\n}", "expected-token: expected `:` after the argument name `a`, found `=`"],
  ],
  brackets: [
    ["mixer m(a: axis) {\n  y = sum(x, a«»\n  z = 3\n}", "expected-token: expected `)`, found `z`"],
    ["mixer m(a: axis) {\n  y = f([g(x, a«»\n  state s[a] = s\n}", "expected-token: expected `)])`, found `state`"],
    ["let a = f(b«»\nlet c = 1", "expected-token: expected `)`, found `let`"],
    ["let a = f(b«»", "expected-token: expected `)`, found the end of the file"],
    ["let a = f(b«]»\nlet c = 1", "expected-token: expected `)`, found `]`"],
    ["let a = f([b«)»\nlet c = 1", "expected-token: expected `]`, found `)`"],
    ["let a = b«)»\nlet c = 1", "unmatched-bracket: `)` closes nothing"],
    ["mixer m(a: axis«» {\n  out = x\n}", "expected-token: expected `)`, found `{`"],
    ["model M «{»\n  width = 3\n", "unclosed-brace: a `{` is never closed"],
    ["model M «{»\n  width = 3\n\nmodel N {\n  width = 3\n}", "unclosed-brace: a `{` is never closed"],
    ["model M {\n  layers 6 «{»\n    f()\n}\ntrain { steps = 3 }", "unclosed-brace: a `{` is never closed"],
    ["model M {\n  layers 6 «{»\n    f()\n", "unclosed-brace: 2 braces are never closed"],
    ["model M «{»\n  train { steps = 3 }\n}", "unclosed-brace: a `{` is never closed"],
    ["model M {\n  width = 3\n}\n«}»\nlet a = 1", "unmatched-bracket: `}` closes nothing"],
    ["model M«»\n  width = 3\n}\nlet a = 4", "expected-token: expected `{`, found `width`"],
  ],
  items: [
    ["«foo» bar baz\nlet a = 3", "expected-token: expected `use`, `let`, `mixer`, `model`, `train` or `generate`, found `foo`"],
    ["«width» = 3\nlet a = 3", "expected-token: expected `use`, `let`, `mixer`, `model`, `train` or `generate`, found `width`"],
    ["«layers» 3 { f() }\nlet a = 3", "expected-token: expected `use`, `let`, `mixer`, `model`, `train` or `generate`, found `layers`"],
    ["use «foo»\nlet a = 3", "expected-token: expected a text in double quotes, found `foo`"],
    ["let a «3»\nlet b = 4", "expected-token: expected `=`, found `3`"],
    ["let a = 3 «let» b = 4", "missing-separator: expected a new line before `let`"],
    ["model «{»\n  width = 3\n}\nlet a = 1", "expected-token: expected a name, found `{`"],
  ],
  layers: [
    ["model M {\n  layers «{» f() }\n}", "expected-token: expected a value, found `{`"],
    ["model M {\n  layers 3«»\n  width = 3\n}", "expected-token: expected `{`, found `width`"],
    ["model M {\n  layers 3 { f «}»\n}", "expected-token: expected `(` and the arguments, found `}`"],
    ["model M {\n  layers 3 {\n    «width» = 3\n    f()\n  }\n}", "expected-token: expected a sublayer, found `width`"],
    ["model M {\n  «cross» f()\n}", "expected-token: expected a setting, `layers`, `encoder` or `decoder`, found `cross`"],
  ],
};

for (const [topic, list] of Object.entries(cases)) {
  describe(topic, () => {
    for (const [text, ...expected] of list) it(text.replaceAll("\n", "⏎"), () => check(text, expected));
  });
}

describe("what is told", () => {
  it("all mistakes of a file in one run, in order", () => {
    const { diagnostics, file } = parse({
      path: "t.msz",
      text: 'use mixers\nlet a = 1__0\nmixer m(s: axis) {\n  x = f(1 2)\n  y = \n  out = x\n}\nmodel M {\n  width 3\n  context = 4\n  layers 2 { m(s = 3) }\n}\ntrain { steps = "abc\n}\n',
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(["expected-token", "bad-number", "missing-separator", "expected-token", "expected-token", "expected-token", "unterminated-string"]);
    // What is whole is still there.
    expect(file.items.map(({ kind }) => kind)).toEqual(["mixer", "model", "train"]);
  });

  it("labels the bracket that was opened", () => {
    const { diagnostics } = parse({ path: "t.msz", text: "let a = f(b\nlet c = 1" });
    expect(diagnostics[0]!.labels).toMatchObject([{ message: "opened here", span: { start: 9, end: 10 } }]);
  });

  it("speaks of files that are far too long", () => {
    const { diagnostics } = parse({ path: "t.msz", text: " ".repeat(4 * 1024 * 1024 + 1) });
    expect(diagnostics).toMatchObject([{ code: "file-too-large", span: { start: 0, end: 0 } }]);
  });
});

describe("one lost token costs few diagnostics", () => {
  // One token is left out at a time: at most two diagnostics, and one nearly always.
  for (const { name, text } of examples.slice(0, 4)) {
    it(name, () => {
      const words = text.split(/(\/\/[^\n]*|"[^"\n]*"|\w+|\s+|[^\w\s])/).filter((word) => word !== "");
      const counts = new Map<number, number>();
      for (const [index, word] of words.entries()) {
        if (word.trim() === "" || word.startsWith("//")) continue;
        const { diagnostics } = parse({ path: "t.msz", text: words.toSpliced(index, 1).join("") });
        counts.set(diagnostics.length, (counts.get(diagnostics.length) ?? 0) + 1);
      }
      const cascades = [...counts].filter(([count]) => count > 2).reduce((sum, [, times]) => sum + times, 0);
      const singles = (counts.get(0) ?? 0) + (counts.get(1) ?? 0);
      const all = [...counts.values()].reduce((sum, times) => sum + times, 0);
      expect(cascades, JSON.stringify([...counts])).toBe(0);
      expect(singles / all, JSON.stringify([...counts])).toBeGreaterThan(0.97);
    });
  }
});
