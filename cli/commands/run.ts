/**
 * `msz run`: text on stdout as it is made, the prompt first, or a translation a line; everything else on stderr. The first Ctrl-C stops it after the
 * piece at hand and exits with 130, as a shell expects of what was stopped; a second one kills it.
 */
import { buffer } from "node:stream/consumers";
import { MszError } from "../../src/base/error.js";
import type { Plan } from "../../src/plan/plan.js";
import { decodeText } from "../files.js";
import { note, result } from "../report.js";
import { openSession, type SessionOptions } from "../session.js";
import { expectDecoder } from "../spec.js";
import type { SearchOptions } from "../translate/options.js";
import { runTranslation } from "../translate/run.js";

export interface RunOptions extends SessionOptions, SearchOptions {
  readonly prompt?: string;
  readonly source?: string;
  readonly tokens?: number;
  readonly seed: number;
}

const defaultTokens = 200;

/** A text of so many contexts gets a word about it: models bear less, or much more. */
const farPast = 2;

/** 128 and the signal's number. */
const stoppedByUser = 130;

export async function run(file: string, options: RunOptions): Promise<void> {
  const { source } = options;
  const expect = (plan: Plan): void => checkOptions(plan, options);
  if (source === undefined) return generate(file, options, expect);
  if (await runTranslation(file, { ...options, source }, expect)) process.exitCode = stoppedByUser;
}

/** What is for a model that goes on with a text is not for one that translates, and the other way round. @throws MszError `bad-option`, `needs-source` */
function checkOptions({ model }: Plan, options: RunOptions): void {
  const odd = (names: readonly (keyof RunOptions)[]): string | undefined => {
    const name = names.find((n) => options[n] !== undefined);
    return name && `\`--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}\``;
  };
  if (!model.source) {
    const name = odd(["source", "beam", "lengthPenalty", "maxLength"]);
    if (name === undefined) return;
    throw new MszError("bad-option", `${name} is for a model that translates, and ${model.name} goes on with a text`, { hint: "it takes `--prompt`, `--tokens`, `--temperature`, `--top-k` and `--top-p`" });
  }
  if (options.prompt !== undefined) throw new MszError("bad-option", `\`--prompt\` is for a model that goes on with a text, and ${model.name} translates`, { hint: "name a file of sentences with `--source`, or type them: `--source -`" });
  if (options.source === undefined) throw new MszError("needs-source", `the model ${model.name} translates: it needs a source`, { hint: "name a file of sentences with `--source`, or type them: `--source -`" });
  if (options.tokens !== undefined) throw new MszError("bad-option", `\`--tokens\` is for a model that goes on with a text, and ${model.name} translates`, { reason: "a translation ends by itself", hint: "`--max-length` says where it ends at the latest" });
}

async function generate(file: string, options: RunOptions, expect: (plan: Plan) => void): Promise<void> {
  const { prompt: given = "", tokens = defaultTokens } = options;
  const prompt = given === "-" ? decodeText(await buffer(process.stdin), "the prompt") : given;
  const session = await openSession(file, options, (plan) => {
    expectDecoder(plan, "reads whole texts and writes none");
    expect(plan);
  });
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  try {
    const { temperature, topK, topP, seed } = options;
    let drawn = 0;
    let all = 0;
    let started = 0;
    const pieces = session.generate({ prompt, tokens, temperature, topK, topP, seed, signal: stop.signal });
    for await (const piece of pieces) {
      if (drawn === 0 && started === 0) {
        started = performance.now();
        await result(prompt === "" || session.plan.model.vocabulary.kind !== "ids" ? prompt : `${prompt} `);
      } else drawn += piece.ids.length;
      all += piece.ids.length;
      await result(piece.text);
    }
    await result("\n");
    const { name, positionLimit, context, begin } = session.plan.model;
    const read = session.vocabulary.encode(prompt).length + (begin === null ? 0 : 1);
    if (positionLimit !== null && all < tokens && read + all >= positionLimit) note(`stopped: ${name} has learned positions for ${positionLimit} tokens`);
    else if (context !== null && read + all > farPast * context) note(`the text has ${read + all} tokens, and ${name}'s context is ${context}: how well it goes on so far behind that depends on the mixer`);
    if (stop.signal.aborted) process.exitCode = stoppedByUser;
    // The first piece carries the prompt's cost, so speed is that of the tokens after it.
    const seconds = (performance.now() - started) / 1000;
    if (process.stderr.isTTY && drawn > 0) note(`${(drawn / seconds).toFixed(0)} tokens/s on ${session.device.backend} (${session.device.description})`);
  } finally {
    session.dispose();
  }
}
