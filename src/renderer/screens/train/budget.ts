// Which time budgets there are. Pure; no DOM.

export const budgets: readonly number[] = [1, 3, 5, 10, 30];
const least = 0.2;
const most = 1440;

/** Null for a number of minutes that training takes, else what is wrong with the text. */
export function budgetError(text: string): string | null {
  const minutes = Number(text.trim().replace(',', '.'));
  if (text.trim() === '' || !Number.isFinite(minutes)) return 'Type a number of minutes.';
  return minutes < least || minutes > most ? `Between ${least} minutes and 24 hours (${most} minutes).` : null;
}

const maxSeed = 2 ** 31 - 1;
export const isSeed = (text: string): boolean => /^\d{1,10}$/.test(text.trim()) && Number(text) <= maxSeed;
export const randomSeed = (): number => Math.floor(Math.random() * maxSeed);
