/**
 * The one error class that reaches a user from outside the compiler: a runtime, a file reader, the command line.
 * `blame` decides the exit code: the user's input (1) or the machine (2).
 */
export type Blame = "input" | "machine";

export class MszError extends Error {
  readonly code: string;
  readonly blame: Blame;
  readonly reason: string | undefined;
  readonly hint: string | undefined;

  /**
   * @param code stable kebab-case id, for example `missing-tensor`
   * @param message one sentence: what is wrong, with names and sizes
   */
  constructor(code: string, message: string, options: { blame?: Blame; reason?: string; hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "MszError";
    this.code = code;
    this.blame = options.blame ?? "input";
    this.reason = options.reason;
    this.hint = options.hint;
  }
}
