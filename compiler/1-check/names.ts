/**
 * What each file defines and what it brings in with `use`: a scope of constants and mixers for every file. Cycles of
 * `use`, files that cannot be read and names defined twice are reported here; values are not looked at.
 */
import type { File, Let, Mixer, Use } from "../../src/ast/ast.js";
import { bug } from "../../src/base/assert.js";
import type { Diagnostic } from "../../src/base/diagnostic.js";
import type { SourceFile, Span } from "../../src/base/source.js";
import { functionNames } from "./function-names.js";
import type { Report } from "./report.js";

/** Bounds the call stack. */
const longestChain = 100;

export interface FileScope {
  readonly file: File;
  readonly constants: ReadonlyMap<string, ConstantDefinition>;
  readonly mixers: ReadonlyMap<string, MixerDefinition>;
  /** Whether it came from the library and not from the user. */
  readonly standard: boolean;
}

export interface ConstantDefinition {
  readonly item: Let;
  readonly scope: FileScope;
}

export interface MixerDefinition {
  readonly item: Mixer;
  readonly scope: FileScope;
  /** The standard mixer of the same name, which this one hides. */
  readonly hides?: MixerDefinition;
}

/** `hint`: the way out where the reader knows one, such as a file of nearly that name. */
export type ReadFile = (path: string, from: SourceFile) => { readonly path: string; readonly text: string } | { readonly error: string; readonly hint?: string };
export type Parse = (source: SourceFile) => { readonly file: File; readonly diagnostics: readonly Diagnostic[] };

export interface Names {
  readonly main: FileScope;
  /** The user's files, the main one first. */
  readonly files: readonly FileScope[];
  /** Syntax errors of the files that were used. */
  readonly syntax: readonly Diagnostic[];
}

interface Loading {
  readonly report: Report;
  readonly parse: Parse;
  readonly readFile: ReadFile | undefined;
  readonly standard: ReadonlyMap<string, MixerDefinition>;
  readonly loaded: Map<string, FileScope>;
  readonly syntax: Diagnostic[];
}

export function resolveNames(file: File, library: readonly SourceFile[], parse: Parse, readFile: ReadFile | undefined, report: Report): Names {
  const standard = loadLibrary(library, parse);
  const loading: Loading = { report, parse, readFile, standard, loaded: new Map(), syntax: [] };
  const main = loadFile(file, [file.source.path], loading);
  return { main, files: [...loading.loaded.values()], syntax: loading.syntax };
}

/**
 * The mixers of the library by name, which stands at a line's beginning. A file of it is parsed when one of its mixers is looked at: a spec uses a few of many.
 * A library file sees its own names, then those of the other library files.
 */
function loadLibrary(library: readonly SourceFile[], parse: Parse): ReadonlyMap<string, MixerDefinition> {
  const standard = new Map<string, MixerDefinition>();
  for (const source of library) {
    let scope: FileScope | undefined;
    const parsed = (): FileScope => (scope ??= libraryScope(parse(source).file, standard));
    for (const [, name] of source.text.matchAll(/^mixer +(\w+)/gm)) {
      const own = (): MixerDefinition => parsed().mixers.get(name!) ?? bug(`${source.path} has no mixer ${name}`);
      standard.set(name!, {
        get item() {
          return own().item;
        },
        get scope() {
          return parsed();
        },
      });
    }
  }
  return standard;
}

function libraryScope(file: File, standard: ReadonlyMap<string, MixerDefinition>): FileScope {
  const constants = new Map<string, ConstantDefinition>();
  const mixers = new Map<string, MixerDefinition>();
  const scope: FileScope = { file, constants, mixers, standard: true };
  for (const item of file.items) {
    if (item.kind === "let") constants.set(item.name.text, { item, scope });
    if (item.kind === "mixer") mixers.set(item.name.text, { item, scope });
  }
  addMissing(mixers, standard);
  return scope;
}

function addMissing<D>(names: Map<string, D>, more: ReadonlyMap<string, D>): void {
  for (const [name, definition] of more) if (!names.has(name)) names.set(name, definition);
}

function loadFile(file: File, chain: readonly string[], loading: Loading): FileScope {
  const constants = new Map<string, ConstantDefinition>();
  const mixers = new Map<string, MixerDefinition>();
  const scope: FileScope = { file, constants, mixers, standard: false };
  loading.loaded.set(file.source.path, scope);
  const places = new Map<string, Span>();
  const claim = (kind: "constant" | "mixer", name: string, span: Span, use?: Use): boolean => {
    const first = places.get(name);
    if (first === undefined) {
      places.set(name, span);
      return true;
    }
    // The same definition, brought in by two ways, is no conflict.
    if (first.file === span.file && first.start === span.start) return false;
    if (use === undefined) {
      loading.report.error("duplicate-name", span, `\`${name}\` is defined twice`, {
        labels: [{ span: first, message: "first defined here" }],
        hint: `rename this ${kind}, or remove one of the two`,
      });
    } else {
      loading.report.error("duplicate-name", use.path.span, `this brings in \`${name}\`, which is defined already`, {
        labels: [{ span: first, message: "defined here" }, { span, message: "and in the file that is used" }],
        hint: "rename one of the two",
      });
    }
    return false;
  };
  for (const item of file.items) {
    if (item.kind === "let" && claim("constant", item.name.text, item.name.span)) constants.set(item.name.text, { item, scope });
    if (item.kind === "mixer" && allowMixerName(item, loading.report) && claim("mixer", item.name.text, item.name.span)) {
      mixers.set(item.name.text, { item, scope, hides: loading.standard.get(item.name.text) });
    }
  }
  for (const item of file.items) {
    if (item.kind !== "use") continue;
    const used = loadUsed(item, file, chain, loading);
    if (used === undefined) {
      loading.report.loseNames();
      continue;
    }
    for (const [name, definition] of ownNames("let", used.constants, used)) {
      if (claim("constant", name, definition.item.name.span, item)) constants.set(name, definition);
    }
    for (const [name, definition] of ownNames("mixer", used.mixers, used)) {
      if (claim("mixer", name, definition.item.name.span, item)) mixers.set(name, definition);
    }
  }
  addMissing(mixers, loading.standard);
  return scope;
}

/** `use` brings what the file itself defines, not what it uses in turn. */
function ownNames<D extends { readonly scope: FileScope }>(kind: "let" | "mixer", names: ReadonlyMap<string, D>, owner: FileScope): [string, D][] {
  const own = owner.file.items.flatMap((item) => (item.kind === kind ? [item.name.text] : []));
  return [...names].filter(([name, definition]) => own.includes(name) && definition.scope === owner);
}

function loadUsed(item: Use, from: File, chain: readonly string[], loading: Loading): FileScope | undefined {
  const { report } = loading;
  const span = item.path.span;
  if (loading.readFile === undefined) {
    return report.error("unreadable-file", span, `\`${item.path.value}\` cannot be read`, { reason: "no files are at hand here" });
  }
  const found = loading.readFile(item.path.value, from.source);
  if ("error" in found) {
    return report.error("unreadable-file", span, `\`${item.path.value}\` cannot be read`, {
      reason: found.error,
      hint: found.hint ?? "the path is relative to the file that says `use`",
    });
  }
  if (chain.includes(found.path)) {
    const cycle = [...chain.slice(chain.indexOf(found.path)), found.path];
    return report.error("use-cycle", span, `\`${item.path.value}\` uses itself in a circle`, {
      reason: cycle.join(" uses "),
      hint: "move what both files need into a third one",
    });
  }
  const earlier = loading.loaded.get(found.path);
  if (earlier !== undefined) return earlier;
  if (chain.length > longestChain) {
    return report.error("nesting-too-deep", span, `this is more than ${longestChain} files that use one another`, {
      reason: `\`${chain[0]}\` leads here through ${chain.length - 1} others, and msz follows at most ${longestChain}`,
      hint: "let the first file use the ones that it needs by itself",
    });
  }
  const { file, diagnostics } = loading.parse({ path: found.path, text: found.text });
  loading.syntax.push(...diagnostics);
  if (diagnostics.length > 0) loading.report.loseNames();
  return loadFile(file, [...chain, found.path], loading);
}

function allowMixerName(item: Mixer, report: Report): boolean {
  const name = item.name.text;
  if (!functionNames.has(name)) return true;
  report.error("reserved-name", item.name.span, `a mixer cannot be called \`${name}\``, {
    reason: `\`${name}\` is part of the language`,
    hint: "choose another name",
  });
  return false;
}
