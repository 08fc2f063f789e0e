// Numbers of things in a sentence, the same in the window, on the command line and in what is stored.

const numbers = new Intl.NumberFormat('en-GB');

/** "12,345" */
export const count = (value: number): string => numbers.format(value);

/** "1 photo", "2,000 photos" of ["# photo", "# photos"]. `ruleOf`: which of the forms a number takes in a language. */
export function plural(
  value: number,
  forms: readonly [one: string, many: string],
  ruleOf = (n: number): number => (n === 1 ? 0 : 1),
): string {
  return (forms[ruleOf(value)] ?? forms[1]).replace('#', count(value));
}
