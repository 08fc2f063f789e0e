// Bytes as text, for calls.

/** A multiple of three, so that the pieces join without padding between them. */
const PIECE_BYTES = 3 * 2 ** 13;

export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE_BYTES)));
  }
  return text;
}
