/**
 * `msz run`: text on stdout as it is made, the prompt first; everything else on stderr. The first Ctrl-C stops it after the
 * piece at hand and exits with 130, as a shell expects of what was stopped; a second one kills it.
 */
import { buffer } from "node:stream/consumers";
import { decodeText } from "../files.js";
import { note, result } from "../report.js";
import { openSession, type SessionOptions } from "../session.js";
import { expectDecoder } from "../spec.js";

export interface RunOptions extends SessionOptions {
  readonly prompt: string;
  readonly tokens: number;
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed: number;
}

/** A text of so many contexts gets a word about it: models bear less, or much more. */
const farPast = 2;

/** 128 and the signal's number. */
const stoppedByUser = 130;

export async function run(file: string, options: RunOptions): Promise<void> {
  const prompt = options.prompt === "-" ? decodeText(await buffer(process.stdin), "the prompt") : options.prompt;
  const session = await openSession(file, options, (plan) => expectDecoder(plan, "reads whole texts and writes none"));
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  try {
    const { temperature, topK, topP, seed, tokens } = options;
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
