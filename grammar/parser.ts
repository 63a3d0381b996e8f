/**
 * The rules of the language over the tokens of `layout.ts`; no meaning. One token of lookahead suffices, because names
 * already carry their roles. Expressions are flat lists of operands and operators: precedence is built in `to-ast.ts`,
 * which keeps the call stack shallow. A few rules take a likely slip (`=` for `:`, a comma left out) so that it can be
 * told exactly and the rest of the line still be read.
 */
import type { IParserErrorMessageProvider, TokenType } from "chevrotain";
import { CstParser } from "./chevrotain.js";
import * as t from "./tokens.js";

export class SpecParser extends CstParser {
  constructor(errorMessageProvider: IParserErrorMessageProvider, options: { readonly validate: boolean }) {
    super([...t.allTokens], {
      recoveryEnabled: true,
      maxLookahead: 1,
      nodeLocationTracking: "onlyOffset",
      errorMessageProvider,
      skipValidations: !options.validate,
    });
    this.performSelfAnalysis();
  }

  /**
   * Switches off chevrotain's guess that a single token was left out: for it, chevrotain walks the grammar recursively along
   * all open rules, on top of a call stack that is as deep. `layout.ts` has put in what can be left out without doubt.
   */
  protected getFollowsForInRuleRecovery(): TokenType[] {
    return [];
  }

  /** Members stand here only by mistake; read as such, they do not upset what follows. */
  readonly file = this.RULE("file", () => {
    this.MANY(() => {
      this.OR([{ ALT: () => this.SUBRULE(this.item) }, { ALT: () => this.SUBRULE(this.member) }]);
    });
  });

  private readonly item = this.RULE("item", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.use) },
      { ALT: () => this.SUBRULE(this.let) },
      { ALT: () => this.SUBRULE(this.block) },
    ]);
  });

  /** The header is a rule of its own so that recovery from a broken one ends at the brace. */
  private readonly block = this.RULE("block", () => {
    this.SUBRULE(this.header);
    this.SUBRULE(this.body);
  });

  private readonly header = this.RULE("header", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Mixer);
          this.CONSUME(t.Name);
          this.SUBRULE(this.parameters);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Model);
          this.CONSUME1(t.Name);
        },
      },
      { ALT: () => this.CONSUME(t.Train) },
      { ALT: () => this.CONSUME(t.Generate) },
    ]);
  });

  /** Any member in any braces: `to-ast.ts` tells what stands in the wrong ones. */
  private readonly body = this.RULE("body", () => {
    this.CONSUME(t.LCurly);
    this.MANY(() => this.SUBRULE(this.member));
    this.CONSUME(t.RCurly);
  });

  private readonly member = this.RULE("member", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.setting) },
      { ALT: () => this.SUBRULE(this.declaration) },
      { ALT: () => this.SUBRULE(this.tensor) },
      { ALT: () => this.SUBRULE(this.nested) },
      { ALT: () => this.SUBRULE(this.sublayer) },
      // Braces that no keyword opens: told, and read so that they do not upset the rest.
      { ALT: () => this.SUBRULE(this.body) },
    ]);
  });

  private readonly nested = this.RULE("nested", () => {
    this.SUBRULE(this.nestedHeader);
    this.SUBRULE(this.body);
  });

  private readonly nestedHeader = this.RULE("nestedHeader", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Layers);
          this.SUBRULE(this.expression);
        },
      },
      { ALT: () => this.CONSUME(t.Encoder) },
      { ALT: () => this.CONSUME(t.Decoder) },
    ]);
  });

  private readonly use = this.RULE("use", () => {
    this.CONSUME(t.Use);
    this.CONSUME(t.Text);
  });

  private readonly let = this.RULE("let", () => {
    this.CONSUME(t.Let);
    this.CONSUME(t.Name);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  private readonly parameters = this.RULE("parameters", () => {
    this.CONSUME(t.LParen);
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(t.Comma) }, { ALT: () => this.SUBRULE(this.parameter) }]);
    });
    this.CONSUME(t.RParen);
  });

  private readonly parameter = this.RULE("parameter", () => {
    this.OR([{ ALT: () => this.CONSUME(t.ArgumentName) }, { ALT: () => this.CONSUME(t.Name) }]);
    this.SUBRULE(this.typeMark);
    this.CONSUME1(t.Name, { LABEL: "type" });
    this.OPTION(() => {
      this.CONSUME1(t.Equals);
      this.SUBRULE(this.expression);
    });
  });

  private readonly typeMark = this.RULE("typeMark", () => {
    this.OR([{ ALT: () => this.CONSUME(t.Colon) }, { ALT: () => this.CONSUME(t.Equals) }]);
  });

  /** Without axes: `axis` and `cache`. */
  private readonly declaration = this.RULE("declaration", () => {
    this.OR([{ ALT: () => this.CONSUME(t.Axis) }, { ALT: () => this.CONSUME(t.Cache) }]);
    this.CONSUME(t.Name);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
    this.OPTION(() => this.CONSUME(t.Comma));
  });

  /** With axes: `param` and `state`. */
  private readonly tensor = this.RULE("tensor", () => {
    this.OR([{ ALT: () => this.CONSUME(t.Param) }, { ALT: () => this.CONSUME(t.State) }]);
    this.CONSUME(t.Name);
    this.SUBRULE(this.axes);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
    this.OPTION(() => this.CONSUME(t.Comma));
  });

  private readonly axes = this.RULE("axes", () => {
    this.CONSUME(t.LSquare);
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(t.Comma) }, { ALT: () => this.CONSUME(t.Name) }]);
    });
    this.CONSUME(t.RSquare);
  });

  private readonly setting = this.RULE("setting", () => {
    this.CONSUME(t.Binder);
    this.OR([{ ALT: () => this.CONSUME(t.Equals) }, { ALT: () => this.CONSUME(t.Colon) }]);
    this.SUBRULE(this.expression);
    this.OPTION(() => this.CONSUME(t.Comma));
  });

  private readonly sublayer = this.RULE("sublayer", () => {
    this.OR([
      { ALT: () => this.CONSUME(t.SublayerName) },
      {
        ALT: () => {
          this.CONSUME(t.Cross);
          this.CONSUME(t.Name);
        },
      },
    ]);
    this.SUBRULE(this.arguments);
    this.OPTION(() => this.CONSUME(t.Comma));
  });

  private readonly expression = this.RULE("expression", () => {
    this.SUBRULE(this.operand);
    this.MANY(() => {
      this.SUBRULE(this.operator);
      this.SUBRULE1(this.operand);
    });
  });

  private readonly operator = this.RULE("operator", () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Plus, { LABEL: "sign" }) },
      { ALT: () => this.CONSUME(t.Minus, { LABEL: "sign" }) },
      { ALT: () => this.CONSUME(t.Times, { LABEL: "sign" }) },
      { ALT: () => this.CONSUME(t.Divide, { LABEL: "sign" }) },
      { ALT: () => this.CONSUME(t.Power, { LABEL: "sign" }) },
    ]);
  });

  private readonly operand = this.RULE("operand", () => {
    this.MANY(() => this.CONSUME(t.Minus));
    this.OR([
      { ALT: () => this.CONSUME(t.NumberToken) },
      { ALT: () => this.CONSUME(t.BadNumber) },
      { ALT: () => this.CONSUME(t.Text) },
      { ALT: () => this.CONSUME(t.True) },
      { ALT: () => this.CONSUME(t.False) },
      {
        ALT: () => {
          this.CONSUME(t.Name);
          this.OPTION(() => this.SUBRULE(this.arguments));
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.LParen);
          this.SUBRULE(this.expression, { LABEL: "group" });
          this.CONSUME(t.RParen);
        },
      },
      { ALT: () => this.SUBRULE(this.list) },
    ]);
  });

  private readonly list = this.RULE("list", () => {
    this.CONSUME(t.LSquare);
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(t.Comma) }, { ALT: () => this.SUBRULE(this.expression) }]);
    });
    this.CONSUME(t.RSquare);
  });

  private readonly arguments = this.RULE("arguments", () => {
    this.CONSUME(t.LParen);
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(t.Comma) }, { ALT: () => this.SUBRULE(this.argument) }]);
    });
    this.CONSUME(t.RParen);
  });

  private readonly argument = this.RULE("argument", () => {
    this.OPTION(() => {
      this.CONSUME(t.ArgumentName);
      this.OR([{ ALT: () => this.CONSUME(t.Colon) }, { ALT: () => this.CONSUME(t.Equals) }]);
    });
    this.SUBRULE(this.expression);
  });
}
