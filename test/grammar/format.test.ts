/** Canonical text: the same AST, every comment, and a second formatting that changes nothing. */
import fc from "fast-check";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { format, parse } from "../../grammar/index.js";
import { examples } from "./examples.js";
import { withoutSpans } from "./strip.js";

function formatted(text: string): string {
  const result = format({ path: "t.msz", text });
  if (result === undefined) throw new Error(`does not parse:\n${text}\n${JSON.stringify(parse({ path: "t.msz", text }).diagnostics.map(({ message }) => message))}`);
  return result;
}

function astOf(text: string): unknown {
  const { file, diagnostics } = parse({ path: "t.msz", text });
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  return withoutSpans(file);
}

function checkRoundTrip(text: string): string {
  const once = formatted(text);
  expect(astOf(once)).toEqual(astOf(text));
  expect(formatted(once)).toBe(once);
  return once;
}

const root = join(import.meta.dirname, "../..");
const files = ["specs", "test/golden"].flatMap((folder) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".msz"))
        .map((file) => join(folder, file))
    : [],
);

describe("round trip", () => {
  for (const file of files) it(file, () => void checkRoundTrip(readFileSync(join(root, file), "utf8")));
  for (const { name, text } of examples) it(name, () => void checkRoundTrip(text));

  it("leaves the language's own examples as they are written", () => {
    for (const name of ["hybrid.msz", "shakespeare.msz", "translation.msz", "mt-full-memsizer.msz", "lm-adaptive.msz"]) {
      const { text } = examples.find((example) => example.name === name)!;
      expect(formatted(text)).toBe(text);
    }
  });

  it("says undefined of a text that does not parse", () => {
    expect(format({ path: "t.msz", text: "model {" })).toBeUndefined();
  });

  it("makes nothing of nothing", () => {
    expect(formatted("")).toBe("");
    expect(formatted(" \n\n")).toBe("");
    expect(formatted("\n// only\n\n\n/* this */")).toBe("// only\n\n/* this */\n");
  });
});

describe("layout", () => {
  const cases: [name: string, text: string, expected: string][] = [
    [
      "one setting a line, aligned in runs",
      "model A{width=3,dropout=0\n\n\ncontext=4\nattention_dropout=1\nend=2, layers 2{m(a:1)  f()}}",
      "model A {\n  width   = 3\n  dropout = 0\n\n  context = 4\n  attention_dropout = 1\n  end     = 2\n  layers 2 {\n    m(a: 1)\n    f()\n  }\n}\n",
    ],
    ["a short block stays on its line", "train{a=1,b=[1,2]}\ngenerate {\n a = 1 }", "train { a = 1, b = [1, 2] }\n\ngenerate {\n  a = 1\n}\n"],
    ["items with a body stand apart", "use \"a\"\nlet b=1\nmixer m(){}\nmodel M{}", 'use "a"\nlet b = 1\n\nmixer m() {}\n\nmodel M {}\n'],
    ["brackets only where needed", "let a = (1) + (2 * (3)) - (4 - 5) ^ (6 ^ 7) * (-8) / (9 / (f((x))))", "let a = 1 + 2 * 3 - (4 - 5) ^ 6 ^ 7 * -8 / (9 / f(x))\n"],
    ["brackets that carry meaning stay", "let a = -(1 ^ 2) + (-1) ^ 2 - (2 ^ 3) ^ 4 - (1 + 2) - (-(1 - 2))", "let a = -1 ^ 2 + (-1) ^ 2 - (2 ^ 3) ^ 4 - (1 + 2) - -(1 - 2)\n"],
    ["numbers and texts keep their spelling", 'let a = [1_000, 3E-4, 0.50, "a\\t"]', 'let a = [1_000, 3E-4, 0.50, "a\\t"]\n'],
    [
      "a long statement goes on below",
      `mixer m() {\n  out = ${"abcdefghij + ".repeat(9)}x\n  y = 1\n}`,
      `mixer m() {\n  out =\n    ${"abcdefghij + ".repeat(9)}x\n  y = 1\n}\n`,
    ],
    ["CRLF becomes LF", "let a = 1\r\n\r\n// x \r\nlet b = 2\r\n", "let a = 1\n\n// x\nlet b = 2\n"],
  ];
  for (const [name, text, expected] of cases) {
    it(name, () => expect(checkRoundTrip(text)).toBe(expected));
  }
});

describe("comments", () => {
  const cases: [name: string, text: string, expected: string][] = [
    ["behind code", "let a = 1   // one\nlet b = 2 /* two */ // three", "let a = 1 // one\nlet b = 2 /* two */ // three\n"],
    ["inside a constant", "/// doc\nlet a = /* x */ 1 + /// y\n 2", "/* x */\n// y\n/// doc\nlet a = 1 + 2\n"],
    ["inside a statement", "mixer m() {\n  // own\n  x = f( // in\n    1) // behind\n}", "mixer m() {\n  // own\n  // in\n  x = f(1) // behind\n}\n"],
    ["in a header", "/// doc\nmixer m( // p\n a: axis) { // b\n}", "/// doc\nmixer m(a: axis) {\n  // p\n  // b\n}\n"],
    ["behind a brace", "mixer m() { // begins\n  out = x\n  // last\n} // ends\n// after", "mixer m() { // begins\n  out = x\n  // last\n} // ends\n// after\n"],
    ["blocks of several lines", "/* a\n     b */\nlet a = 1 /* c\n d */ // e", "/* a\n     b */\nlet a = 1 /* c\n d */ // e\n"],
    ["documentation behind code is no documentation", "let a = 1 /// x\nlet b = 2", "let a = 1 /// x\nlet b = 2\n"],
  ];
  for (const [name, text, expected] of cases) {
    it(name, () => expect(checkRoundTrip(text)).toBe(expected));
  }

  it("keeps every comment wherever it is put", () => {
    const text = examples.find(({ name }) => name === "values")!.text + examples.find(({ name }) => name === "translation.msz")!.text;
    // Between any two tokens and in all three forms.
    const places = [...text.matchAll(/(?<=[\s(){}[\],=:+*/^-])(?=\S)/g)].map(({ index }) => index).filter((at) => !insideTextOrComment(text, at));
    expect(places.length).toBeGreaterThan(150);
    let kept = 0;
    for (const at of places) {
      for (const comment of ["/* note */", "// note\n", "/// note\n", "\n/// note\n"]) {
        const marked = `${text.slice(0, at)} ${comment}${text.slice(at)}`;
        // `3e-4` is one token; nothing can stand inside.
        if (format({ path: "t.msz", text: marked }) === undefined) continue;
        expect(checkRoundTrip(marked)).toContain("note");
        kept++;
      }
    }
    expect(kept).toBeGreaterThan(4 * places.length - 20);
  });
});

function insideTextOrComment(text: string, at: number): boolean {
  const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  return line.includes("//") || line.replaceAll('\\"', "").split('"').length % 2 === 0;
}

describe("any text that can be written", () => {
  const name = fc.constantFrom("a", "b_c", "state", "layers", "use", "x1", "cross", "width");
  const number = fc.constantFrom("0", "1", "2_000", "0.5", "3e-4");
  const text = fc.constantFrom('"a"', '"\\"\\\\\\n"', '""');
  const gap = fc.constantFrom("", " ", "\n", "  ", " /* c */ ", " // d\n");
  const spaced = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc.tuple(...parts.flatMap((part, i) => (i === 0 ? [part] : [gap, part]))).map((all) => all.join(""));
  const { expr } = fc.letrec<{ expr: string; part: string }>((tie) => ({
    part: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      number,
      name,
      text,
      fc.constantFrom("true", "false"),
      spaced(fc.constant("("), tie("expr"), fc.constant(")")),
      spaced(fc.constant("-"), tie("part")),
      fc.tuple(name, fc.array(fc.tuple(fc.option(name), tie("expr")), { maxLength: 3 })).map(([f, args]) => `${f}(${args.map(([label, value]) => (label === null ? value : `${label}: ${value}`)).join(", ")})`),
      fc.array(tie("expr"), { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
    ),
    expr: fc.oneof({ depthSize: "small", withCrossShrink: true }, tie("part"), spaced(tie("part"), fc.constantFrom("+", "-", "*", "/", "^"), tie("expr"))),
  }));
  const setting = spaced(name, fc.constant("="), expr);
  const settings = fc.array(setting, { maxLength: 3 });
  const call = fc.tuple(name, expr).map(([f, value]) => `${f}(${value})`);
  const layers = fc.tuple(number, fc.array(fc.tuple(fc.constantFrom("", "cross "), call), { maxLength: 3 })).map(([n, parts]) => `layers ${n} { ${parts.map((part) => part.join("")).join(" ")} }`);
  const statement = fc.oneof(
    setting,
    fc.tuple(fc.constantFrom("axis", "cache"), name, expr).map(([kind, n, value]) => `${kind} ${n} = ${value}`),
    fc.tuple(fc.constantFrom("param", "state"), name, fc.array(name, { minLength: 1, maxLength: 3 }), expr).map(([kind, n, axes, value]) => `${kind} ${n}[${axes.join(", ")}] = ${value}`),
  );
  const lines = (parts: readonly string[]): string => parts.map((part) => `\n${part}`).join("");
  const item = fc.oneof(
    text.map((path) => `use ${path}`),
    fc.tuple(name, expr).map(([n, value]) => `let ${n} = ${value}`),
    fc.tuple(name, fc.array(fc.tuple(name, fc.option(number)), { maxLength: 2 }), fc.array(statement, { maxLength: 4 })).map(
      ([n, parameters, body]) => `mixer ${n}(${parameters.map(([p, given]) => `${p}: number${given === null ? "" : ` = ${given}`}`).join(", ")}) {${lines(body)}\n}`,
    ),
    fc.tuple(name, settings, fc.array(layers, { maxLength: 2 })).map(([n, body, blocks]) => `model ${n} {${lines([...body, ...blocks])}\n}`),
    fc.tuple(fc.constantFrom("train", "generate"), settings).map(([kind, body]) => `${kind} { ${body.join(", ")} }`),
  );
  const doc = fc.constantFrom("", "/// doc\n", "// c\n\n", "/// a\n/// b\n");
  const file = fc.array(fc.tuple(doc, item), { maxLength: 5 }).map((items) => items.map((each) => each.join("")).join("\n"));

  it("formats to a text with the same AST, once and for all", () => {
    fc.assert(
      fc.property(file, (source) => void checkRoundTrip(source)),
      { numRuns: 500, seed: 42 },
    );
  });
});
