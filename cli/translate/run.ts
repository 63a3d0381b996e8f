/**
 * What `msz run --source` does: a translation a line on stdout, in the order of the sources. Someone who types line by line sees each
 * translation at once; of a file progress is shown.
 */
import { wayOf } from "../../runtime/session/translate-options.js";
import type { Plan } from "../../src/plan/plan.js";
import { duration, grouped, Progress } from "../progress.js";
import { note, result } from "../report.js";
import { openSession, type SessionOptions } from "../session.js";
import { expectDecoder } from "../spec.js";
import { translateLines, type Done } from "./lines.js";
import { describeSearch, isDrawn, searchOf, type SearchOptions } from "./options.js";
import { emptySource, openSource } from "./source.js";

export interface TranslateRunOptions extends SessionOptions, SearchOptions {
  readonly source: string;
  readonly seed: number;
}

export async function runTranslation(file: string, options: TranslateRunOptions, expect: (plan: Plan) => void): Promise<boolean> {
  const { source, seed } = options;
  const typed = source === "-";
  const search = searchOf(options);
  const { name, all, lines, close } = await openSource(source);
  const session = await openSession(file, options, (plan) => {
    expectDecoder(plan, "reads whole texts and writes none");
    expect(plan);
    // Before a line is waited for.
    wayOf(plan, search);
  });
  const stop = new AbortController();
  const onSignal = (): void => {
    stop.abort();
    close();
  };
  process.once("SIGINT", onSignal);
  const progress = new Progress(process.stderr);
  let written = 0;
  const interactive = typed && process.stdin.isTTY === true;
  try {
    const started = performance.now();
    const speed = (tokens: number): number => tokens / ((performance.now() - started) / 1000);
    const onProgress = ({ sentences, tokens }: Done): void => {
      if (all === undefined) return;
      const left = ((performance.now() - started) / 1000 / Math.max(1, sentences)) * (all - sentences);
      progress.show(`${grouped(sentences)} of ${grouped(all)} sentences  ${grouped(speed(tokens))} tokens/s  ${duration(left)} left`);
    };
    const done = await translateLines({
      session, onProgress, lines, name, stream: interactive && isDrawn(session.plan, options), options: { ...search, seed, signal: stop.signal },
      write: async (text, ends) => {
        progress.clear();
        await result(text);
        written += ends;
      },
    });
    progress.clear();
    if (stop.signal.aborted) return true;
    if (done.sentences === 0 && !typed) throw emptySource(name);
    tellEmpty(done, interactive);
    if (process.stderr.isTTY && done.tokens > 0 && !interactive) {
      note(`${grouped(done.sentences)} ${done.sentences === 1 ? "sentence" : "sentences"}, ${describeSearch(session.plan, options)}: ${grouped(speed(done.tokens))} tokens/s on ${session.device.backend} (${session.device.description})`);
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    process.off("SIGINT", onSignal);
    progress.clear();
    if (stop.signal.aborted && !interactive) note(`stopped after ${all === undefined ? grouped(written) : `${grouped(written)} of ${grouped(all)}`} lines`);
    session.dispose();
  }
  return stop.signal.aborted;
}

function tellEmpty({ empty }: Done, interactive: boolean): void {
  if (interactive || empty.length === 0) return;
  note(empty.length === 1 ? `line ${empty[0]} is empty, and so is its translation` : `${empty.length} lines are empty, the first is line ${empty[0]}; so are their translations`);
}
