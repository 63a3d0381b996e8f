/**
 * Plan → the text of a TypeScript module: entries, shapes and states as types, and a class that loads the plan and calls them.
 * Built with ts-morph, so that what is written is well-formed whatever the names are.
 */
import { IndentationText, Project, QuoteKind, Scope, VariableDeclarationKind, type ClassDeclaration, type SourceFile } from "ts-morph";
import type { Plan, PlanEntry, PlanState, PlanTensor } from "../../src/plan/plan.js";

/** Entries that a user calls; `prefill`, `decode` and `generate` work on a sequence and are reached through one. */
const callable = ["encode", "forward"];

const imported = ["load", "MszError", "validatePlan", "GenerateOptions", "HostTensors", "LoadOptions", "Sequence", "Session", "WeightsInput"];
/** Types without a value, which the module uses. */
const builtInTypes = ["AsyncGenerator", "Readonly", "Record"];

export function bindPlan(plan: Plan, from: string): string {
  const project = new Project({
    useInMemoryFileSystem: true,
    manipulationSettings: { quoteKind: QuoteKind.Double, indentationText: IndentationText.TwoSpaces },
  });
  const file = project.createSourceFile("model.ts", "");
  file.addImportDeclaration({
    leadingTrivia: `// Written by \`msz bind ${from.replaceAll(/[\r\n]/g, " ")}\` (${plan.compiler}). Write it again when the spec changes.\n`,
    moduleSpecifier: "msz/runtime",
    namedImports: imported.map((name) => ({ name, isTypeOnly: !["load", "MszError", "validatePlan"].includes(name) })),
  });
  addTypes(file, plan);
  addFacts(file, plan);
  addClass(file, plan);
  file.addFunction({
    name: "sameShapes", returnType: "boolean",
    parameters: [{ name: "tensors", type: "readonly { readonly name: string; readonly shape: readonly (number | string)[] }[]" }, { name: "shapes", type: "Readonly<Record<string, readonly (number | string)[]>>" }],
    statements: "return tensors.length === Object.keys(shapes).length && tensors.every((t) => shapes[t.name]?.join() === t.shape.join());",
  });
  file.formatText();
  return file.getFullText();
}

function addTypes(file: SourceFile, plan: Plan): void {
  file.addInterface({
    name: "IntTensor", isExported: true, typeParameters: ["Shape extends readonly number[]"], docs: ["int32, row-major."],
    properties: [{ name: "shape", type: "Shape", isReadonly: true }, { name: "data", type: "Int32Array", isReadonly: true }],
  });
  file.addInterface({
    name: "FloatTensor", isExported: true, typeParameters: ["Shape extends readonly number[]"], docs: ["float32, row-major."],
    properties: [{ name: "shape", type: "Shape", isReadonly: true }, { name: "data", type: "Float32Array", isReadonly: true }],
  });
  for (const entry of plan.entries.filter((e) => callable.includes(e.name))) {
    addTensors(file, `${pascal(entry.name)}Inputs`, `What \`${entry.name}\` takes.`, entry.inputs);
    addTensors(file, `${pascal(entry.name)}Outputs`, `What \`${entry.name}\` gives.`, entry.outputs);
  }
  addTensors(file, "States", "What a sequence carries from token to token; `Sequence.save` writes these tensors.", plan.states);
}

function addTensors(file: SourceFile, name: string, doc: string, tensors: readonly (PlanTensor | PlanState)[]): void {
  file.addInterface({
    name, isExported: true, docs: [doc],
    properties: tensors.map((t) => ({ name: JSON.stringify(t.name), type: tensorType(t), isReadonly: true, docs: [`[${t.shape.join(", ")}]`] })),
  });
}

/** A number is known; a symbol such as B or T is any number, named in the tuple. */
function tensorType(tensor: PlanTensor | PlanState): string {
  const shape = tensor.shape.map((e, i) => `${typeof e === "number" ? `d${i}` : e}: ${typeof e === "number" ? e : "number"}`);
  return `${tensor.dtype === "f32" ? "FloatTensor" : "IntTensor"}<readonly [${shape.join(", ")}]>`;
}

function addFacts(file: SourceFile, plan: Plan): void {
  const { model } = plan;
  const facts = { name: model.name, vocabularySize: model.vocabularySize, width: model.width, context: model.context, padding: model.padding, begin: model.begin, end: model.end };
  file.addVariableStatement({
    isExported: true, declarationKind: VariableDeclarationKind.Const, docs: ["The model's own figures."],
    declarations: [{ name: "facts", initializer: constant(facts) }],
  });
  file.addVariableStatement({
    isExported: true, declarationKind: VariableDeclarationKind.Const, docs: ["Shapes of the trained tensors, by name."],
    declarations: [{ name: "parameters", initializer: shapeTable(plan.parameters) }],
  });
  file.addVariableStatement({
    isExported: true, declarationKind: VariableDeclarationKind.Const, docs: ["Shapes of the states, by name."],
    declarations: [{ name: "states", initializer: shapeTable(plan.states) }],
  });
}

function shapeTable(tensors: readonly { readonly name: string; readonly shape: readonly (number | string)[] }[]): string {
  return constant(Object.fromEntries(tensors.map((t) => [t.name, t.shape])));
}

/** One member a line. */
function constant(value: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(value).map(([key, member]) => `  ${JSON.stringify(key)}: ${JSON.stringify(member)},\n`);
  return `{\n${members.join("")}} as const`;
}

function addClass(file: SourceFile, plan: Plan): void {
  const name = className(plan);
  const made = file.addClass({ name, isExported: true, docs: [`${name} on a device.`] });
  made.addConstructor({ scope: Scope.Private, parameters: [{ name: "session", type: "Session", scope: Scope.Private, isReadonly: true }] });
  made.addMethod({
    name: "load", isStatic: true, isAsync: true, returnType: `Promise<${name}>`,
    docs: ["Loads the compiled plan (parsed JSON) and its weights.\n@throws MszError when the plan is another model's, or the weights do not fit"],
    parameters: [{ name: "plan", type: "unknown" }, { name: "weights", type: "WeightsInput" }, { name: "options", type: "LoadOptions", initializer: "{}" }],
    statements: `const valid = validatePlan(plan);
const fits = valid.model.name === facts.name && sameShapes(valid.parameters, parameters) && sameShapes(valid.states, states);
if (!fits) throw new MszError("other-plan", \`this module was written for \${facts.name}, the plan is another one\`, { hint: "write the module again with \`msz bind\`" });
return new ${name}(await load(valid, weights, options));`,
  });
  for (const entry of plan.entries.filter((e) => callable.includes(e.name))) addEntry(made, entry);
  if (plan.entries.some((e) => e.name === "generate")) addSequences(made);
  made.addMethod({ name: "dispose", returnType: "void", docs: ["Frees the device."], statements: "this.session.dispose();" });
}

/** What an encoder alone has none of. */
function addSequences(made: ClassDeclaration): void {
  made.addMethod({
    name: "generate", isAsync: true, isGenerator: true, returnType: "AsyncGenerator<string, void, void>", docs: ["Text that follows a prompt, piece by piece."],
    parameters: [{ name: "options", type: "GenerateOptions", initializer: "{}" }],
    statements: "for await (const piece of this.session.generate(options)) if (piece.text !== \"\") yield piece.text;",
  });
  made.addMethod({
    name: "start", returnType: "Promise<Sequence>", docs: ["A batch of sequences with empty states: prefill, decode, generate, save, fork."],
    parameters: [{ name: "batch", type: "number", initializer: "1" }], statements: "return this.session.start(batch);",
  });
  made.addMethod({ name: "restore", returnType: "Promise<Sequence>", docs: ["A sequence from what `Sequence.save` gave."], parameters: [{ name: "bytes", type: "Uint8Array" }], statements: "return this.session.restore(bytes);" });
}

/** The model's name, unless the module or JavaScript uses it already. */
export function className(plan: Plan): string {
  const { name } = plan.model;
  const taken = [...imported, ...plan.entries.flatMap((e) => [`${pascal(e.name)}Inputs`, `${pascal(e.name)}Outputs`]), "IntTensor", "FloatTensor", "States"];
  return taken.includes(name) || name in globalThis || builtInTypes.includes(name) ? `${name}Model` : name;
}

function addEntry(made: ClassDeclaration, entry: PlanEntry): void {
  const outputs = `${pascal(entry.name)}Outputs`;
  made.addMethod({
    name: entry.name, isAsync: true, returnType: `Promise<${outputs}>`, docs: [`Runs the entry \`${entry.name}\`.`],
    parameters: [{ name: "inputs", type: `${pascal(entry.name)}Inputs` }],
    // An interface with known keys is no index signature to TypeScript, so both ways need a cast.
    statements: `return (await this.session.call("${entry.name}", { ...inputs } as HostTensors)) as unknown as ${outputs};`,
  });
}

function pascal(name: string): string {
  return name.split("_").map((w) => w[0]!.toUpperCase() + w.slice(1)).join("");
}
