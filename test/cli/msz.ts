/**
 * The built command line as a user meets it: every test here spawns `dist/cli/main.js` (`npm test` builds it first), in a folder of
 * its own. `MSZ_ADAPTER` is taken out of the environment, so that a developer's choice changes no result.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect } from "vitest";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const main = join(root, "dist/cli/main.js");
if (!existsSync(main)) throw new Error(`${main} is not there: build with \`npx tsc --build\` first`);

export interface Ran {
  /** Null when a signal killed it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd: string;
  /** What stdin holds; empty without. */
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

export async function msz(args: readonly string[], surroundings: Surroundings): Promise<Ran> {
  const child = startMsz(args, surroundings);
  child.stdin!.on("error", () => {}); // a command that refuses its options never reads
  child.stdin!.end(surroundings.input ?? "");
  return ended(child);
}

export function startMsz(args: readonly string[], { cwd, env }: Surroundings): ChildProcess {
  const { MSZ_ADAPTER: _, ...rest } = process.env;
  return spawn(process.execPath, [main, ...args], { cwd, env: { ...rest, ...env } });
}

/** All that a child has said, once it is gone. stdout must be valid UTF-8, always. */
export function ended(child: ChildProcess): Promise<Ran> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout!.on("data", (piece: Buffer) => out.push(piece));
  child.stderr!.on("data", (piece: Buffer) => err.push(piece));
  const text = (pieces: readonly Buffer[]): string => new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(pieces));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      try {
        resolve({ code, stdout: text(out), stderr: text(err) });
      } catch (error) {
        reject(error as Error);
      }
    });
  });
}

/** A folder that goes away after the file's tests. */
export function temporaryFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "msz-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** Names of all files below a folder, sorted: to show that nothing was left behind. */
export function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).map(String).sort();
}

/** One error in the one shape, nothing on stdout, the exit code of the user's input (1) or the machine (2). */
export function expectRefused(ran: Ran, stderr: string, exit: 1 | 2 = 1): void {
  expect(ran).toEqual({ code: exit, stdout: "", stderr: `${stderr}\n` });
  expect(stderr).toMatch(/^error\[[a-z0-9-]+\]: [^A-Z]/);
  expect(stderr.split("\n")[0]).not.toMatch(/\.$/);
}

export const tinySpec = `let size = 8

model Tiny {
  vocabulary = bytes
  width      = size

  layers 1 {
    memory(slots: 4, heads: 2)
    feed_forward(hidden: 8)
  }
}
`;
