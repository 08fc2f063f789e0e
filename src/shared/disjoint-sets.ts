// Things that are joined two by two, and which of them belong together then (Galler and Fischer 1964).

/** Of the numbers 0 to `size` - 1, each alone at first. */
export class DisjointSets {
  readonly size: number;
  readonly #towards: Int32Array;

  constructor(size: number) {
    this.size = size;
    this.#towards = Int32Array.from({ length: size }, (_, i) => i);
  }

  #find(one: number): number {
    let at = one;
    for (let next = this.#towards[at] ?? at; next !== at; next = this.#towards[at] ?? at) {
      this.#towards[at] = this.#towards[next] ?? next;
      at = next;
    }
    return at;
  }

  join(a: number, b: number): void {
    const [one, other] = [this.#find(a), this.#find(b)];
    this.#towards[Math.max(one, other)] = Math.min(one, other);
  }

  /** [size] the lowest number of each one's set. */
  first(): Int32Array {
    return Int32Array.from({ length: this.size }, (_, i) => this.#find(i));
  }
}
