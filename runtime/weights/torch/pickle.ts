/**
 * A pickle of protocol 2, as torch.save writes it → what it describes. A pickle is a program for a small stack machine; this one has the
 * instructions that data needs, and can call nothing: whether a class is known, and what stands for an object of it, `Classes` says.
 */
import { again, damaged, foreign } from "./refuse.js";
import { ofKind, type PickleDict, type PickleList, type PickleValue } from "./values.js";

/** What a pickle may name. */
export interface Classes {
  knows(name: string): boolean;
  /** What calling `name` would give. Undefined: it is not called in a checkpoint, or not with such arguments. */
  make(name: string, args: readonly PickleValue[]): PickleValue | undefined;
  /** What stands outside the pickle. Undefined: no such thing. */
  outside(id: PickleValue): PickleValue | undefined;
}

/** Lists, dictionaries and objects: an empty one takes the pickle a byte, and us a hundred. The largest models have some ten thousand. */
const mostObjects = 1_000_000;
/** Values on the stack, marks, and values that are kept: Python puts a thousand on the stack before it makes a part of a list of them. */
const mostHeld = 2_000_000;
/** Bytes of an integer. */
const longestInteger = 64;

/** @throws MszError `bad-pytorch`, `foreign-pickle` */
export function readPickle(bytes: Uint8Array, file: string, classes: Classes): PickleValue {
  return new Machine(bytes, file, classes).run();
}

class Machine {
  private readonly view: DataView;
  private readonly stack: PickleValue[] = [];
  /** Heights of the stack. */
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();
  private at = 0;
  private objects = 0;

  constructor(private readonly bytes: Uint8Array, private readonly file: string, private readonly classes: Classes) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): PickleValue {
    if (this.byte() !== 0x80 || this.byte() !== 2) {
      throw damaged(this.file, "its pickle is not of protocol 2, which torch.save writes unless told otherwise", `save it again: ${again(this.file, "c")}`);
    }
    for (;;) {
      const code = this.byte();
      if (code === 0x2e) return this.pop(); // STOP
      this.step(code);
      if (this.stack.length + this.marks.length + this.memo.size > mostHeld) this.refuse(`it holds more than ${mostHeld} values at once`);
    }
  }

  private step(code: number): void {
    const { stack, memo } = this;
    switch (code) {
      // Atoms.
      case 0x4e: stack.push(null); break; // NONE
      case 0x88: stack.push(true); break; // NEWTRUE
      case 0x89: stack.push(false); break; // NEWFALSE
      case 0x4a: stack.push(this.view.getInt32(this.take(4), true)); break; // BININT
      case 0x4b: stack.push(this.byte()); break; // BININT1
      case 0x4d: stack.push(this.view.getUint16(this.take(2), true)); break; // BININT2
      case 0x8a: stack.push(this.integer(this.byte())); break; // LONG1
      case 0x8b: stack.push(this.integer(this.u32())); break; // LONG4
      case 0x47: stack.push(this.view.getFloat64(this.take(8), false)); break; // BINFLOAT
      case 0x58: stack.push(this.text(this.u32())); break; // BINUNICODE

      // Lists, tuples, dictionaries.
      case 0x28: this.marks.push(stack.length); break; // MARK
      case 0x5d: this.push({ kind: "list", items: [] }); break; // EMPTY_LIST
      case 0x7d: this.push({ kind: "dict", entries: new Map() }); break; // EMPTY_DICT
      case 0x29: this.tuple([]); break; // EMPTY_TUPLE
      case 0x85: this.tuple(this.popSome(1)); break; // TUPLE1
      case 0x86: this.tuple(this.popSome(2)); break; // TUPLE2
      case 0x87: this.tuple(this.popSome(3)); break; // TUPLE3
      case 0x74: this.tuple(this.popMarked()); break; // TUPLE
      case 0x61: this.append(this.popSome(1)); break; // APPEND
      case 0x65: this.append(this.popMarked()); break; // APPENDS
      case 0x73: this.setItems(this.popSome(2)); break; // SETITEM
      case 0x75: this.setItems(this.popMarked()); break; // SETITEMS
      case 0x30: this.pop(); break; // POP
      case 0x31: this.popMarked(); break; // POP_MARK

      // What was there before.
      case 0x71: memo.set(this.byte(), this.top()); break; // BINPUT
      case 0x72: memo.set(this.u32(), this.top()); break; // LONG_BINPUT
      case 0x68: stack.push(this.recall(this.byte())); break; // BINGET
      case 0x6a: stack.push(this.recall(this.u32())); break; // LONG_BINGET

      // Classes and objects.
      case 0x63: this.name(`${this.line()}.${this.line()}`); break; // GLOBAL
      case 0x52: case 0x81: this.make(); break; // REDUCE, NEWOBJ
      case 0x62: this.build(); break; // BUILD
      case 0x51: this.outside(); break; // BINPERSID
      default: this.refuse(`instruction 0x${code.toString(16).padStart(2, "0")} is none that data needs`);
    }
  }

  private name(name: string): void {
    if (!this.classes.knows(name)) throw foreign(this.file, name);
    this.push({ kind: "global", name });
  }

  /** A call or a new object: both are a class and a tuple of arguments. */
  private make(): void {
    const [callee, args] = this.popSome(2);
    const name = ofKind(callee, "global")?.name;
    const items = ofKind(args, "tuple")?.items;
    if (name === undefined || items === undefined) return this.refuse("it calls what is no class");
    this.push(this.classes.make(name, items) ?? this.refuse(`\`${name}\` is called with what it does not take`));
  }

  /** Attributes of an object: those of arguments, and what an ordered dictionary of tensors says of its versions. Nobody reads them. */
  private build(): void {
    this.pop();
    const object = this.top();
    if (!ofKind(object, "inert") && !ofKind(object, "dict")) this.refuse("it gives attributes to what has none");
  }

  private outside(): void {
    this.push(this.classes.outside(this.pop()) ?? this.refuse("it names something outside that is no storage"));
  }

  private append(items: readonly PickleValue[]): void {
    const list: PickleList | undefined = ofKind(this.top(), "list");
    if (!list) return this.refuse("it appends to what is no list");
    for (const item of items) list.items.push(item);
  }

  private setItems(items: readonly PickleValue[]): void {
    const dict: PickleDict | undefined = ofKind(this.top(), "dict");
    if (!dict || items.length % 2 !== 0) return this.refuse("it sets items of what is no dictionary");
    for (let i = 0; i < items.length; i += 2) dict.entries.set(items[i]!, items[i + 1]!);
  }

  private tuple(items: readonly PickleValue[]): void {
    this.push({ kind: "tuple", items });
  }

  private push(value: PickleValue): void {
    if (++this.objects > mostObjects) this.refuse(`it makes more than ${mostObjects} objects`);
    this.stack.push(value);
  }

  private pop(): PickleValue {
    return this.popSome(1)[0]!;
  }

  /** Not below the last mark: what stands under it belongs to someone else. */
  private popSome(count: number): PickleValue[] {
    if (this.stack.length - (this.marks.at(-1) ?? 0) < count) this.refuse("its stack is empty too early");
    return this.stack.splice(this.stack.length - count);
  }

  private popMarked(): PickleValue[] {
    const mark = this.marks.pop() ?? this.refuse("it ends a list that has no begin");
    return this.stack.splice(mark);
  }

  private top(): PickleValue {
    return this.stack.length > 0 ? this.stack.at(-1)! : this.refuse("its stack is empty too early");
  }

  private recall(index: number): PickleValue {
    const value = this.memo.get(index);
    return value === undefined ? this.refuse(`it recalls ${index}, which it has not kept`) : value;
  }

  private byte(): number {
    return this.bytes[this.take(1)]!;
  }

  private u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  /** Two's complement, the lowest byte first. */
  private integer(length: number): number | bigint {
    if (length > longestInteger) this.refuse(`it holds an integer of ${length} bytes`);
    const from = this.take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.bytes[from + i]!);
    const signed = BigInt.asIntN(8 * length, value);
    return signed >= Number.MIN_SAFE_INTEGER && signed <= Number.MAX_SAFE_INTEGER ? Number(signed) : signed;
  }

  private text(length: number): string {
    const from = this.take(length);
    return new TextDecoder().decode(this.bytes.subarray(from, from + length));
  }

  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) this.refuse("it ends inside a name");
    const line = this.text(end - this.at);
    this.at = end + 1;
    return line;
  }

  /** Steps over `length` bytes, which must be there. @returns where they begin */
  private take(length: number): number {
    const from = this.at;
    if (from + length > this.bytes.length) this.refuse("it ends too early");
    this.at = from + length;
    return from;
  }

  private refuse(why: string): never {
    throw damaged(this.file, `at byte ${this.at} of its pickle, ${why}`);
  }
}
