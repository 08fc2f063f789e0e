// Other computers that train: how each is named, and what is known of one that was asked. Pure data, like types.ts.

import type { DeviceReport } from './training.ts';

/** A computer that the person reaches by ssh, where a Whisker of the same version is. */
export interface Computer {
  /** As the person's own ssh knows it: `lab`, `me@lab.example.org` or `ssh://me@lab.example.org:2222`. */
  destination: string;
  /** What starts Whisker's command line there: `whisker`, or `npm --prefix whisker run -s whisker --`. */
  command: string;
}

export const DEFAULT_COMMAND = 'whisker';
export const MOST_COMPUTERS = 20;

/** What a computer said when it was tried out. */
export type ComputerReport =
  | {
      reachable: true;
      /** Versions of Whisker and Node there. */
      whisker: string;
      node: string;
      device: Pick<DeviceReport, 'kind' | 'name' | 'tensorflow' | 'memoryMb'>;
      /** What it can't do, as a sentence: it has no native TensorFlow, say. */
      problem: string | null;
    }
  | { reachable: false; reason: string; remedy: string | null };

const host = String.raw`(?:\w[\w.-]*|\[[\da-fA-F:.]+\])`;
const user = String.raw`(?:\w[\w.+-]*@)?`;
const plain = new RegExp(`^${user}${host}$`);
const withPort = new RegExp(String.raw`^ssh://${user}${host}(?::\d{1,5})?$`);
const LONGEST = 250;

/** It reaches ssh as one argument and can be none of its options. */
export const isDestination = (text: string): boolean =>
  text.length <= LONGEST && (plain.test(text) || withPort.test(text));

/** Words with nothing in them that a shell would act on, but `~`. */
export const isCommand = (text: string): boolean =>
  text.length <= LONGEST && /^[\w./~][\w@%+=:,./~-]*(?: [\w@%+=:,./~-]+)*$/.test(text);
