/**
 * Walls that the type checker does not see: the order of the stages inside compiler/, what a runtime may know, no rule that
 * knows a mixer by its name, no mutable state of a module.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const folders = ["grammar", "src", "compiler", "runtime", "cli"];

interface Source {
  /** `compiler/3-graph/emit.ts` */
  readonly path: string;
  readonly tree: ts.SourceFile;
}

const sources: readonly Source[] = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    // Ajv's code for the plan's schema is written by a program.
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".generated.ts"))
    .map((name) => join(folder, name))
    .map((path) => ({ path, tree: ts.createSourceFile(path, readFileSync(join(root, path), "utf8"), ts.ScriptTarget.Latest, true) })),
);

/** Every import, re-export, `import type` and `import(…)` of a file, types inside it included. */
function importsOf({ tree }: Source): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      found.push(node.moduleSpecifier.text);
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) found.push(node.argument.literal.text);
    const [argument] = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword ? node.arguments : [];
    if (argument && ts.isStringLiteral(argument)) found.push(argument.text);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** Imports of the repository's own files, as paths from its root. */
function ownImports(source: Source): string[] {
  return importsOf(source)
    .filter((name) => name.startsWith("."))
    .map((name) => relative(root, join(root, dirname(source.path), name)));
}

/** Texts that could be compared with a name: not those inside a message. */
function literalsOf({ tree }: Source): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** 3 for `compiler/3-graph/…`, nothing for what is above the stages. */
function stageOf(path: string): number | undefined {
  const stage = /^compiler\/(\d+)-/.exec(path)?.[1];
  return stage === undefined ? undefined : Number(stage);
}

test("there is something to look at", () => {
  expect(sources.length).toBeGreaterThan(150);
  expect(new Set(sources.flatMap(({ path }) => stageOf(path) ?? [])).size).toBe(7);
  expect(sources.flatMap(ownImports).length).toBeGreaterThan(500);
});

test("a compiler stage imports no higher one, and nothing that stands above the stages", () => {
  const wrong = sources.flatMap((source) => {
    const own = stageOf(source.path);
    if (own === undefined) return [];
    return ownImports(source)
      .filter((path) => path.startsWith("compiler/") && (stageOf(path) ?? Infinity) > own)
      .map((path) => `${source.path} imports ${path}`);
  });
  expect(wrong).toEqual([]);
});

test("the runtime imports src/base, src/plan and itself", () => {
  const allowed = ["runtime/", "src/base/", "src/plan/"];
  const wrong = sources
    .filter(({ path }) => path.startsWith("runtime/"))
    .flatMap((source) => ownImports(source).filter((path) => !allowed.some((a) => path.startsWith(a))).map((path) => `${source.path} imports ${path}`));
  expect(wrong).toEqual([]);
});

test("the compiler and the nouns touch no files, no clock and no chance", () => {
  const pure = sources.filter(({ path }) => /^(compiler|grammar|src)\//.test(path));
  const wrong = pure.flatMap((source) => {
    const modules = importsOf(source).filter((name) => name.startsWith("node:"));
    const calls = source.tree.text.match(/\b(Math\.random|Date\.now|new Date|performance\.now)\b/g) ?? [];
    return [...modules, ...calls].map((what) => `${source.path} uses ${what}`);
  });
  expect(wrong).toEqual([]);
});

describe("no code knows a standard mixer by its name", () => {
  const names = readdirSync(join(root, "specs/std")).filter((n) => n.endsWith(".msz")).map((n) => basename(n, ".msz"));

  test("the standard library has mixers", () => {
    expect(names.length).toBeGreaterThan(3);
  });

  /**
   * `attention` is also the name of an op, a kernel and a step: those are spoken of in the files below, none of which sees a
   * mixer's name.
   */
  const opFiles = /^(src\/graph|src\/plan|compiler\/[3-7]-|compiler\/explain\/costs|runtime\/tfjs)/;
  test.each(names)("%s", (name) => {
    const wrong = sources.flatMap((source) =>
      literalsOf(source)
        .filter((text) => text === name || new RegExp(`^${name}[.(]|[.]${name}([.(]|$)`).test(text))
        .filter(() => !(name === "attention" && opFiles.test(source.path)))
        .map((text) => `${source.path}: ${JSON.stringify(text)}`),
    );
    expect(wrong).toEqual([]);
  });
});

/** Collections that a module fills as it runs, each with its reason beside it. */
const filledByModules = ["runtime/webgpu/node/find.ts: neverCollected"];

test("no module has a collection that is filled later", () => {
  const isEmpty = (value: ts.Expression | undefined): boolean =>
    value !== undefined &&
    ((ts.isNewExpression(value) && /^(Weak)?(Map|Set)$/.test(value.expression.getText()) && !value.arguments?.length) ||
      (ts.isArrayLiteralExpression(value) && value.elements.length === 0) ||
      (ts.isObjectLiteralExpression(value) && value.properties.length === 0));
  const found = sources.flatMap(({ path, tree }) =>
    tree.statements
      .filter(ts.isVariableStatement)
      .flatMap((s) => s.declarationList.declarations)
      .filter((d) => isEmpty(d.initializer))
      .map((d) => `${path}: ${d.name.getText()}`),
  );
  expect(found).toEqual(filledByModules);
});

test("no module has a variable that changes", () => {
  const wrong = sources.flatMap(({ path, tree }) =>
    tree.statements
      .filter((s) => ts.isVariableStatement(s) && !(s.declarationList.flags & ts.NodeFlags.Const))
      .map((s) => `${path}:${tree.getLineAndCharacterOfPosition(s.getStart()).line + 1} ${s.getText().split("\n")[0]}`),
  );
  expect(wrong).toEqual([]);
});
