/** A name that a file gives → one for messages: nothing in it may steer a terminal, nor fill it. */
export function printable(name: string): string {
  const short = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  return short.replaceAll(/[^ -~…\p{L}\p{N}]|`/gu, "?");
}
