// How well a name fits what is typed, by words in any order. Pure; no DOM.

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Whether the letters come in this order, with others between them. */
function hasInOrder(text: string, letters: string): boolean {
  let from = 0;
  for (const letter of letters) {
    const at = text.indexOf(letter, from);
    if (at < 0) return false;
    from = at + letter.length;
  }
  return true;
}

/** One word of what is typed: 1 where a word begins with it, less where it is inside one or only its letters are. */
function fitOfWord(words: readonly string[], typed: string): number {
  if (words.some((word) => word.startsWith(typed))) return 1;
  if (words.some((word) => word.includes(typed))) return 0.6;
  if (typed.length > 1 && hasInOrder(words.map((word) => word[0]).join(''), typed)) return 0.4;
  return typed.length > 2 && words.some((word) => word[0] === typed[0] && hasInOrder(word, typed)) ? 0.2 : 0;
}

/**
 * 0 where a word of what is typed is nowhere in the name; else up to 1, more where the name begins as typed and the
 * shorter it is. Marks over letters and capitals don't count.
 */
export function fit(name: string, typed: string): number {
  const [text, wanted] = [plain(name), plain(typed).trim()];
  if (wanted === '') return 1;
  const words = text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const fits = wanted.split(/\s+/).map((word) => fitOfWord([...words, text], word));
  if (fits.includes(0)) return 0;
  const mean = fits.reduce((sum, one) => sum + one, 0) / fits.length;
  return 0.8 * mean + (text.startsWith(wanted) ? 0.15 : 0) + 0.05 / (1 + text.length / 20);
}

/** Those that fit, the best first; equal ones as they came. */
export function best<T>(items: readonly T[], nameOf: (item: T) => string, typed: string): T[] {
  return items
    .map((item) => ({ item, score: fit(nameOf(item), typed) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score)
    .map(({ item }) => item);
}
