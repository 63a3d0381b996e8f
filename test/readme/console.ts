/** Documents that are run: the fenced blocks of a text, and the commands in its `console` blocks beside what stands under them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";

export const root = new URL("../../", import.meta.url).pathname;

export function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map((m) => m[1]!);
}

/** The commands of a text, each with its block. */
export function commands(text: string): (readonly [command: string, block: string])[] {
  return blocks(text, "console").map((block) => [block.slice(2, block.indexOf("\n")), block] as const);
}

/** A folder in which `specs/` and `test/` are the repository's, and what commands write is thrown away. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "msz-readme-"));
  for (const name of ["specs", "test", "node_modules"]) symlinkSync(join(root, name), join(folder, name));
  return folder;
}

/** Runs a block's command in the folder. With `UPDATE` what it prints is written under it, into the document at `path`. */
export function checkCommand(path: string, command: string, block: string, folder: string): void {
  const shell = command.replace(/\bnpx msz /, `'${process.execPath}' '${join(root, "dist/cli/main.js")}' `);
  const { stdout, stderr } = spawnSync("sh", ["-c", shell], { cwd: folder, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
  // The warning of a software adapter depends on the machine, and the documents say so in words.
  const output = withoutTimes(stdout + stderr.replace(/^warning: no GPU is used.*\n/m, ""));
  const expected = withoutTimes(block.slice(block.indexOf("\n") + 1));
  if (process.env.UPDATE && output !== expected) {
    const now = readFileSync(path, "utf8");
    const printed = output.trimEnd() === "" ? "" : `${output.trimEnd()}\n`;
    writeFileSync(path, now.replace(`$ ${command}\n${expected}`, () => `$ ${command}\n${printed}`));
  } else expect(output.trimEnd()).toBe(expected.trimEnd());
}

/** How long something took depends on the machine. */
function withoutTimes(text: string): string {
  return text.replace(/\b\d+ (min \d+ )?s\b/g, "14 s");
}
