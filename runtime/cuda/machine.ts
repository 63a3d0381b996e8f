/** This machine, as the searches see it, and the first of a search's candidates that the loader takes. In: a search. Out: a loaded library, or what was tried. */
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import type { Ffi, Library } from "./ffi/ffi.js";
import type { Machine, Search } from "./libraries.js";

export function thisMachine(): Machine {
  return {
    platform: process.platform,
    env: process.env,
    home: homedir(),
    exists: existsSync,
    list(folder) {
      try {
        return readdirSync(folder);
      } catch {
        return [];
      }
    },
  };
}

export interface LoadedLibrary {
  readonly library: Library | undefined;
  /** One line each: what was looked at, and why it would not do. */
  readonly tried: readonly string[];
}

export function loadFirst(ffi: Ffi, search: Search): LoadedLibrary {
  const tried: string[] = [];
  for (const { path, before } of search.candidates) {
    try {
      for (const helper of before) ffi.load(helper);
      return { library: ffi.load(path), tried };
    } catch (error) {
      tried.push(`${path}: ${(error instanceof Error ? error.message : String(error)).replace(/^Failed to load shared library: /, "").split("\n")[0]!}`);
    }
  }
  return { library: undefined, tried: [...tried, ...search.missed] };
}
