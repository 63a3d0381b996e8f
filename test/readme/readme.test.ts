/**
 * The README is run, not believed: every `console` block's command prints what stands under it (stdout and stderr as a terminal
 * shows them), every `msz` block compiles, and the library example runs. `UPDATE=1` writes the outputs into the README.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { compile } from "../../compiler/index.js";
import { renderDiagnostics } from "../../src/base/render.js";

const root = new URL("../../", import.meta.url).pathname;
const readmePath = join(root, "README.md");
const readme = readFileSync(readmePath, "utf8");

/** A folder in which `specs/` and `test/` are the repository's, and what commands write is thrown away. */
const folder = mkdtempSync(join(tmpdir(), "msz-readme-"));
for (const name of ["specs", "test", "node_modules"]) symlinkSync(join(root, name), join(folder, name));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const blocks = (language: string): string[] => [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map((m) => m[1]!);

/** How long something took depends on the machine. */
function withoutTimes(text: string): string {
  return text.replace(/\b\d+ (min \d+ )?s\b/g, "14 s");
}

describe("commands", () => {
  const consoles = blocks("console");
  expect(consoles.length).toBeGreaterThan(4);
  test.each(consoles.map((block) => [block.slice(2, block.indexOf("\n")), block] as const))("%s", (command, block) => {
    const shell = command.replace(/^npx msz /, `'${process.execPath}' '${join(root, "dist/cli/main.js")}' `);
    const { stdout, stderr } = spawnSync("sh", ["-c", shell], { cwd: folder, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
    // The warning of a software adapter depends on the machine, and the README says so in words.
    const output = withoutTimes(stdout + stderr.replace(/^warning: no GPU is used.*\n/m, ""));
    const expected = withoutTimes(block.slice(block.indexOf("\n") + 1));
    if (process.env.UPDATE && output !== expected) {
      const now = readFileSync(readmePath, "utf8");
      writeFileSync(readmePath, now.replace(`$ ${command}\n${expected}`, () => `$ ${command}\n${output.trimEnd()}\n`));
    } else expect(output.trimEnd()).toBe(expected.trimEnd());
  });
});

test("every spec in it compiles", () => {
  const specs = blocks("msz");
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
  const [example] = blocks("ts");
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
  for (const [, path] of readme.matchAll(/\]\((?!https?:)([^)]+)\)/g)) expect(existsSync(join(root, path!)), path).toBe(true);
});
