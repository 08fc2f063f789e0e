// The language that Whisker speaks: the person's own where there is a catalogue of it, else English.

const rightToLeft = new Set(['ar', 'fa', 'he', 'ur']);

/** "ar" of "ar-EG" */
const spoken = (tag: string): string => new Intl.Locale(tag).language;

let chosen: string | null = null;

/** The first of the person's languages that is among these, 'en' where none is; chosen once. */
export function chooseLanguage(languages: readonly string[]): string {
  const known = navigator.languages.flatMap((wanted) => languages.find((one) => spoken(one) === spoken(wanted)) ?? []);
  chosen ??= known[0] ?? 'en';
  return chosen;
}

/** What was chosen, and in which direction it runs. */
export function languageNow(): { language: string; direction: 'ltr' | 'rtl' } {
  const language = chosen ?? 'en';
  return { language, direction: rightToLeft.has(spoken(language)) ? 'rtl' : 'ltr' };
}
