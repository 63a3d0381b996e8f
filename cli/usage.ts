/** A mistake in the arguments, as commander words it → our error, with the command whose help to read. */
import type { Command, CommanderError } from "commander";
import { MszError } from "../src/base/error.js";

export function usageError(error: CommanderError, program: Command, args: readonly string[]): MszError {
  const [first = "", suggestion] = error.message.split("\n");
  const message = first.replace(/^error: /, "").replace(/\.$/, "").replaceAll(/'([^']*)'/g, "`$1`");
  const near = /\(Did you mean (?:one of )?(.*)\?\)/.exec(suggestion ?? "")?.[1];
  const hint = near ? `did you mean ${near.split(", ").map((name) => `\`${name}\``).join(" or ")}?` : `\`${helpOf(program, args)}\` shows what there is`;
  return new MszError("usage", message, { hint });
}

/** `msz import fairseq --help`: the deepest command that the arguments name. */
function helpOf(program: Command, args: readonly string[]): string {
  const path = [program.name()];
  for (let command = program; ; ) {
    const next = command.commands.find((c) => c.name() === args[path.length - 1]);
    if (next === undefined) return [...path, "--help"].join(" ");
    path.push(next.name());
    command = next;
  }
}
