// A graph of ONNX that grows at its end. Only operators that mean the same from version 11 to today's are asked for, so
// that a graph of ours fits behind one that others made.

import type { Constant, Node } from '../conversion/onnx.ts';

export class GraphBuilder {
  readonly nodes: Node[] = [];
  readonly constants = new Map<string, Constant>();
  readonly #prefix: string;

  /** prefix: of all names, so that none is another graph's. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Name of the value. */
  add(type: string, inputs: readonly string[], attributes: Node['attributes'] = {}): string {
    const output = this.#name(type);
    this.nodes.push({ type, inputs, output, attributes });
    return output;
  }

  /** An output that others are to find by its name. */
  addNamed(output: string, type: string, inputs: readonly string[], attributes: Node['attributes'] = {}): void {
    this.nodes.push({ type, inputs, output, attributes });
  }

  /** The values and the places of the largest `count` in each row, largest first.  rows: [n, m]. */
  largest(rows: string, count: number): { values: string; indices: string } {
    const [values, indices] = [this.#name('TopK'), this.#name('TopKIndices')];
    this.nodes.push({ type: 'TopK', inputs: [rows, this.whole([count])], output: values, others: [indices] });
    return { values, indices };
  }

  /** Floats, row-major. */
  floats(values: ArrayLike<number>, shape: readonly number[] = []): string {
    return this.#constant({ shape, values: Float32Array.from(values) });
  }

  /** Whole numbers in a row. */
  whole(values: readonly number[]): string {
    return this.#constant({ shape: [values.length], values: BigInt64Array.from(values.map(BigInt)) });
  }

  /** Σ over each row.  rows: [n, m] -> [n, 1]; a product with ones means the same in all versions. */
  sum(rows: string, length: number): string {
    return this.add('MatMul', [rows, this.floats(new Float32Array(length).fill(1), [length, 1])]);
  }

  #constant(constant: Constant): string {
    const name = this.#name('constant');
    this.constants.set(name, constant);
    return name;
  }

  #name(kind: string): string {
    return `${this.#prefix}${kind}_${this.nodes.length + this.constants.size}`;
  }
}
