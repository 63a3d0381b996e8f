/**
 * AST to Model: names resolved, constants folded, every mixer written out for its place in the stack. All mistakes of
 * a file come out of one run; there is a model only when there are no errors. Files are read through the caller.
 */
import type { Block, File, ModelItem } from "../../src/ast/ast.js";
import { hasErrors, sortDiagnostics, type Diagnostic } from "../../src/base/diagnostic.js";
import type { SourceFile, Span } from "../../src/base/source.js";
import type { Model } from "../../src/model/model.js";
import { Constants } from "./constants.js";
import { readGenerate } from "./generate.js";
import { checkUncalled } from "./mixers.js";
import { checkModel } from "./models.js";
import { resolveNames, type MixerDefinition, type Parse, type ReadFile } from "./names.js";
import { readOverrides } from "./overrides.js";
import { firstLetters, Report } from "./report.js";
import { purposeOf } from "./task.js";
import { readTrain } from "./train.js";
import { warnOfUnusedNames } from "./unused.js";

export interface CheckOptions {
  readonly parse: Parse;
  /** For `use`, `characters(…)` and `tokenizer(…)`; absent: they are refused. */
  readonly readFile?: ReadFile;
  /** The files of the standard mixers. */
  readonly library?: readonly SourceFile[];
  /** `--set name=value` */
  readonly set?: Readonly<Record<string, string>>;
  /** False: a file of constants and mixers alone is fine. */
  readonly modelRequired?: boolean;
  /** What the parser said of `file`: near such places, and about missing things, nothing more is told. */
  readonly syntaxErrors?: readonly Diagnostic[];
}

/** Syntax errors after which all of the text is still there. */
const takesNothing: ReadonlySet<string> = new Set(["unmatched-bracket", "missing-separator", "bad-escape"]);

export interface Checked {
  readonly model?: Model;
  /** Sorted. Holds the syntax errors of used files, not those of `file`. */
  readonly diagnostics: readonly Diagnostic[];
}

export function check(file: File, options: CheckOptions): Checked {
  const torn = (options.syntaxErrors ?? []).map((d) => d.span).filter((span) => span !== undefined);
  const lost = (options.syntaxErrors ?? []).some((d) => !takesNothing.has(d.code));
  const report = new Report(torn, file.items.filter((i) => i.kind === "mixer").map((i) => i.span), lost);
  const names = resolveNames(file, options.library ?? [], options.parse, options.readFile, report);
  const constants = new Constants(report, readOverrides(options.set ?? {}, names, options.parse, report));
  for (const scope of names.files) for (const definition of scope.constants.values()) constants.value(definition);

  const scope = constants.scopeOf(names.main);
  const item = findModel(file, options.modelRequired ?? true, report);
  const purpose = item && purposeOf(item);
  const train = readTrain(onlyOne(file.items.filter((i): i is Block => i.kind === "train"), "`train` block", report), purpose, scope);
  const generate = readGenerate(onlyOne(file.items.filter((i): i is Block => i.kind === "generate"), "`generate` block", report), purpose?.task, scope);
  const circular = new Set<MixerDefinition>();
  const model = item && checkModel(item, { report, constants, circular, file: names.main, readFile: options.readFile, generate, train });

  // Last, so that a mistake met on the way to a model is told with the call that led to it.
  for (const { file: { items }, mixers } of names.files) {
    for (const mixer of items) {
      if (mixer.kind !== "mixer") continue;
      const definition = mixers.get(mixer.name.text);
      if (definition?.item === mixer) checkUncalled(definition, { report, constants, circular });
      // In a mixer with a mistake, a name may look unused because of it.
      if (!report.hasErrorIn(mixer.span)) warnOfUnusedNames(mixer, report);
    }
  }
  const diagnostics = sortDiagnostics([...names.syntax, ...report.all]);
  const broken = hasErrors([...(options.syntaxErrors ?? []), ...diagnostics]);
  return broken ? { diagnostics } : { model, diagnostics };
}

function findModel(file: File, required: boolean, report: Report): ModelItem | undefined {
  const models = file.items.filter((i): i is ModelItem => i.kind === "model");
  const start = { file: file.source, start: 0, end: 0 };
  if (file.items.length === 0) {
    const blank = file.source.text.trim() === "";
    return report.error("empty-file", start, `\`${file.source.path}\` ${blank ? "is empty" : "defines nothing"}`, {
      hint: "`msz init` writes a first spec",
    });
  }
  if (models.length === 0 && required) {
    return report.error("no-model", start, `\`${file.source.path}\` has no model`, {
      reason: "a file of constants and mixers alone is for other files to `use`",
      hint: "add `model Name { … }`",
    });
  }
  return onlyOne(models, "model", report);
}

/** The first; each further one is a mistake. */
function onlyOne<T extends ModelItem | Block>(items: readonly T[], what: string, report: Report): T | undefined {
  const place = (item: ModelItem | Block): Span => (item.kind === "model" ? item.name.span : firstLetters(item.span, item.kind.length));
  const [first, ...more] = items;
  for (const item of more) {
    report.error("duplicate-item", place(item), `the file has a second ${what}`, {
      labels: first && [{ span: place(first), message: "the first one" }],
      hint: "remove one of them, or move it into a file of its own",
    });
  }
  return first;
}
