// Secrets that let a browser in: 256 random bits as text, compared in constant time.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface Secret {
  readonly text: string;
  /** Takes the same time whatever the candidate is, however long. */
  matches(candidate: string): boolean;
}

export function createSecret(): Secret {
  const text = randomBytes(32).toString('base64url');
  const expected = digest(text);
  return { text, matches: (candidate) => timingSafeEqual(digest(candidate), expected) };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
