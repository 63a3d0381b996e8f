/**
 * One field of a JSON value changed at a time. Places that differ in array indices only are one place, of which one is taken by
 * a seed; items that say what they are (`op`, `kind`, `name` of an entry) keep apart.
 */
import { Random } from "../helpers/random.js";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = readonly (string | number)[];

export interface Mutation {
  /** `targets.tfjs.entries.decode.steps[7].out: 7 → 8` */
  readonly what: string;
  apply(value: Json): Json;
}

/** Every change of every kind of place. */
export function mutations(value: Json, seed: number): Mutation[] {
  const kinds = new Map<string, Path[]>();
  collect(value, [], "", kinds);
  const random = new Random(seed);
  return [...kinds.values()].flatMap((paths) => {
    const path = paths[random.integer(0, paths.length - 1)]!;
    return changesOf(at(value, path)).map((change) => mutationOf(value, path, change));
  });
}

/** `undefined`: the field is taken away. */
type Change = Json | undefined;

function changesOf(value: Json): Change[] {
  if (value === null) return [undefined, 1, "x"];
  if (typeof value === "boolean") return [undefined, !value, "x"];
  if (typeof value === "number") return [undefined, value + 1, value - 1, 2 ** 40, 0.5, "x", null];
  if (typeof value === "string") return [undefined, `${value}x`, "", 7];
  if (Array.isArray(value)) return [undefined, [], value.slice(1), [...value, ...value.slice(-1)], {}];
  return [undefined, {}, [], { ...value, more: 1 }];
}

function collect(value: Json, path: Path, kind: string, into: Map<string, Path[]>): void {
  if (path.length > 0) into.set(kind, [...(into.get(kind) ?? []), path]);
  if (value === null || typeof value !== "object") return;
  for (const [key, inner] of Object.entries(value)) {
    // The five entries of a target are alike.
    const sort = Array.isArray(value) ? sortOf(inner) : /^\.targets\.\w+\.entries$/.test(kind) ? "*" : key;
    collect(inner, [...path, Array.isArray(value) ? Number(key) : key], `${kind}.${sort}`, into);
  }
}

/** What kind of item of a list this is. */
function sortOf(item: Json): string {
  if (item === null || typeof item !== "object" || Array.isArray(item)) return typeof item;
  return `[${["op", "kind"].flatMap((key) => (typeof item[key] === "string" ? [item[key]] : [])).join()}]`;
}

function at(value: Json, path: Path): Json {
  return path.reduce<Json>((inner, key) => (inner as Record<string | number, Json>)[key]!, value);
}

function mutationOf(whole: Json, path: Path, change: Change): Mutation {
  const place = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("").slice(1);
  const short = (value: Change): string => (value === undefined ? "nothing" : JSON.stringify(value).slice(0, 40));
  return {
    what: `${place}: ${short(at(whole, path))} → ${short(change)}`,
    apply(value) {
      const copy = structuredClone(value);
      const holder = at(copy, path.slice(0, -1)) as Record<string | number, Json>;
      const key = path.at(-1)!;
      if (change !== undefined) holder[key] = change;
      else if (Array.isArray(holder)) holder.splice(key as number, 1);
      else delete holder[key];
      return copy;
    },
  };
}
