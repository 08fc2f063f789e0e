// Which photos a step learns from: labelled ones evenly over the classes, unlabelled ones in shuffled rounds. Fixed by
// seed and step.

import { randomStream, shuffle } from '../../shared/random.ts';
import { NONE_CODE } from '../../shared/types.ts';

export class Batches {
  readonly #seed: number;
  /** Labelled positions of each class. */
  readonly #byClass: Int32Array[];
  readonly #none: Int32Array;
  readonly #pool: Int32Array;
  #round = -1;
  #order: Int32Array;

  /** labels: [count] class, -1, or -2 for none of the classes. All but those serve without their label, too. */
  constructor(labels: Int32Array, classes: number, seed: number) {
    this.#seed = seed;
    this.#byClass = Array.from({ length: classes }, (_, k) => positions(labels, (label) => label === k)).filter(
      (members) => members.length > 0,
    );
    this.#none = positions(labels, (label) => label === NONE_CODE);
    this.#pool = positions(labels, (label) => label !== NONE_CODE);
    this.#order = this.#pool.slice();
  }

  /** `size` labelled positions, every class equally often, every photo of a class in turn. */
  labelled(step: number, size: number): Int32Array {
    const random = randomStream(this.#seed, 1, step);
    const classes = shuffle(this.#byClass.slice(), random).map((members) => shuffle(members.slice(), random));
    return Int32Array.from({ length: size }, (_, i) => {
      const members = classes[i % classes.length] ?? this.#pool;
      return members[Math.floor(i / classes.length) % members.length] ?? 0;
    });
  }

  /**
   * All labelled positions; where there are more than `most`, so many evenly over the classes, the next ones each step.
   */
  allLabelled(step: number, most: number): Int32Array {
    const all = this.#byClass.reduce((sum, members) => sum + members.length, 0);
    if (all <= most) return Int32Array.from(this.#byClass.flatMap((members) => Array.from(members)));
    const share = Math.ceil(most / this.#byClass.length);
    return Int32Array.from(
      this.#byClass.flatMap((members) => {
        const rows = Math.min(share, members.length);
        return Array.from({ length: rows }, (_, i) => members[(step * rows + i) % members.length] ?? 0);
      }),
    );
  }

  /** At most `size` of the photos that show none of the classes, all of them in turn; null when there are none. */
  none(step: number, size: number): Int32Array | null {
    const n = Math.min(size, this.#none.length);
    return n === 0
      ? null
      : Int32Array.from({ length: n }, (_, i) => this.#none[(step * n + i) % this.#none.length] ?? 0);
  }

  /** The next `size` of the pool; each round visits every photo once, in a new order. */
  unlabelled(step: number, size: number): Int32Array {
    const n = this.#pool.length;
    return Int32Array.from({ length: size }, (_, i) => {
      const at = step * size + i;
      this.#startRound(Math.floor(at / n));
      return this.#order[at % n] ?? 0;
    });
  }

  #startRound(round: number): void {
    if (round === this.#round) return;
    this.#round = round;
    this.#order = shuffle(this.#pool.slice(), randomStream(this.#seed, 2, round));
  }
}

/** Where the values are that are wanted, ascending. */
export function positions(labels: Int32Array | Float32Array, wanted: (label: number) => boolean): Int32Array {
  const found = new Int32Array(labels.length);
  let count = 0;
  for (let i = 0; i < labels.length; i++) if (wanted(labels[i]!)) found[count++] = i;
  return found.slice(0, count);
}
