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

  readonly file = this.RULE("file", () => {
    this.MANY(() => this.SUBRULE(this.item));
  });

  private readonly item = this.RULE("item", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.use) },
      { ALT: () => this.SUBRULE(this.let) },
      { ALT: () => this.SUBRULE(this.mixer) },
      { ALT: () => this.SUBRULE(this.model) },
      { ALT: () => this.SUBRULE(this.block) },
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

  private readonly mixer = this.RULE("mixer", () => {
    this.CONSUME(t.Mixer);
    this.CONSUME(t.Name);
    this.SUBRULE(this.parameters);
    this.CONSUME(t.LCurly);
    this.MANY(() => this.SUBRULE(this.statement));
    this.CONSUME(t.RCurly);
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

  private readonly statement = this.RULE("statement", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.declaration) },
      { ALT: () => this.SUBRULE(this.tensor) },
      { ALT: () => this.SUBRULE(this.setting, { LABEL: "bind" }) },
    ]);
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

  private readonly model = this.RULE("model", () => {
    this.CONSUME(t.Model);
    this.CONSUME(t.Name);
    this.CONSUME(t.LCurly);
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.setting) },
        { ALT: () => this.SUBRULE(this.layers) },
        { ALT: () => this.SUBRULE(this.side) },
      ]);
    });
    this.CONSUME(t.RCurly);
  });

  private readonly setting = this.RULE("setting", () => {
    this.CONSUME(t.Binder);
    this.OR([{ ALT: () => this.CONSUME(t.Equals) }, { ALT: () => this.CONSUME(t.Colon) }]);
    this.SUBRULE(this.expression);
    this.OPTION(() => this.CONSUME(t.Comma));
  });

  private readonly layers = this.RULE("layers", () => {
    this.CONSUME(t.Layers);
    this.SUBRULE(this.expression);
    this.CONSUME(t.LCurly);
    this.MANY(() => this.SUBRULE(this.sublayer));
    this.CONSUME(t.RCurly);
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

  private readonly side = this.RULE("side", () => {
    this.OR([{ ALT: () => this.CONSUME(t.Encoder) }, { ALT: () => this.CONSUME(t.Decoder) }]);
    this.CONSUME(t.LCurly);
    this.MANY(() => {
      this.OR1([{ ALT: () => this.SUBRULE(this.setting) }, { ALT: () => this.SUBRULE(this.layers) }]);
    });
    this.CONSUME(t.RCurly);
  });

  private readonly block = this.RULE("block", () => {
    this.OR([{ ALT: () => this.CONSUME(t.Train) }, { ALT: () => this.CONSUME(t.Generate) }]);
    this.CONSUME(t.LCurly);
    this.MANY(() => this.SUBRULE(this.setting));
    this.CONSUME(t.RCurly);
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
