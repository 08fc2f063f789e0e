// At which row the photo with a content lies: 32 bytes and a slot for each, where a Map of ten million hashes as text
// would take more than a gigabyte.

const HASH_BYTES = 32;
const FREE = -1;
const FIRST_ROOM = 1024;

export class HashIndex {
  /** [room, 32] hashes, row by row. */
  #hashes = Buffer.alloc(FIRST_ROOM * HASH_BYTES);
  /** [2 * room] row of a hash at, or some places after, the slot that its first bytes name (linear probing). */
  #slots = new Int32Array(2 * FIRST_ROOM).fill(FREE);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The next row is that of this hash (hex). A hash that came before stays findable at its newest row. */
  add(sha256: string): void {
    if (this.#length * HASH_BYTES === this.#hashes.length) this.#grow();
    this.#hashes.write(sha256, this.#length * HASH_BYTES, 'hex');
    this.#place(this.#length++);
  }

  /** Undefined for a hash (hex) that was never added. */
  rowOf(sha256: string): number | undefined {
    const hash = Buffer.from(sha256, 'hex');
    const row = hash.length === HASH_BYTES ? this.#slots[this.#slotOf(hash)]! : FREE;
    return row === FREE ? undefined : row;
  }

  #hashAt(row: number): Buffer {
    return this.#hashes.subarray(row * HASH_BYTES, (row + 1) * HASH_BYTES);
  }

  /** Where the hash is, or the free slot where it would be. */
  #slotOf(hash: Buffer): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash.readUInt32LE() & mask; ; slot = (slot + 1) & mask) {
      const row = this.#slots[slot]!;
      if (row === FREE || hash.compare(this.#hashes, row * HASH_BYTES, (row + 1) * HASH_BYTES) === 0) return slot;
    }
  }

  #place(row: number): void {
    this.#slots[this.#slotOf(this.#hashAt(row))] = row;
  }

  #grow(): void {
    this.#hashes = Buffer.concat([this.#hashes, Buffer.alloc(this.#hashes.length)]);
    this.#slots = new Int32Array(2 * this.#slots.length).fill(FREE);
    for (let row = 0; row < this.#length; row++) this.#place(row);
  }
}
