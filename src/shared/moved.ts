/** The list with the entry at `from` at place `to`, 0 for the first; places past an end are that end. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.filter((_, i) => i !== from);
  return from in list ? rest.toSpliced(Math.min(rest.length, Math.max(0, to)), 0, list[from]!) : rest;
}
