/** A function of the language: how it is called, and what it makes. Arguments are matched here, the same for all. */
import type { Argument, Call, Expr } from "../../../src/ast/ast.js";
import type { TokenExpr } from "../../../src/model/model.js";
import type { Instance } from "../instance.js";

export interface FunctionRule {
  /** As shown in messages: `softmax(t, axis…)`. */
  readonly usage: string;
  /** How many arguments without a name, at least and at most. */
  readonly positional: readonly [number, number];
  readonly named?: readonly string[];
  readonly elaborate: (args: Matched, instance: Instance) => TokenExpr | undefined;
}

export interface Matched {
  readonly call: Call;
  readonly positional: readonly Expr[];
  readonly named: ReadonlyMap<string, Argument>;
}

export function elaborateFunction(call: Call, rule: FunctionRule, instance: Instance): TokenExpr | undefined {
  const matched = match(call, rule, instance);
  return matched && rule.elaborate(matched, instance);
}

function match(call: Call, rule: FunctionRule, instance: Instance): Matched | undefined {
  const { report } = instance;
  const before = report.errorCount;
  const name = call.callee.text;
  const named = new Map<string, Argument>();
  const positional: Expr[] = [];
  const known = rule.named ?? [];
  for (const argument of call.arguments) {
    if (argument.name === undefined) positional.push(argument.value);
    else if (!known.includes(argument.name.text)) {
      report.unknown("unknown-argument", `argument of \`${name}\` called`, argument.name.text, argument.name.span, known, { hint: `write \`${rule.usage}\`` });
    } else if (named.has(argument.name.text)) {
      report.error("duplicate-argument", argument.name.span, `\`${argument.name.text}\` is given twice`, { hint: "remove one of the two" });
    } else named.set(argument.name.text, argument);
  }
  const [min, max] = rule.positional;
  if (positional.length < min || positional.length > max) {
    const wanted = min === max ? `${min}` : max === Infinity ? `at least ${min}` : `${min} to ${max}`;
    report.error("wrong-arguments", call.span, `\`${name}\` takes ${wanted} ${min === 1 ? "argument" : "arguments"}, but is given ${positional.length}`, {
      hint: `write \`${rule.usage}\``,
    });
  }
  return report.errorCount > before ? undefined : { call, positional, named };
}
