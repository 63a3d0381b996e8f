/** Each construct of the language as AST, with the text that its span covers. */
import { describe, expect, it } from "vitest";
import type { Expr, Item, Let, Mixer, ModelItem, Statement } from "../../src/ast/ast.js";
import { spanText } from "../../src/base/source.js";
import { makeGrammar, parse } from "../../grammar/index.js";
import { examples } from "./examples.js";
import { withoutSpans } from "./strip.js";

function parsed(text: string): readonly Item[] {
  const { file, diagnostics } = parse({ path: "t.msz", text });
  expect(diagnostics).toEqual([]);
  return file.items;
}

function one<K extends Item["kind"]>(text: string, kind: K): Extract<Item, { kind: K }> {
  const [item, ...rest] = parsed(text);
  expect(rest).toEqual([]);
  if (item?.kind !== kind) throw new Error(`expected ${kind}, got ${item?.kind}`);
  return item as Extract<Item, { kind: K }>;
}

function value(text: string): Expr {
  return one(`let it = ${text}`, "let").value;
}

/** Every operator in brackets: what binds to what. */
function shape(expr: Expr): string {
  switch (expr.kind) {
    case "number":
      return String(expr.value);
    case "string":
      return JSON.stringify(expr.value);
    case "flag":
      return String(expr.value);
    case "name":
      return expr.name;
    case "unary":
      return `(-${shape(expr.operand)})`;
    case "binary":
      return `(${shape(expr.left)} ${expr.operator} ${shape(expr.right)})`;
    case "list":
      return `[${expr.items.map(shape).join(", ")}]`;
    case "call":
      return `${expr.callee.text}(${expr.arguments.map((a) => (a.name ? `${a.name.text}: ` : "") + shape(a.value)).join(", ")})`;
  }
}

describe("files", () => {
  for (const { name, text } of examples) it(`parses ${name}`, () => void parsed(text));

  it("takes an empty file, or one of comments, without a word", () => {
    for (const text of ["", " \n", "// x", "/* x */", "/// x\n", "\uFEFF"]) expect(parsed(text)).toEqual([]);
  });

  it("gives the same AST for any line ending, and with a byte order mark", () => {
    const { text } = examples.find(({ name }) => name === "mixers.msz")!;
    const plain = withoutSpans(parse({ path: "t", text }).file);
    for (const other of [text.replaceAll("\n", "\r\n"), text.replaceAll("\n", "\r"), `\uFEFF${text}`]) {
      const { file, diagnostics } = parse({ path: "t", text: other });
      expect(diagnostics).toEqual([]);
      expect(withoutSpans(file)).toEqual(plain);
    }
  });

  it("passes chevrotain's own examination of tokens and grammar", () => {
    expect(makeGrammar({ validate: true }).parse({ path: "t", text: "let a = 1" }).diagnostics).toEqual([]);
  });

  it("keeps nothing from one file to the next", () => {
    const good = "mixer m(a: axis) { out = x }";
    const before = JSON.stringify(parse({ path: "t", text: good }));
    for (const bad of ["model {{{", "let a = ((", `let a = [${"*, ".repeat(500)}`, "/* "]) parse({ path: "t", text: bad });
    expect(JSON.stringify(parse({ path: "t", text: good }))).toBe(before);
  });
});

describe("items", () => {
  it("use", () => {
    const item = one('  use "mixers.msz" // x', "use");
    expect(item.path.value).toBe("mixers.msz");
    expect(spanText(item.path.span)).toBe('"mixers.msz"');
    expect(spanText(item.span)).toBe('use "mixers.msz"');
    expect(item.doc).toBe("");
  });

  it("let", () => {
    const item = one("let hidden =\n  4 * 192\n", "let");
    expect(item.name).toMatchObject({ text: "hidden" });
    expect(spanText(item.name.span)).toBe("hidden");
    expect(spanText(item.value.span)).toBe("4 * 192");
    expect(spanText(item.span)).toBe("let hidden =\n  4 * 192");
  });

  it("mixer", () => {
    const text = `mixer memory(slots: axis, gain: number = -0.354, name: text = "x", on: flag = true,) {
  axis channel = width / slots
  param fold[slots, channel] = normal(0.02)
  state bank[slots, width] = bank + key * value
  cache key = linear(source)
  out = x
}`;
    const item: Mixer = one(text, "mixer");
    expect(spanText(item.span)).toBe(text);
    expect(item.parameters.map(({ span }) => spanText(span))).toEqual(["slots: axis", "gain: number = -0.354", 'name: text = "x"', "on: flag = true"]);
    expect(item.parameters.map(({ name, type }) => [name.text, type.text])).toEqual([["slots", "axis"], ["gain", "number"], ["name", "text"], ["on", "flag"]]);
    expect(item.parameters.map((parameter) => parameter.default && spanText(parameter.default.span))).toEqual([undefined, "-0.354", '"x"', "true"]);
    expect(item.body.map(({ kind, name }) => `${kind} ${name.text}`)).toEqual(["axis channel", "param fold", "state bank", "cache key", "bind out"]);
    expect(item.body.map(({ span }) => spanText(span))).toEqual(text.split("\n").slice(1, -1).map((line) => line.trim()));
    const axes = (statement: Statement | undefined): string[] => (statement && "axes" in statement ? statement.axes.map(({ span }) => spanText(span)) : []);
    expect(item.body.map(axes)).toEqual([[], ["slots", "channel"], ["slots", "width"], [], []]);
  });

  it("model with layers", () => {
    const item: ModelItem = one("model M {\n  width = 3, norm = post,\n  layers 2 * n {\n    memory(slots: 4)\n  }\n}", "model");
    expect(item.name.text).toBe("M");
    expect(item.body.map(({ kind }) => kind)).toEqual(["setting", "setting", "layers"]);
    expect(item.body.map(({ span }) => spanText(span)).slice(0, 2)).toEqual(["width = 3", "norm = post"]);
    const layers = item.body[2];
    if (layers?.kind !== "layers") throw new Error("no layers");
    expect(spanText(layers.count.span)).toBe("2 * n");
    expect(layers.sublayers.map(({ span }) => spanText(span))).toEqual(["memory(slots: 4)"]);
    expect(spanText(layers.sublayers[0]!.call.span)).toBe("memory(slots: 4)");
  });

  it("model with two sides, members in the order of the text", () => {
    const item = one("model M { encoder { layers 6 { attention(heads: 8)  feed_forward() }\n vocabulary = 3 } decoder { layers 1 { cross memory(a: 1), f() } } }", "model");
    const [encoder, decoder] = item.body;
    if (encoder?.kind !== "side" || decoder?.kind !== "side") throw new Error("no sides");
    expect([encoder.side, decoder.side]).toEqual(["encoder", "decoder"]);
    expect(encoder.body.map(({ kind }) => kind)).toEqual(["layers", "setting"]);
    const layers = decoder.body[0];
    if (layers?.kind !== "layers") throw new Error("no layers");
    expect(layers.sublayers.map(({ cross, call, span }) => [cross, spanText(call.span), spanText(span)])).toEqual([
      [true, "memory(a: 1)", "cross memory(a: 1)"],
      [false, "f()", "f()"],
    ]);
  });

  it("train and generate", () => {
    const items = parsed("train { a = 1\n b = adamw(rate: 3e-3) }\ngenerate { temperature = 0.8, top_k = 40 }");
    expect(items.map(({ kind, span }) => [kind, spanText(span)])).toEqual([
      ["train", "train { a = 1\n b = adamw(rate: 3e-3) }"],
      ["generate", "generate { temperature = 0.8, top_k = 40 }"],
    ]);
  });

  it("documentation", () => {
    const items = parsed("// x\n/// lost\n// between\n/// one\n///two\n///\n///  three  \n\nlet a = 1 /// behind\nlet b = 2\n/// c\nmixer c() {\n  /// inside\n}\ntrain {}");
    expect(items.map(({ doc }) => doc)).toEqual(["one\ntwo\n\n three", "", "c", ""]);
  });
});

describe("contextual keywords", () => {
  it("are names where they stand as names", () => {
    const item = one("mixer m(axis: axis) {\n  state = axis + cache\n  param = state(use: 1, state)\n  state state[state] = state\n  cache cache = cross_memory\n  axis axis = states\n}", "mixer");
    expect(item.body.map(({ kind, name, value }) => `${kind} ${name.text} = ${shape(value)}`)).toEqual([
      "bind state = (axis + cache)",
      "bind param = state(use: 1, state)",
      "state state = state",
      "cache cache = cross_memory",
      "axis axis = states",
    ]);
  });

  it("do not break longer names", () => {
    expect(shape(value("true_ + falsehood + states + _layers + model2"))).toBe("((((true_ + falsehood) + states) + _layers) + model2)");
  });

  it("begin a member after an expression that could go on", () => {
    const item = one("model M {\n width = layers\n layers layers { f() }\n}", "model");
    expect(item.body.map(({ kind }) => kind)).toEqual(["setting", "layers"]);
  });
});

describe("expressions", () => {
  const cases: [text: string, expected: string][] = [
    ["1 + 2 * 3 - 4 / 5", "((1 + (2 * 3)) - (4 / 5))"],
    ["2 ^ 3 ^ 4", "(2 ^ (3 ^ 4))"],
    ["-2 ^ 2", "(-(2 ^ 2))"],
    ["2 ^ -3 ^ 4", "(2 ^ (-(3 ^ 4)))"],
    ["2 ^ -3 * 4", "((2 ^ (-3)) * 4)"],
    ["-a * -b", "((-a) * (-b))"],
    ["a - - -b - c", "((a - (-(-b))) - c)"],
    ["(a + b) * (c)", "((a + b) * c)"],
    ["((-a)) ^ 2", "((-a) ^ 2)"],
    ["f()", "f()"],
    ["f(a, b: -1, c: g(d))", "f(a, b: (-1), c: g(d))"],
    ["[0.9, [1], f(),]", "[0.9, [1], f()]"],
    ["[true, false, \"a\"]", "[true, false, \"a\"]"],
    ["a\n  + b\n  * c (\n d\n )", "(a + (b * c(d)))"],
  ];
  for (const [text, expected] of cases) it(text.replaceAll("\n", "⏎"), () => expect(shape(value(text))).toBe(expected));

  it("spans cover brackets around operands, not around the whole", () => {
    const spans: string[] = [];
    const walk = (expr: Expr): void => {
      spans.push(spanText(expr.span));
      if (expr.kind === "binary") [expr.left, expr.right].forEach(walk);
      if (expr.kind === "unary") walk(expr.operand);
    };
    walk(value("((a + b) * -(c - d) ^ 2)"));
    expect(spans).toEqual(["(a + b) * -(c - d) ^ 2", "a + b", "a", "b", "-(c - d) ^ 2", "(c - d) ^ 2", "c - d", "c", "d", "2"]);
  });

  it("spans of calls and arguments", () => {
    const call = value(" f( a, b : 2 ) ");
    if (call.kind !== "call") throw new Error("no call");
    expect(spanText(call.span)).toBe("f( a, b : 2 )");
    expect(call.arguments.map(({ span }) => spanText(span))).toEqual(["a", "b : 2"]);
    expect(spanText(call.arguments[1]!.name!.span)).toBe("b");
  });

  it("offsets count UTF-16 units", () => {
    const items = parsed('// 😀\nlet a = "😀é" + b\n');
    const sum = (items[0] as Let).value;
    if (sum.kind !== "binary") throw new Error("no sum");
    expect(spanText(sum.left.span)).toBe('"😀é"');
    expect(spanText(sum.right.span)).toBe("b");
  });

  it("numbers", () => {
    for (const [text, expected] of [["0", 0], ["1_000", 1000], ["20_000_000", 2e7], ["3e-4", 3e-4], ["1E+3", 1000], ["0.5", 0.5], ["1_0.2_5e1_".slice(0, -1), 102.5], ["1e-400", 0]] as const) {
      expect(value(text)).toMatchObject({ kind: "number", value: expected });
    }
  });

  it("texts", () => {
    expect(value(String.raw`"a \"b\" \\ \n \t //"`)).toMatchObject({ kind: "string", value: 'a "b" \\ \n \t //' });
    expect(value('""')).toMatchObject({ value: "" });
  });
});

describe("separators", () => {
  it("needs none after a brace, and takes commas between sublayers", () => {
    parsed("model M { layers 1 { a(), b() c() } layers 2 { } width = 3 }");
  });

  it("takes a comma and a new line both", () => {
    parsed("train {\n a = 1,\n b = 2,\n}");
  });
});
