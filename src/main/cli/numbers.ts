// Numbers as a person reads them in a terminal, and as an option takes them.

import { InvalidArgumentError } from 'commander';
import * as v from 'valibot';

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

export { interval, percent } from '../../shared/words.ts';

/** Reads an option, within the same bounds as the calls'. */
export const checked =
  (schema: v.GenericSchema<unknown, number>) =>
  (text: string): number => {
    const parsed = v.safeParse(schema, text.trim() === '' ? NaN : Number(text));
    if (!parsed.success) throw new InvalidArgumentError(`It ${parsed.issues[0].message}.`);
    return parsed.output;
  };
