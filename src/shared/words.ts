// Numbers of things in a sentence, the same in the window, on the command line and in what is stored.

const numbers = new Intl.NumberFormat('en-GB');

/** "12,345" */
export const count = (value: number): string => numbers.format(value);

/** "1 photo", "2,000 photos"; `many` where an s is not enough. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;
