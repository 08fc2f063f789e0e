// Vectors of a byte a number: rows of a float32 scale and then int8 numbers, each of which times the scale is what was.

export interface QuantisedVector {
  scale: number;
  values: Int8Array;
}

const SCALE_BYTES = Float32Array.BYTES_PER_ELEMENT;

export const quantisedRowBytes = (length: number): number => SCALE_BYTES + length;

export function quantisedRow({ scale, values }: QuantisedVector): Uint8Array {
  const row = new Uint8Array(quantisedRowBytes(values.length));
  new DataView(row.buffer).setFloat32(0, scale, true);
  row.set(new Uint8Array(values.buffer, values.byteOffset, values.length), SCALE_BYTES);
  return row;
}

/** Rows [count, 4 + length] of bytes to numbers [count, length] in `target`. */
export function dequantise(rows: Uint8Array, length: number, target: Float32Array): void {
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  const numbers = new Int8Array(rows.buffer, rows.byteOffset, rows.byteLength);
  const count = rows.length / quantisedRowBytes(length);
  for (let row = 0, from = 0, to = 0; row < count; row++) {
    const scale = view.getFloat32(from, true);
    from += SCALE_BYTES;
    for (let i = 0; i < length; i++) target[to++] = scale * numbers[from++]!;
  }
}
