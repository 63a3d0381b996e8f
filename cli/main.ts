#!/usr/bin/env node
/**
 * The command line: argv in, exit code out. Each command is a file in `commands/`, loaded only when it is called,
 * so that `msz compile` does not pay for a runtime.
 */
import { setFlagsFromString } from "node:v8";
import { Command, CommanderError, Option } from "commander";
import { reportError, result } from "./report.js";
import { backendNames, benchEntryNames, choiceOption, emitNames, entryNames, listOption, numberOption, numbersOption, precisionNames, schemeNames, setOption, targetNames } from "./options.js";
import { usageError } from "./usage.js";

const program = new Command("msz")
  .description("Compiles declarative sequence-model specs (.msz) to GPU execution plans, and runs them.")
  .version("0.1.0", "-V, --version", "print the version")
  .addHelpText("after", "\nExit codes: 0 done, 1 the input is wrong, 2 the machine will not do, 130 stopped by Ctrl-C.\nEvery command: msz <command> --help, with an example.\n")
  .exitOverride()
  // What is wrong is reported by `main`, in the shape of all other errors.
  .configureOutput({ outputError: () => {} });

const backend = (): Option => new Option("-b, --backend <name>", "where to run: cuda, webgpu or tfjs (default: a GPU where there is one, else tfjs)").argParser(choiceOption("--backend", backendNames));
const debugSync = (): Option => new Option("--debug-sync", "with --backend cuda: wait behind every launch, so that an error names the launch that caused it; slow");
const precision = (where: string): Option => new Option("--precision <name>", `${where}: what a spec's matrix products multiply: float32, float16 or bfloat16 (default: the \`precision\` of its \`train\` block, else float32)`).argParser(choiceOption("--precision", precisionNames));
const set = (): Option => new Option("--set <name=value>", "override a constant of the spec; may be repeated").argParser(setOption);
const chunk = (): Option => new Option("--chunk <n>", "tokens in a chunk of the parallel form").argParser(numberOption("--chunk", { min: 1, max: 4096, whole: true }));
const names = (): Option => new Option("--names <scheme>", "parameter names of the weights file").argParser(choiceOption("--names", schemeNames));
const beam = (): Option => new Option("--beam <n>", "of a translation: hypotheses that the search keeps, instead of the spec's; 1 is greedy, 8 the most where the spec has no larger `beam`").argParser(numberOption("--beam", { min: 1, max: 64, whole: true }));
const lengthPenalty = (): Option => new Option("--length-penalty <p>", "of a translation: a hypothesis scores its log-probability over its length to the power of p").argParser(numberOption("--length-penalty", { min: 0, max: 100 }));
const maxLength = (): Option => new Option("--max-length <n>", "of a translation: how many tokens at most, instead of the spec's").argParser(numberOption("--max-length", { min: 1, max: 1e6, whole: true }));
const example = (...lines: string[]): string => `\nExample${lines.length > 1 ? "s" : ""}:\n${lines.map((l) => `  $ ${l}`).join("\n")}\n`;

program
  .command("init")
  .description("write a first spec and say how to go on")
  .argument("[name]", "the model's name", "my_model")
  .addHelpText("after", example("msz init tiny"))
  .action(async (name: string) => (await import("./commands/init.js")).init(name));

program
  .command("check")
  .description("report every mistake of specs")
  .argument("<file...>", "specs")
  .addOption(set())
  .option("--json", "one JSON object on stdout")
  .addHelpText("after", example("msz check specs/shakespeare-small.msz", "msz check --json *.msz"))
  .action(async (files: string[], options) => (await import("./commands/check.js")).check(files, options));

program
  .command("format")
  .description("rewrite specs in canonical form")
  .argument("<file...>", "specs")
  .option("--check", "change nothing; exit with 1 when a file is not canonical")
  .addHelpText("after", example("msz format model.msz"))
  .action(async (files: string[], options) => (await import("./commands/format.js")).formatFiles(files, options));

program
  .command("explain")
  .description("say what the compiler makes of a spec: classes, recurrences, sizes")
  .argument("<file>", "a spec")
  .addOption(set())
  .addOption(chunk())
  .option("--json", "one JSON object on stdout")
  .option("--dot <entry>", "the graph of an entry (decode, forward, train, …) as a picture in Graphviz's language")
  .addHelpText("after", example("msz explain specs/shakespeare-small.msz", "msz explain specs/shakespeare-small.msz --dot decode | dot -Tsvg > decode.svg"))
  .action(async (file: string, options) => (await import("./commands/explain.js")).explain(file, options));

program
  .command("compile")
  .description("compile a spec to a plan")
  .argument("<file>", "a spec")
  .option("-o, --out <dir>", "folder for the plan (default: beside the spec)")
  .addOption(new Option("--target <list>", "targets, apart by commas: wgsl, cuda, tfjs (default: all)").argParser(listOption("--target", targetNames)))
  .addOption(precision("with the target cuda"))
  .addOption(set())
  .addOption(chunk())
  .option("--training", "with the entries gradients, evaluate, inspect, accumulate and train")
  .addOption(new Option("--emit <list>", "also write, apart by commas: graph (text of each entry), kernels (.wgsl and .cu files)").argParser(listOption("--emit", emitNames)))
  .addHelpText("after", example("msz compile specs/shakespeare-small.msz -o out", "msz compile model.msz --target wgsl --emit graph,kernels -o out"))
  .action(async (file: string, options) => {
    // The engine optimises what runs for some milliseconds, which in so short a program takes more time than it saves: later, then.
    setFlagsFromString("--interrupt-budget=1000000");
    (await import("./commands/compile.js")).compileCommand(file, options);
  });

program
  .command("run")
  .description("generate text from a spec or a plan, or translate")
  .argument("<file>", "a spec (.msz) or a plan (.json)")
  .option("-w, --weights <file>", "weights (.safetensors), or random:SEED (default: the file beside the spec)")
  .addOption(names())
  .option("-p, --prompt <text>", "text to go on from; - reads stdin")
  .option("-s, --source <file>", "sentences to translate, one a line (.gz too), of a file or a pipe; - reads stdin")
  .addOption(new Option("-n, --tokens <n>", "how many tokens at most (default: 200)").argParser(numberOption("--tokens", { min: 1, max: 1e9, whole: true })))
  .addOption(beam())
  .addOption(lengthPenalty())
  .addOption(maxLength())
  .addOption(backend())
  .addOption(precision("with --backend cuda"))
  .addOption(debugSync())
  .addOption(new Option("--temperature <t>", "0 is greedy; a translation is then drawn and not searched for").argParser(numberOption("--temperature", { min: 0, max: 100 })))
  .addOption(new Option("--top-k <k>", "draw from the k likeliest; 0 is off").argParser(numberOption("--top-k", { min: 0, whole: true })))
  .addOption(new Option("--top-p <p>", "draw from the likeliest that reach p; 1 is off").argParser(numberOption("--top-p", { min: 0, max: 1, above: true })))
  .addOption(new Option("--seed <n>", "the same seed draws the same tokens, of a translation by the number of its line").argParser(numberOption("--seed", { min: 0, max: 2 ** 32 - 1, whole: true })).default(0))
  .addOption(set())
  .addHelpText("after", example(
    'msz run specs/shakespeare-small.msz --prompt "ROMEO:"',
    "msz run specs/shakespeare-small.msz --backend webgpu --temperature 0 --tokens 100",
    "msz run specs/spanish-english.msz --source sentences.txt --beam 4 > translations.txt",
    'echo "¿Dónde está la biblioteca?" | msz run specs/spanish-english.msz --source -',
    "msz run model.msz --weights random:7",
  ))
  .action(async (file: string, options) => (await import("./commands/run.js")).run(file, options));

program
  .command("call")
  .description("run one entry on given tensors and write all its outputs")
  .argument("<file>", "a spec (.msz) or a plan (.json)")
  .addOption(new Option("-e, --entry <name>", "forward, recurrent, decode, gradients or parameters; encode of an encoder").argParser(choiceOption("--entry", entryNames)).makeOptionMandatory())
  .option("-w, --weights <file>", "weights (.safetensors), or random:SEED (default: the file beside the spec)")
  .addOption(names())
  .option("-i, --inputs <file>", "input tensors (.safetensors)")
  .requiredOption("-o, --out <file>", "where to write the outputs (.safetensors)")
  .addOption(new Option("--prefill <n>", "for recurrent: prefill n tokens, then decode").argParser(numberOption("--prefill", { min: 1, whole: true })))
  .addOption(backend())
  .addOption(precision("with --backend cuda"))
  .addOption(debugSync())
  .addOption(set())
  .addHelpText("after", example("msz call model.msz --entry forward --weights w.safetensors --inputs in.safetensors -o out.safetensors"))
  .action(async (file: string, options) => (await import("./commands/call.js")).call(file, options));

program
  .command("train")
  .description("train a spec's model on its corpus: progress, checkpoints, a loss curve, weights")
  .argument("<file>", "a spec (.msz); its `train` block, if it has one, says how")
  .addOption(new Option("--corpus <files...>", "text files (.gz too), instead of the spec's; of a model that translates two: sources and translations"))
  .addOption(new Option("--held-out <share|files...>", "a share of the corpus's end, or files as for --corpus, instead of the spec's"))
  .addOption(new Option("--steps <n>", "updates in all, instead of the spec's").argParser(numberOption("--steps", { min: 1, max: 1e9, whole: true })))
  .addOption(new Option("--batch <n>", "windows or pairs a micro-batch, instead of the spec's").argParser(numberOption("--batch", { min: 1, max: 1e6, whole: true })))
  .addOption(new Option("--batch-tokens <n>", "as many pairs a micro-batch as have so many tokens on either side, instead of the spec's").argParser(numberOption("--batch-tokens", { min: 1, max: 1e9, whole: true })))
  .addOption(new Option("--seed <n>", "of weights, order and dropout, instead of the spec's").argParser(numberOption("--seed", { min: 0, max: 2 ** 32 - 1, whole: true })))
  .option("-o, --out <dir>", "folder of the run (default: <file>-training beside the spec)")
  .option("--resume <dir>", "go on with the run in this folder, exactly as if it had not been stopped; its options need not be given again")
  .addOption(new Option("--devices <n>", "of this machine's CUDA devices: each takes micro-batches of its own, and gradients are summed over all (under a launcher that sets RANK and WORLD_SIZE this is one of the ranks)").argParser(numberOption("--devices", { min: 1, max: 1024, whole: true })))
  .addOption(new Option("--until <n>", "stop after this step and save; the schedule stays that of all steps").argParser(numberOption("--until", { min: 1, max: 1e9, whole: true })))
  .addOption(new Option("--save-every <n>", "steps from one checkpoint to the next (default: as often as the held-out part is measured)").argParser(numberOption("--save-every", { min: 1, max: 1e9, whole: true })))
  .option("-w, --weights <file>", "weights to begin with (.safetensors), or random:SEED (default: random from the seed)")
  .addOption(backend())
  .addOption(debugSync())
  .addOption(set())
  .addOption(chunk())
  .addHelpText("after", example(
    "msz train specs/shakespeare.msz --out run",
    "msz train specs/shakespeare.msz --resume run",
    "msz train specs/shakespeare.msz --devices 4 --out run",
    "msz train specs/spanish-english.msz --corpus train.es train.en --held-out valid.es valid.en --out es-en",
    "msz train specs/shakespeare-small.msz --corpus specs/tinyshakespeare.txt.gz --steps 500 --out small",
  ))
  .action(async (file: string, options) => (await import("./commands/train.js")).train(file, options));

program
  .command("evaluate")
  .description("measure a model on a text: loss, perplexity, bits a byte; on pairs BLEU and chrF2 too")
  .argument("<file>", "a spec (.msz), or a plan (.json) made with --training")
  .option("-w, --weights <file>", "weights (.safetensors), or random:SEED (default: the file beside the spec)")
  .addOption(names())
  .addOption(new Option("--corpus <files...>", "text files (.gz too), of a model that translates two: sources and translations; default: what the spec's `train` block holds out"))
  .addOption(new Option("--held-out <share>", "only this share of the text or pairs, from its end, as in training").argParser(numberOption("--held-out", { min: 0, max: 1, above: true })))
  .addOption(new Option("--stateless", "windows that each start anew, as in training (default: one sequence, where its memory does not grow)"))
  .addOption(new Option("--stateful", "one sequence, whatever memory its state takes").conflicts("stateless"))
  .addOption(new Option("--window <n>", "tokens read at a time (default: the model's context, else 256)").argParser(numberOption("--window", { min: 1, max: 1e6, whole: true })))
  .addOption(new Option("--batch <n>", "windows at a time, with --stateless, or pairs (default: 16, or 32 pairs, fewer for a large vocabulary)").argParser(numberOption("--batch", { min: 1, max: 1e6, whole: true })))
  .addOption(beam())
  .addOption(lengthPenalty())
  .addOption(maxLength())
  .addOption(new Option("--temperature <t>", "of a translation: 0 is greedy").argParser(numberOption("--temperature", { min: 0, max: 100 })))
  .option("--lowercase", "scores of translations without regard to case")
  .option("--translations <file>", "where to write the translations, one a line")
  .addOption(backend())
  .addOption(precision("with --backend cuda"))
  .addOption(debugSync())
  .addOption(set())
  .option("--json", "one JSON object on stdout")
  .addHelpText("after", example(
    "msz evaluate specs/shakespeare.msz",
    "msz evaluate specs/shakespeare-small.msz --corpus specs/tinyshakespeare.txt.gz --held-out 0.1 --stateless --json",
    "msz evaluate specs/spanish-english.msz --corpus test.es.gz test.en.gz --translations test.hyp",
    "msz evaluate model.msz --weights run/model.safetensors --corpus a.txt b.txt.gz",
  ))
  .action(async (file: string, options) => (await import("./commands/evaluate.js")).evaluate(file, options));

program
  .command("bench")
  .description("time training steps, prefill and decode, and say what memory they hold")
  .argument("<file>", "a spec (.msz) or a plan (.json)")
  .addOption(new Option("--tokens <list>", "lengths, apart by commas (default: a quarter of the model's context, the context, four times the context; without one 128,512,2048, of a model that translates 16,64,256, its sources as long)").argParser(numbersOption("--tokens", { min: 1, max: 1e7, whole: true })))
  .addOption(new Option("--batch <n>", "sequences at the longest length, and of decode; shorter ones have more, for the same tokens a step").argParser(numberOption("--batch", { min: 1, max: 1e6, whole: true })).default(1))
  .addOption(new Option("-b, --backend <list>", "where to run, apart by commas: cuda, webgpu, tfjs (default: all that are there)").argParser(listOption("--backend", backendNames)))
  .addOption(precision("with --backend cuda"))
  .addOption(debugSync())
  .addOption(new Option("--entries <list>", "what to time, apart by commas: train, prefill, decode (default: all)").argParser(listOption("--entries", benchEntryNames)))
  .addOption(new Option("--runs <n>", "timed runs, of which the median is told").argParser(numberOption("--runs", { min: 1, max: 1e4, whole: true })).default(5))
  .addOption(new Option("-w, --weights <file>", "weights (.safetensors), or random:SEED").default("random:1"))
  .addOption(names())
  .addOption(set())
  .addOption(chunk())
  .option("--json", "one JSON object on stdout")
  .addHelpText("after", example(
    "msz bench specs/shakespeare-small.msz",
    "msz bench model.msz --tokens 512,1024,4096 --batch 4 --backend webgpu --entries train",
    "msz bench out/model.plan.json --json > bench.json",
  ))
  .action(async (file: string, options) => (await import("./commands/bench.js")).bench(file, options));

program
  .command("devices")
  .description("list what each backend finds on this machine, with versions, and what is missing for the others")
  .addOption(new Option("-b, --backend <name>", "ask only this one").argParser(choiceOption("--backend", backendNames)))
  .option("--json", "one JSON object on stdout")
  .addHelpText("after", example("msz devices --json", "msz devices --backend cuda"))
  .action(async (options) => (await import("./commands/devices.js")).devices(options));

program
  .command("bind")
  .description("write a typed TypeScript module for a plan")
  .argument("<file>", "a spec (.msz) or a plan (.json)")
  .requiredOption("-o, --out <file>", "the module to write (.ts)")
  .addOption(set())
  .addHelpText("after", example("msz bind specs/shakespeare-small.msz -o shakespeare.ts"))
  .action(async (file: string, options) => (await import("./commands/bind.js")).bind(file, options));

const importExample = example("msz import fairseq checkpoint_best.pt --spec model.msz -o model.safetensors");
program
  .command("import")
  .description("turn another system's weights into ours")
  .addHelpText("after", importExample)
  .command("fairseq")
  .description("the MemSizer authors' checkpoints, as PyTorch or safetensors files")
  .argument("<checkpoint>", "a .pt or .safetensors file with fairseq's names")
  .requiredOption("--spec <file>", "the model as a spec")
  .requiredOption("-o, --out <file>", "where to write the weights (.safetensors)")
  .addOption(set())
  .addHelpText("after", importExample)
  .action(async (checkpoint: string, options) => (await import("./commands/import.js")).importFairseq(checkpoint, options));

// Who writes to stdout is told of its errors (`result`). Nobody can be told that stderr cannot be written; closed, it ends the program quietly.
process.stdout.on("error", () => {});
process.stderr.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
});

async function main(): Promise<number> {
  // Help and the version, which commander gives in pieces.
  const help: string[] = [];
  const collect = (command: Command): void => {
    command.configureOutput({ writeOut: (text) => void help.push(text) });
    command.commands.forEach(collect);
  };
  collect(program);
  try {
    await program.parseAsync();
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(error);
    if (error.exitCode === 0) return result(help.join("")).then(() => 0, reportError);
    return error.code === "commander.help" ? 1 : reportError(usageError(error, program, process.argv.slice(2)));
  }
}

// Dawn keeps the process alive, so it is ended; what stderr has still to take goes out first.
const code = await main();
process.stderr.write("", () => process.exit(code));
