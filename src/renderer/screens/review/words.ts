// The words of the Review screens. Pure; no DOM.

import { soundsSure } from '../../../shared/confidence.ts';
import { expectedErrors } from '../../../shared/accept-top.ts';
import type { Surest } from '../../../shared/accept-top.ts';
import { isSafeToStop } from '../../../shared/errors-left.ts';
import type { CheckedPhoto, ErrorsLeft } from '../../../shared/errors-left.ts';
import { markNames } from '../../../shared/mark-words.ts';
import { isMark, type ClassId } from '../../../shared/types.ts';
import type { QueueEnd } from '../../../shared/queue-end.ts';
import type { Decision, Tally } from './decisions.svelte.ts';
import { count, plural } from '../../../shared/words.ts';
import { percent } from '../../ui/numbers.ts';

export const decisionWords: Record<Decision, string> = {
  accepted: 'Accepted',
  corrected: 'Corrected',
  ...markNames,
  refused: 'Not this class',
};

/** How sure the model is: "83%" where that was checked, else a word, which claims no more than is known. */
export function sureWords(confidence: number, calibrated: boolean): string {
  if (calibrated) return `${percent(confidence)} sure`;
  return soundsSure(confidence) ? /* @wc-include */ 'sure' : /* @wc-include */ 'unsure';
}

/** "5 reviewed, 2 corrected, 1 unsure"; what is zero stays unsaid. */
export function tallyWords({ reviewed, corrected, unsure }: Tally): string {
  const parts = [`${count(reviewed)} reviewed`];
  if (corrected > 0) parts.push(`${count(corrected)} corrected`);
  if (unsure > 0) parts.push(`${count(unsure)} unsure`);
  return parts.join(', ');
}

/** "about one in 40", no finer than an estimate is; below one in a thousand there is no more to say than that. */
function oneIn(share: number): string {
  if (share < 0.001) return 'fewer than one in a thousand';
  const photos = 1 / share;
  const step = photos < 20 ? 1 : photos < 100 ? 5 : 50;
  return `about one in ${count(Math.round(photos / step) * step)}`;
}

const areWrong = (share: number): string => (share < 0.001 ? `${oneIn(share)} are wrong` : `${oneIn(share)} is wrong`);

/** "The first 14 are worth a look; after that about one in 40 is wrong." */
export function endWords({ worth, rest, restWrong }: QueueEnd): string | null {
  if (worth + rest === 0) return null;
  if (rest === 0) return worth === 1 ? 'It is worth a look.' : `All ${count(worth)} are worth a look.`;
  if (worth === 0) return `None stands out: ${areWrong(restWrong)}.`;
  const first = worth === 1 ? 'The first is' : `The first ${count(worth)} are`;
  return `${first} worth a look; after that ${areWrong(restWrong)}.`;
}

/** "From here on about one in 40 is wrong." */
export const pastEndWords = ({ restWrong }: QueueEnd): string => `From here on ${areWrong(restWrong)}.`;

/** Enough new labels that another training is worth its minutes. */
const worthTraining = { corrected: 3, newLabels: 10 };

/** Why to train again, or null while it is not worth it. */
export function trainAgainReason(tally: Tally, newLabels: number): string | null {
  if (tally.corrected >= worthTraining.corrected) {
    return `${plural(tally.corrected, ['# correction', '# corrections'])} since the last training: the model can learn from them.`;
  }
  return newLabels >= worthTraining.newLabels
    ? `${plural(newLabels, ['# new label', '# new labels'])} since the last training: the model can learn from them.`
    : null;
}

/** "About 38 (20–61) of 3,900 are still wrong"; without a check what would tell. */
export function errorsLeftInWords({ left, errors }: ErrorsLeft): string {
  if (errors === null) return 'Check 10 random photos to learn how many are still wrong';
  const { estimate, low, high } = errors;
  const of = `of ${plural(left, ['# photo', '# photos'])}`;
  if (high === 0) return `None ${of} is still wrong`;
  if (low === high) return plural(high, [`# ${of} is still wrong`, `# ${of} are still wrong`]);
  if (low === 0 && estimate === 0) return `At most ${count(high)} ${of} are still wrong`;
  return `About ${count(estimate)} (${count(low)}–${count(high)}) ${of} are still wrong`;
}

/** "about 2 of them wrong": what is known of the errors among the surest `n`. */
export function expectedErrorsInWords(surest: Surest, n: number): string {
  const expected = expectedErrors(surest, n);
  if (expected === null)
    return 'how many of them are wrong is not known; random checks under “Most suspicious” would tell';
  const about = expected.about < 0.5 ? 'probably none' : `about ${count(Math.round(expected.about))}`;
  if (expected.atMost === null || surest.errors?.by !== 'checks') return `${about} of them wrong`;
  return `${about} and at most ${count(expected.atMost)} of them wrong, by ${plural(surest.errors.checks, ['# random check', '# random checks'])}`;
}

/** What the next checks are good for; null where they would not tell more. */
export function nextChecksInWords(found: ErrorsLeft): string | null {
  const { errors, narrowedTo } = found;
  if (errors === null) return 'one photo in eight of this list is such a check';
  if (isSafeToStop(found) || narrowedTo === null || 2 * narrowedTo >= errors.high - errors.low) return null;
  return errors.low === 0 && errors.estimate === 0
    ? `ten more checks without an error would bring it down to about ${count(2 * narrowedTo)}`
    : `ten more checks would narrow it to about ±${count(narrowedTo)}`;
}

/** "24 random checks so far, 2 of them wrong." */
export function checksInWords({ checks, wrong }: ErrorsLeft): string {
  if (checks === 0) return 'No random check so far.';
  const so = plural(checks, ['# random check so far', '# random checks so far']);
  return wrong === 0 ? `${so}, none of them wrong.` : `${so}, ${count(wrong)} of them wrong.`;
}

/** "Dog, not Cat": what a random check found. */
export function checkInWords({ predicted, label, wrong }: CheckedPhoto, nameOf: (id: ClassId) => string): string {
  const said = nameOf(predicted);
  if (wrong === null) return `Unsure: ${said}?`;
  if (!wrong) return `${said}: right`;
  if (isMark(label)) return `${markNames[label]}, not ${said}`;
  return label === null ? `Not ${said}` : `${nameOf(label)}, not ${said}`;
}
