// The words of the history. Pure; no DOM.

import type { Author, HistoryEntry } from '../../../shared/history.ts';
import { plural } from '../../../shared/words.ts';

/** Who or what did it. */
export const authorWords: Record<Author, string> = {
  hand: 'You',
  review: 'You, in review',
  classes: 'You',
  suggested: 'You, as suggested',
  accepted: 'Accepted in bulk',
  alike: 'As what is nearly the same',
  pile: 'A pile',
  import: 'Import',
  'taking-back': 'You',
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** "just now", "5 min ago", "3 h ago", "2 days ago", "4 Mar", "4 Mar 2025".  at: ISO 8601; now: milliseconds. */
export function agoInWords(at: string, now: number): string {
  const then = new Date(at);
  const passed = now - then.getTime();
  if (passed < MINUTE) return 'just now';
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min ago`;
  if (passed < DAY) return `${Math.floor(passed / HOUR)} h ago`;
  if (passed < 7 * DAY) return `${plural(Math.floor(passed / DAY), ['# day', '# days'])} ago`;
  return (then.getFullYear() === new Date(now).getFullYear() ? day : dayOfYear).format(then);
}

/** "You · 3 photos · 5 min ago" */
export const factsInWords = ({ author, photos, at }: HistoryEntry, now: number): string =>
  [authorWords[author], ...(photos > 0 ? [plural(photos, ['# photo', '# photos'])] : []), agoInWords(at, now)].join(
    ' · ',
  );

const stateWords: Record<HistoryEntry['state'], string> = {
  done: '',
  undone: /* @wc-include */ 'undone',
  'taken-back': 'taken back',
};

/** What became of it; empty where it is simply done. */
export const stateInWords = ({ state }: HistoryEntry): string => stateWords[state];
