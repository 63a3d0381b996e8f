/** Ctrl-C, SIGTERM and a terminal that is closed: the first ends a run after the step under way, a second one ends the program at once. */
export interface Stopper {
  readonly signal: AbortSignal;
  /** As a shell has it: 128 and the signal's number. */
  readonly exitCode: number;
  /** As the first signal, from elsewhere; a second time nothing. */
  ask(): void;
  release(): void;
}

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const signals = Object.keys(exitCodes) as (keyof typeof exitCodes)[];

/** While there is nothing to save: the first signal ends the program, behind `act`. Gives the function that ends this. */
export function endingBySignal(act: () => void): () => void {
  const onSignal = (signal: keyof typeof exitCodes): void => {
    try {
      act();
    } finally {
      process.exit(exitCodes[signal]);
    }
  };
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}

export function stopper(say: (line: string) => void): Stopper {
  const controller = new AbortController();
  let exitCode = 0;
  const onSignal = (signal: keyof typeof exitCodes): void => {
    if (controller.signal.aborted) process.exit(exitCodes[signal]);
    exitCode = exitCodes[signal];
    // A terminal that is gone refuses what is said to it, which must not end the run before it is saved.
    if (signal === "SIGHUP") for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners("error").on("error", () => undefined);
    say("stopping after this step (once more to stop at once, without saving)");
    controller.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    ask: () => {
      if (!controller.signal.aborted) onSignal("SIGTERM");
    },
    release: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
