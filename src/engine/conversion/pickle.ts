// Reads Python's pickle as data. A pickle is a program that may call whatever it names; this reader knows the few
// instructions that lists, dictionaries and tensors need, calls nothing but the functions that it is given, and refuses
// all else.

import { UnreadableFile } from '../../files/regular-file.ts';

/** A function that a pickle may name and call. */
export type PickleFunction = (args: readonly Pickled[]) => Pickled;

/** Tuples and lists are arrays, dictionaries maps, integers of more than 32 bits bigints; the rest is the reader's. */
export type Pickled = null | boolean | number | bigint | string | object | PickleFunction;

export interface PickleRules {
  /** By "module name": what stands for a global, a function where it may be called. Any other is refused. */
  globals: ReadonlyMap<string, Pickled>;
  /** What stands for an object that lies outside of the pickle, by its id. */
  load(id: Pickled): Pickled;
}

const PROTOCOL = 2;

/**
 * The value of the pickle that begins at `at`, and where it ends. Throws `UnreadableFile` for any instruction or global
 * that is not on the list, and for a pickle that is cut short.
 */
export function readPickle(bytes: Buffer, at: number, rules: PickleRules): { value: Pickled; end: number } {
  const reader = new PickleReader(bytes, at, rules);
  while (!reader.isDone) reader.step();
  return { value: reader.pop(), end: reader.at };
}

/** Where a list of values begins on the stack. */
const MARK = Symbol('mark');

class PickleReader {
  at: number;
  isDone = false;
  readonly #bytes: Buffer;
  readonly #rules: PickleRules;
  readonly #stack: (Pickled | typeof MARK)[] = [];
  readonly #memo = new Map<number, Pickled>();

  constructor(bytes: Buffer, at: number, rules: PickleRules) {
    this.#bytes = bytes;
    this.at = at;
    this.#rules = rules;
  }

  step(): void {
    const code = this.#take(1).readUInt8();
    const work = instructions[code];
    if (work) return work(this);
    const shown = code > 0x20 && code < 0x7f ? `"${String.fromCharCode(code)}"` : `0x${code.toString(16)}`;
    throw new UnreadableFile(`holds the pickle instruction ${shown}, which no list of tensors needs`);
  }

  push(value: Pickled | typeof MARK): void {
    this.#stack.push(value);
  }

  pop(): Pickled {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) throw malformed();
    return value;
  }

  /** The object that the next instruction fills, which stays where it is. */
  top(): Pickled {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  popToMark(): Pickled[] {
    const values: Pickled[] = [];
    while (this.#stack.at(-1) !== MARK) values.push(this.pop());
    this.#stack.pop();
    return values.reverse();
  }

  put(place: number): void {
    this.#memo.set(place, this.top());
  }

  get(place: number): void {
    const value = this.#memo.get(place);
    if (value === undefined) throw malformed();
    this.push(value);
  }

  global(): void {
    const name = `${this.#line()} ${this.#line()}`;
    const known = this.#rules.globals.get(name);
    if (known === undefined) {
      throw new UnreadableFile(`names ${name.slice(0, 100).replace(' ', '.')}, which no list of tensors needs`);
    }
    this.push(known);
  }

  reduce(): void {
    const args = this.pop();
    const made = this.pop();
    if (typeof made !== 'function' || !Array.isArray(args)) throw malformed();
    this.push((made as PickleFunction)(args));
  }

  load(): void {
    this.push(this.#rules.load(this.pop()));
  }

  append(values: Pickled[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw malformed();
    for (const value of values) list.push(value);
  }

  set(pairs: Pickled[]): void {
    const map = this.top();
    if (!(map instanceof Map) || pairs.length % 2 !== 0) throw malformed();
    for (let i = 0; i < pairs.length; i += 2) map.set(pairs[i], pairs[i + 1]);
  }

  u8 = (): number => this.#take(1).readUInt8();
  u16 = (): number => this.#take(2).readUInt16LE();
  u32 = (): number => this.#take(4).readUInt32LE();
  i32 = (): number => this.#take(4).readInt32LE();
  text = (): string => this.#take(this.u32()).toString('utf8');

  /** Little-endian, two's complement, of as many bytes as the one before says. */
  long(): bigint {
    const bytes = this.#take(this.u8());
    const unsigned = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
    return BigInt.asIntN(8 * bytes.length, unsigned);
  }

  #take(count: number): Buffer {
    const from = this.at;
    if (from + count > this.#bytes.length) throw malformed();
    this.at += count;
    return this.#bytes.subarray(from, this.at);
  }

  #line(): string {
    const end = this.#bytes.indexOf('\n', this.at);
    if (end < 0) throw malformed();
    const line = this.#bytes.toString('utf8', this.at, end);
    this.at = end + 1;
    return line;
  }
}

type Instruction = (reader: PickleReader) => void;

/** By its code, as in Python's pickletools. */
const instructions: Readonly<Record<number, Instruction>> = {
  0x80: (r) => {
    if (r.u8() > PROTOCOL) throw new UnreadableFile(`holds a pickle of a later protocol than ${PROTOCOL}`);
  },
  [codeOf('.')]: (r) => void (r.isDone = true),
  [codeOf('(')]: (r) => r.push(MARK),
  [codeOf('N')]: (r) => r.push(null),
  0x88: (r) => r.push(true),
  0x89: (r) => r.push(false),
  [codeOf('J')]: (r) => r.push(r.i32()),
  [codeOf('K')]: (r) => r.push(r.u8()),
  [codeOf('M')]: (r) => r.push(r.u16()),
  0x8a: (r) => r.push(r.long()),
  [codeOf('X')]: (r) => r.push(r.text()),
  [codeOf(')')]: (r) => r.push([]),
  [codeOf('t')]: (r) => r.push(r.popToMark()),
  0x85: (r) => r.push([r.pop()]),
  0x86: (r) => r.push([r.pop(), r.pop()].reverse()),
  0x87: (r) => r.push([r.pop(), r.pop(), r.pop()].reverse()),
  [codeOf(']')]: (r) => r.push([]),
  [codeOf('a')]: (r) => r.append([r.pop()]),
  [codeOf('e')]: (r) => r.append(r.popToMark()),
  [codeOf('}')]: (r) => r.push(new Map()),
  [codeOf('s')]: (r) => r.set([r.pop(), r.pop()].reverse()),
  [codeOf('u')]: (r) => r.set(r.popToMark()),
  [codeOf('q')]: (r) => r.put(r.u8()),
  [codeOf('r')]: (r) => r.put(r.u32()),
  [codeOf('h')]: (r) => r.get(r.u8()),
  [codeOf('j')]: (r) => r.get(r.u32()),
  [codeOf('c')]: (r) => r.global(),
  [codeOf('R')]: (r) => r.reduce(),
  [codeOf('Q')]: (r) => r.load(),
  // Attributes of an object: notes of PyTorch's about versions, which nothing here reads.
  [codeOf('b')]: (r) => void r.pop(),
};

function codeOf(character: string): number {
  return character.charCodeAt(0);
}

const malformed = () => new UnreadableFile('holds a pickle that is cut short or damaged');
