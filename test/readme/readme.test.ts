/**
 * The README is run, not believed: every `console` block's command prints what stands under it (stdout and stderr as a terminal
 * shows them; `guide.test.ts` does the same for the guide to mixers), every `msz` block compiles, and the library example runs. `UPDATE=1` writes the outputs into the README.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { compile } from "../../compiler/index.js";
import { renderDiagnostics } from "../../src/base/render.js";
import { blocks, checkCommand, commands, root, scratchFolder } from "./console.js";

const readmePath = join(root, "README.md");
const readme = readFileSync(readmePath, "utf8");
const folder = scratchFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("commands", () => {
  const consoles = commands(readme);
  expect(consoles.length).toBeGreaterThan(4);
  test.each(consoles)("%s", (command, block) => checkCommand(readmePath, command, block, folder));
});

test("every spec in it compiles", () => {
  const specs = blocks(readme, "msz");
  expect(specs.length).toBeGreaterThan(1);
  for (const text of specs) {
    const name = /mixer (\w+)/.exec(text)?.[1] ?? "";
    const call = text.includes("heads: axis") ? `${name}(slots: 8, heads: 2)` : `${name}(slots: 8)`;
    const source = { path: "README.md", text: `${text}\nmodel M { vocabulary = bytes, width = 16\n layers 1 { ${call} } }\n` };
    const { plan, diagnostics } = compile(source);
    expect(plan, renderDiagnostics(diagnostics)).toBeDefined();
  }
});

test("the library example runs", () => {
  const [example] = blocks(readme, "ts");
  const work = mkdtempSync(join(tmpdir(), "msz-library-"));
  try {
    execFileSync("mkdir", ["-p", join(work, "node_modules")]);
    symlinkSync(root, join(work, "node_modules/msz"));
    symlinkSync(join(root, "specs"), join(work, "specs"));
    const file = join(work, "example.mjs");
    writeFileSync(file, `${example}\nprocess.stdout.write("", () => process.exit(fork.length === 6 ? 0 : 1));\n`);
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], { cwd: work, encoding: "utf8" });
    expect(status, stderr).toBe(0);
    expect(stdout.length).toBeGreaterThan(50);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
});

test("files that it links to exist", () => {
  for (const [, path] of readme.matchAll(/\]\((?!https?:)([^)]+)\)/g)) expect(existsSync(join(root, path!.replace(/#.*/, ""))), path).toBe(true);
});
