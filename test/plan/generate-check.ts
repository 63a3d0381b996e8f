/**
 * Makes `src/plan/schema-check.generated.ts`: ajv's own code for the plan's schema, written out ahead. Compiling the schema when a
 * plan is read would take longer than the rest of a small run, and a page with a strict content policy forbids it.
 */
import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { planSchema } from "../../src/plan/schema.js";

const header = `// @ts-nocheck
/**
 * Generated from schema.ts by ajv: \`UPDATE=1 npx vitest run test/plan\`. Do not edit. A JSON value goes in, whether it matches comes
 * out, and \`errors\` says where not.
 */
import type { ErrorObject } from "ajv";

export interface SchemaCheck {
  (value: unknown): boolean;
  errors?: ErrorObject[] | null;
}

`;

export function generateCheck(): string {
  // Without \`unicode\` a length is counted in UTF-16 units, as our limits are, and no helper has to be imported.
  const ajv = new Ajv({ discriminator: true, allowUnionTypes: true, unicode: false, logger: false, code: { source: true, esm: true, lines: true } });
  const matches = ajv.compile(planSchema);
  const code = (standalone as unknown as { default: (ajv: Ajv, check: unknown) => string }).default(ajv, matches);
  if (code.includes("require(")) throw new Error("the generated check wants a helper of ajv");
  const [, name] = /export default (\w+);/.exec(code)!;
  return header + code.replace(/"use strict";|export const validate = \w+;|export default \w+;/g, "").trim() + `\n\nexport const matchesSchema: SchemaCheck = ${name!};\n`;
}
