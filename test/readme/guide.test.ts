/**
 * The guide in specs/std/README.md is run from top to bottom: a spec under a line that ends in its file's name is written there, and each
 * `console` block's command prints what stands under it. Its table of mixers is held to the folder: every file is in it, with the class
 * that is derived and the bytes of state that the graphs have. `UPDATE=1` writes the outputs into the guide.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { derive } from "../../compiler/2-derive/index.js";
import type { MixerInstance } from "../../src/model/model.js";
import type { Expr, Mixer } from "../../src/ast/ast.js";
import { parse } from "../../grammar/index.js";
import { checkText, readSource } from "../check/load.js";
import { standardNames } from "../std/mixers.js";
import { checkCommand, commands, root, scratchFolder } from "./console.js";

const path = join(root, "specs/std/README.md");
const guide = readFileSync(path, "utf8");
const folder = scratchFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("commands", () => {
  for (const [, name, text] of guide.matchAll(/`(\w+\.msz)`:\n\n```msz\n([\s\S]*?)^```$/gm)) writeFileSync(join(folder, name!), text!);
  expect(commands(guide).length).toBeGreaterThan(6);
  test.each(commands(guide))("%s", (command, block) => checkCommand(path, command, block, folder), 120_000);
});

const rows = [...guide.matchAll(/^\| \[`(\w+)`\]\((\w+\.msz)\) \| (\w+)([^|]*) \| `([^`]*)`([^|]*) \| ([^|]+) \|$/gm)];

test("the table has every mixer, in order", () => {
  expect(rows.map((row) => row[1])).toEqual(standardNames());
  for (const [, name, file] of rows) expect(file).toBe(`${name}.msz`);
});

test.each(rows.map((row) => [row[1]!, row] as const))("the table is right about %s", (name, [, , , className, , formula]) => {
  const { caches, states, convolutions } = instanceOf(name);
  const classes = [...states.map((s) => s.normal?.class), ...caches.map(() => "growing")];
  expect(new Set(classes)).toEqual(new Set([className]));
  const sizeOf = (axes: readonly { readonly size: number }[]): number => axes.reduce((n, a) => n * a.size, 1);
  const numbers = [...states, ...caches].map((s) => sizeOf(s.axes)).concat(convolutions.map((c) => (c.size - 1) * sizeOf(c.axes)));
  expect(valueOf(formula!, sizes(name))).toBe(4 * numbers.reduce((a, b) => a + b, 0));
});

test("files that it links to exist", () => {
  for (const [, link] of guide.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)) expect(existsSync(join(dirname(path), link!)), link).toBe(true);
});

const width = 64;
const given = { heads: 8, slots: 12 };

function mixerOf(name: string): Mixer {
  const mixer = parse(readSource(`specs/std/${name}.msz`)).file.items.find((item): item is Mixer => item.kind === "mixer" && item.name.text === name);
  if (!mixer) throw new Error(`no mixer ${name}`);
  return mixer;
}

/** In a model of one stack, or in an encoder where that is refused. */
function instanceOf(name: string): MixerInstance {
  const wanted = mixerOf(name).parameters.map((p) => p.name.text).filter((p): p is keyof typeof given => p in given);
  const layer = `layers 1 { ${name}(${wanted.map((p) => `${p}: ${given[p]}`).join(", ")}) }`;
  for (const body of [layer, `encoder { ${layer} }`]) {
    const { model } = checkText(`model M { vocabulary = 11, width = ${width}\n${body} }`);
    const derived = model && derive(model).model;
    const found = [...(derived?.layers ?? []), ...(derived?.encoder?.layers ?? [])].flat().find((s) => s.kind === "mixer");
    if (found?.kind === "mixer") return found.mixer;
  }
  throw new Error(`${name} is in no model`);
}

/** What the names in a formula stand for: the arguments, those left out by their defaults. */
function sizes(name: string): Readonly<Record<string, number>> {
  const defaults = mixerOf(name).parameters.flatMap(({ name: { text }, default: value }) => (value?.kind === "number" ? [[text, value.value] as const] : []));
  return { ...Object.fromEntries(defaults), ...given, width };
}

/** Arithmetic in the language's own words. */
function valueOf(formula: string, names: Readonly<Record<string, number>>): number {
  const { file } = parse({ path: "formula.msz", text: `let bytes = ${formula}\n` });
  const item = file.items[0];
  if (item?.kind !== "let") throw new Error(`\`${formula}\` is no formula`);
  const value = (expr: Expr): number => {
    if (expr.kind === "number") return expr.value;
    if (expr.kind === "name" && names[expr.name] !== undefined) return names[expr.name]!;
    if (expr.kind !== "binary") throw new Error(`\`${formula}\` has more than arithmetic`);
    const [a, b] = [value(expr.left), value(expr.right)];
    return { "+": a + b, "-": a - b, "*": a * b, "/": a / b, "^": a ** b }[expr.operator];
  };
  return value(item.value);
}
