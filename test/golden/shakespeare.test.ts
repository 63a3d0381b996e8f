/**
 * The trained model beside its spec goes on from four prompts greedily, character for character as a second implementation did.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileFile } from "../../cli/spec.js";
import { bytesSource, load, type Session } from "../../runtime/index.js";
import { quickBackends, simulated } from "../helpers/backends.js";

const here = (path: string): string => new URL(path, import.meta.url).pathname;
const figures = JSON.parse(readFileSync(here("./shakespeare-small.json"), "utf8")) as { greedy: Record<string, string> };

describe.each(quickBackends)("$name", ({ options }) => {
  let session: Session;
  beforeAll(async () => {
    const { plan } = compileFile(here("../../specs/shakespeare-small.msz"));
    session = await load(plan, bytesSource(readFileSync(here("../../specs/shakespeare-small.safetensors")), "weights"), options);
  });
  afterAll(() => session?.dispose());

  // A simulated device takes a second for ten characters: one prompt shows that its text is the same too.
  test.each(Object.entries(figures.greedy).slice(0, simulated(options.backend) ? 1 : undefined))("goes on greedily from %j", async (prompt, whole) => {
    let text = prompt;
    for await (const piece of session.generate({ prompt, temperature: 0, tokens: whole.length - prompt.length })) text += piece.text;
    expect(text).toBe(whole);
  });
});
