// What a picture looks like in 128 bits, so that nearly the same pictures are found without a network: difference
// hashing (Krawetz 2013) along rows and columns, which survives another size, another quality and another light.

import sharp from 'sharp';

/** Bits of a fingerprint along each axis: 8 × 8. */
const SIDE = 8;
/** Of 255: a smaller step in brightness is compression's, not the picture's. */
const LEAST_STEP = 3;

/**
 * Of a thumbnail, shrunk to 9 × 9 greys: bit 8·y + x says whether (x, y) is clearly darker than what is right of it,
 * bit 64 + 8·y + x whether than what is below; as 32 hex digits, the highest bit first. Pictures of one burst
 * differ in few bits. Null when the thumbnail can't be decoded.
 */
export async function fingerprintOf(thumbnail: Buffer): Promise<string | null> {
  const greys = await sharp(thumbnail)
    .greyscale()
    .resize(SIDE + 1, SIDE + 1, { fit: 'fill' })
    .raw({ depth: 'uchar' })
    .toBuffer()
    .catch(() => null);
  if (!greys) return null;

  let bits = 0n;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const at = (SIDE + 1) * y + x;
      const lightFrom = (greys[at] ?? 0) + LEAST_STEP;
      const bit = BigInt(SIDE * y + x);
      if ((greys[at + 1] ?? 0) >= lightFrom) bits |= 1n << bit;
      if ((greys[at + SIDE + 1] ?? 0) >= lightFrom) bits |= 1n << (bit + 64n);
    }
  }
  return bits.toString(16).padStart(32, '0');
}
