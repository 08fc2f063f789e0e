// The very numbers that TensorFlow's StatelessRandomNormal draws, in plain code: Philox 4×32-10 (Salmon et al. 2011,
// "Parallel random numbers: as easy as 1, 2, 3") and the Box–Muller transform, as TensorFlow has them.

const ROUNDS = 10;
/** The multipliers and the steps of the key, as the paper has them. */
const M0 = 0xd2511f53 | 0;
const M1 = 0xcd9e8d57 | 0;
const W0 = 0x9e3779b9 | 0;
const W1 = 0xbb67ae85 | 0;
/** The key under which TensorFlow mixes the seeds into a key and a counter of their own. */
const MIXING = [0x3ec8f720, 0x02461e29] as const;
const SMALLEST = 1e-7;

/** `count` standard normal numbers that depend on the two int32 seeds alone. */
export function fillStateless(count: number, [first, second]: readonly [number, number]): Float32Array {
  // Seeds are 64 bits wide there: the upper half repeats the sign.
  const seeds = Uint32Array.of(first, first >> 31, second, second >> 31);
  philox(seeds, MIXING[0], MIXING[1]);
  const [key0 = 0, key1 = 0, counter2 = 0, counter3 = 0] = seeds;
  const values = new Float32Array(count);
  const block = new Uint32Array(4);
  for (let i = 0; i < count; i += 4) {
    block[0] = i / 4;
    block[1] = 0;
    block[2] = counter2;
    block[3] = counter3;
    philox(block, key0, key1);
    for (let pair = 0; pair < 4; pair += 2) {
      const radius = Math.sqrt(-2 * Math.log(Math.max(SMALLEST, unit(block[pair] ?? 0))));
      const angle = 2 * Math.PI * unit(block[pair + 1] ?? 0);
      values[i + pair] = radius * Math.sin(angle); // What lies past the end of an array is dropped.
      values[i + pair + 1] = radius * Math.cos(angle);
    }
  }
  return values;
}

/** Encrypts the counter in place. */
function philox(counter: Uint32Array, key0: number, key1: number): void {
  let [c0 = 0, c1 = 0, c2 = 0, c3 = 0] = counter;
  for (let round = 0; round < ROUNDS; round++) {
    const [first, third] = [c0, c2];
    c0 = highProduct(M1, third) ^ c1 ^ key0;
    c1 = Math.imul(M1, third);
    c2 = highProduct(M0, first) ^ c3 ^ key1;
    c3 = Math.imul(M0, first);
    key0 = (key0 + W0) | 0;
    key1 = (key1 + W1) | 0;
  }
  counter[0] = c0;
  counter[1] = c1;
  counter[2] = c2;
  counter[3] = c3;
}

/** The upper 32 bits of the product of two uint32, by halves, whose products fit 32 bits each. */
function highProduct(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = (Math.imul(aHigh, bLow) >>> 0) + (Math.imul(aLow, bHigh) >>> 0) + (Math.imul(aLow, bLow) >>> 16);
  return (Math.imul(aHigh, bHigh) + ((middle / 2 ** 16) | 0)) | 0;
}

/** The lower 23 bits as a number in [0, 1). */
const unit = (bits: number): number => (bits & 0x7fffff) / 2 ** 23;
