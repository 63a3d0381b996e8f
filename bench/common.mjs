// Shared by the benchmarks: statistics of a list, and results as JSON beside the others.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function spread(values) {
  return { minimum: Math.min(...values), median: median(values), maximum: Math.max(...values), runs: values.length };
}

/** Writes `bench/results/<name>.json`, and says so. */
export function record(name, result) {
  const folder = new URL("./results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const machine = { cpu: cpus()[0]?.model.trim(), cores: cpus().length, node: process.version };
  const path = new URL(`${name}.json`, folder);
  writeFileSync(path, `${JSON.stringify({ name, date: new Date().toISOString().slice(0, 10), machine, ...result }, null, 2)}\n`);
  console.log(`bench/results/${name}.json`);
}
