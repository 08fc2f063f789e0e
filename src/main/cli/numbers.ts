// Numbers as a person reads them in a terminal.

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

export { interval, percent } from '../../shared/words.ts';
