/**
 * 20,000 mutations of the specs in the repository, and texts made to be slow: parse never throws and never hangs.
 * The seed is fixed, so a failure names a case that can be run again.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { format, parse } from "../../grammar/index.js";
import { examples } from "./examples.js";

const mutations = 20_000;
const longestMs = 50;

/** xorshift32: small, and the same on every machine. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function readSpecs(): string[] {
  const root = join(import.meta.dirname, "../..");
  return ["specs", "test/golden"].flatMap((folder) => {
    const path = join(root, folder);
    if (!existsSync(path)) return [];
    return readdirSync(path, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".msz"))
      .sort()
      .map((file) => readFileSync(join(path, file), "utf8"));
  });
}

const pieces = [
  "{", "}", "(", ")", "[", "]", "=", ":", ",", "+", "-", "*", "/", "^", '"', "'", "//", "/*", "*/", "///", "#", "@", "\\", "\n", " ", "\r\n",
  "1", "1__0", "3e-4", "0x", ".", "é", "\u00a0", "\ud800", "\0", "x", "state", "cache", "param", "axis", "layers", "encoder", "decoder", "cross", "use", "let",
  "mixer", "model", "train", "generate", "true", "false", "state a[", "let a = ", "mixer m(", "model M {", "layers 3 {", "name = ", "((((", "}}}}",
];

/** One mutation: delete, duplicate, swap or insert characters or words, cut off, or join two files. */
function mutate(text: string, others: readonly string[], random: (below: number) => number): string {
  const at = random(text.length + 1);
  const size = 1 + random(random(4) === 0 ? 60 : 4);
  switch (random(9)) {
    case 0:
      return text.slice(0, at) + text.slice(at + size);
    case 1:
      return text.slice(0, at) + text.slice(at, at + size).repeat(2 + random(3)) + text.slice(at + size);
    case 2: {
      const other = random(text.length + 1);
      const [a, b] = at < other ? [at, other] : [other, at];
      return text.slice(0, a) + text.slice(b, b + size) + text.slice(a + size, b) + text.slice(a, a + size) + text.slice(b + size);
    }
    case 3:
      return text.slice(0, at) + pieces[random(pieces.length)]! + text.slice(at);
    case 4:
      return text.slice(0, at) + String.fromCharCode(random(random(3) === 0 ? 65_536 : 128)) + text.slice(at);
    case 5:
      return text.slice(0, at);
    case 6: {
      const other = others[random(others.length)]!;
      return text.slice(0, at) + other.slice(random(other.length + 1));
    }
    default: {
      // By words: lose, double, exchange or replace one.
      const words = text.split(/(\s+|\b)/);
      const i = random(words.length);
      const j = random(words.length);
      const kind = random(4);
      if (kind === 0) words.splice(i, 1);
      else if (kind === 1) words.splice(i, 0, words[i]!);
      else if (kind === 2) [words[i], words[j]] = [words[j]!, words[i]!];
      else words[i] = pieces[random(pieces.length)]!;
      return words.join("");
    }
  }
}

function timed(text: string): number {
  const start = performance.now();
  const before = process.cpuUsage();
  const { diagnostics } = parse({ path: "fuzz.msz", text });
  const used = process.cpuUsage(before);
  // Where another process has the core, the clock goes on and the time used does not.
  const took = Math.min(performance.now() - start, (used.user + used.system) / 1000);
  for (const { span } of diagnostics) {
    if (!span || span.start < 0 || span.end < span.start || span.end > text.length) throw new Error(`span ${span?.start}..${span?.end} of ${text.length}`);
  }
  return took;
}

describe("hostile text", () => {
  it(`survives ${mutations} mutations, each in under ${longestMs} ms`, () => {
    const specs = [...readSpecs(), ...examples.map(({ text }) => text)];
    const random = makeRandom(20_260_101);
    for (let i = 0; i < 200; i++) timed(specs[i % specs.length]!);
    const slow: string[] = [];
    for (let i = 0; i < mutations; i++) {
      let text = specs[random(specs.length)]!;
      for (let n = random(3); n >= 0; n--) text = mutate(text, specs, random);
      try {
        // A slow case is tried once more, for a collection of garbage may have come between.
        if (timed(text) > longestMs && timed(text) > longestMs) slow.push(text);
      } catch (error) {
        throw new Error(`mutation ${i}: ${String(error)}\n${text}`, { cause: error });
      }
    }
    expect(slow).toEqual([]);
    // The whole takes some 10 s; a busy machine may need far longer.
  }, 300_000);

  it("formats what parses, and again to the same", () => {
    const specs = examples.map(({ text }) => text);
    const random = makeRandom(7);
    let formatted = 0;
    for (let i = 0; i < 2_000; i++) {
      const text = mutate(specs[random(specs.length)]!, specs, random);
      const once = format({ path: "fuzz.msz", text });
      if (once === undefined) continue;
      formatted++;
      expect(format({ path: "fuzz.msz", text: once }), text).toBe(once);
    }
    expect(formatted).toBeGreaterThan(100);
  });

  it("refuses 50 MB at once", () => {
    const { file, diagnostics } = parse({ path: "big.msz", text: "let a = 1\n".repeat(5_000_000) });
    expect(diagnostics.map(({ code }) => code)).toEqual(["file-too-large"]);
    expect(file.items).toEqual([]);
  });

  const deep = 100_000;
  const towers: Record<string, string> = {
    parentheses: `let a = ${"(".repeat(deep)}1${")".repeat(deep)}`,
    "parentheses never closed": `let a = ${"(".repeat(deep)}`,
    lists: `let a = ${"[".repeat(deep)}`,
    calls: `let a = ${"f(".repeat(deep)}`,
    braces: "{".repeat(deep),
    signs: `let a = ${"-".repeat(deep)}1`,
    powers: `let a = ${"2^".repeat(deep)}1`,
    sums: `let a = ${"1+".repeat(deep)}1`,
    "mistakes deep down": `let a = ${"f([".repeat(99)}${"*, ".repeat(deep)}`,
  };
  for (const [name, text] of Object.entries(towers)) {
    it(`survives ${deep} ${name}`, () => {
      const { diagnostics } = parse({ path: "deep.msz", text });
      expect(diagnostics.length).toBeGreaterThan(0);
      expect(diagnostics.length).toBeLessThan(5);
      if (!name.includes("mistakes") && name !== "braces") expect(diagnostics[0]!.code).toBe("nesting-too-deep");
    });
  }

  it("tells the deepest nesting that it reads", () => {
    const nested = (n: number): string[] => parse({ path: "deep.msz", text: `let a = ${"f(x: ".repeat(n)}1${")".repeat(n)}` }).diagnostics.map(({ code }) => code);
    expect(nested(200)).toEqual([]);
    expect(nested(201)).toEqual(["nesting-too-deep"]);
  });

  it("shows at most 50 mistakes and says how many more there are", () => {
    const { diagnostics } = parse({ path: "many.msz", text: "let a = 1__0\n".repeat(80) });
    expect(diagnostics).toHaveLength(51);
    expect(diagnostics.at(-1)).toMatchObject({ code: "more-mistakes", message: "30 more syntax mistakes are not shown" });
  });
});
