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

/** "83.9 %" */
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** "83.8 % to 100.0 %": an interval, rounded outwards so that it never leaves out the share it is about. */
export const interval = ({ low, high }: { low: number; high: number }): string =>
  `${percent(Math.floor(low * 1000) / 1000)} to ${percent(Math.ceil(high * 1000) / 1000)}`;
