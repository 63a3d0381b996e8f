/** What `msz bench` says: rows as a table with units, and as JSON. */
import { grouped } from "../progress.js";
import type { Row } from "./rows.js";

const heads = ["backend", "step", "T", "batch", "ms a step", "from", "to", "tokens/s", "memory MiB", "activations KiB a token"];
/** Columns of words; the others are numbers, which end below one another. */
const words = 2;

export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ backend, entry, tokens, batch, figures, failure }) => {
    const size = [backend, entry, grouped(tokens), grouped(batch)];
    if (!figures) return [...size, `not here: ${failure}`];
    const { step, tokensPerSecond, deviceBytes, activationBytesPerToken: activation } = figures;
    const times = [step.median, step.minimum, step.maximum].map(milliseconds);
    return [...size, ...times, grouped(tokensPerSecond), mebibytes(deviceBytes), activation === undefined ? "-" : (activation / 2 ** 10).toFixed(1)];
  });
  const whole = [heads, ...cells.filter((c) => c.length === heads.length)];
  const widths = heads.map((_, i) => Math.max(...whole.map((c) => c[i]!.length)));
  const lines = [heads, ...cells].map((row) => row.map((cell, i) => {
    if (i < words) return cell.padEnd(widths[i]!);
    // Why a row has no numbers goes as far as it must.
    return row.length < heads.length && i === row.length - 1 ? cell : cell.padStart(widths[i]!);
  }).join("  ").trimEnd());
  return `${lines.join("\n")}\n`;
}

function mebibytes(bytes: number): string {
  const value = bytes / 2 ** 20;
  return value.toFixed(value < 10 ? 2 : 1);
}

function milliseconds(value: number): string {
  return value < 10 ? value.toFixed(3) : value < 1000 ? value.toFixed(1) : grouped(value);
}

/** Names as in all JSON of the command line; numbers are not rounded. */
export function jsonOf({ backend, entry, tokens, batch, figures, failure }: Row): Readonly<Record<string, unknown>> {
  const size = { backend, entry, tokens, batch };
  if (!figures) return { ...size, failure };
  const { step, tokensPerSecond, deviceBytes, activationBytesPerToken } = figures;
  return {
    ...size,
    milliseconds: step,
    tokens_per_second: tokensPerSecond,
    device_bytes: deviceBytes,
    ...(activationBytesPerToken === undefined ? {} : { activation_bytes_per_token: activationBytesPerToken }),
  };
}
