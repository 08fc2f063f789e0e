// Numbers as a person reads them in a terminal, and as an option takes them.

import { InvalidArgumentError } from 'commander';
import * as v from 'valibot';

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** "83.9 %" */
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** "83.8 % to 100.0 %": an interval, rounded outwards so that it never leaves out the share it is about. */
export const interval = ({ low, high }: { low: number; high: number }): string =>
  `${percent(Math.floor(low * 1000) / 1000)} to ${percent(Math.ceil(high * 1000) / 1000)}`;

/** Reads an option, within the same bounds as the calls'. */
export const checked =
  (schema: v.GenericSchema<unknown, number>) =>
  (text: string): number => {
    const parsed = v.safeParse(schema, text.trim() === '' ? NaN : Number(text));
    if (!parsed.success) throw new InvalidArgumentError(`It ${parsed.issues[0].message}.`);
    return parsed.output;
  };
