/** Our own faults, never the user's. */

export function bug(message: string): never {
  throw new Error(`internal: ${message} (this is a bug in msz, please report it)`);
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) bug(message);
}

export function unreachable(value: never): never {
  return bug(`unexpected ${JSON.stringify(value)}`);
}
