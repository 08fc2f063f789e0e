// The language of the window: the person's own where there is a catalogue of it, else English.

const rightToLeft = new Set(['ar', 'fa', 'he', 'ur']);

/** "ar" of "ar-EG" */
const spoken = (tag: string): string => new Intl.Locale(tag).language;

let chosen: string | null = null;

/**
 * The first of the person's languages that is among these, 'en' where none is. It is chosen once, and the document says
 * which it is and in which direction it runs.
 */
export function chooseLanguage(languages: readonly string[]): string {
  if (chosen !== null) return chosen;
  const known = navigator.languages.flatMap((wanted) => languages.find((one) => spoken(one) === spoken(wanted)) ?? []);
  chosen = known[0] ?? 'en';
  document.documentElement.lang = chosen;
  document.documentElement.dir = rightToLeft.has(spoken(chosen)) ? 'rtl' : 'ltr';
  return chosen;
}
