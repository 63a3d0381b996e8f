/** `zeros`, `ones`, `normal(sd)`, `xavier(gain)`, `uniform(a, b)`: how a parameter starts. */
import type { Expr } from "../../src/ast/ast.js";
import { didYouMean } from "../../src/base/suggest.js";
import type { Initializer } from "../../src/model/model.js";
import type { Instance } from "./instance.js";
import { quote } from "./report.js";
import { number, readValue } from "./values.js";

const usages = { zeros: "zeros", ones: "ones", normal: "normal(sd)", xavier: "xavier(gain)", uniform: "uniform(low, high)" } as const;
type InitializerName = keyof typeof usages;

export function readInitializer(expr: Expr, fanIn: number, fanOut: number, instance: Instance): Initializer | undefined {
  const { report } = instance;
  const name = expr.kind === "name" ? expr.name : expr.kind === "call" ? expr.callee.text : undefined;
  if (name === undefined || !isInitializer(name)) {
    return report.error("unknown-initializer", expr.span, `${quote(expr.span)} is no initializer`, {
      reason: `initializers are ${Object.values(usages).map((u) => `\`${u}\``).join(", ")}`,
      hint: expr.kind === "number" ? expr.value === 0 ? "write `zeros`" : expr.value === 1 ? "write `ones`" : undefined : name && didYouMean(name, Object.keys(usages)),
    });
  }
  const given = expr.kind === "call" ? expr.arguments : [];
  const wanted = { zeros: [0], ones: [0], normal: [1], xavier: [0, 1], uniform: [2] }[name];
  if (!wanted.includes(given.length) || given.some((a) => a.name !== undefined)) {
    return report.error("wrong-arguments", expr.span, `${quote(expr.span)} lacks the right arguments`, { hint: `write \`${usages[name]}\`` });
  }
  const scope = instance.scope();
  switch (name) {
    case "zeros":
    case "ones":
      return { kind: name };
    case "normal": {
      const deviation = readValue(number({ min: 0 }), given[0]!.value, "the standard deviation of `normal`", scope);
      return deviation === undefined ? undefined : { kind: "normal", deviation };
    }
    case "xavier": {
      const gain = given[0] === undefined ? 1 : readValue(number({ min: 0 }), given[0].value, "the gain of `xavier`", scope);
      return gain === undefined ? undefined : { kind: "xavier", gain, fanIn, fanOut };
    }
    case "uniform": {
      const low = readValue(number(), given[0]!.value, "the lower bound of `uniform`", scope);
      const high = readValue(number(), given[1]!.value, "the upper bound of `uniform`", scope);
      if (low === undefined || high === undefined) return undefined;
      if (low <= high || Number.isNaN(low) || Number.isNaN(high)) return { kind: "uniform", low, high };
      return report.error("wrong-value", expr.span, `the bounds of ${quote(expr.span)} are the wrong way round`, { hint: `write \`uniform(${high}, ${low})\`` });
    }
  }
}

function isInitializer(name: string): name is InitializerName {
  return Object.hasOwn(usages, name);
}
