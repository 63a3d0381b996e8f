/** Ctrl-C and SIGTERM: the first ends a run after the step under way, a second one ends the program at once. */
export interface Stopper {
  readonly signal: AbortSignal;
  /** As a shell has it: 128 and the signal's number. */
  readonly exitCode: number;
  release(): void;
}

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

export function stopper(say: (line: string) => void): Stopper {
  const controller = new AbortController();
  let exitCode = 0;
  const onSignal = (signal: keyof typeof exitCodes): void => {
    if (controller.signal.aborted) process.exit(exitCodes[signal]);
    exitCode = exitCodes[signal];
    say("stopping after this step (once more to stop at once, without saving)");
    controller.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    release: () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
