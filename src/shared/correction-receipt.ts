// What a run made of the labels that were given since the run before it: how many, what they changed, and whether that
// is for the better, as far as it can be known. Pure data, and its words.

import type { Accuracy, Difference } from './training.ts';
import type { RunId } from './types.ts';
import { count, plural } from './words.ts';

/** The lists behind the numbers of a receipt. */
export const receiptParts = ['fixes', 'confirmed', 'added', 'changed', 'became-right', 'became-wrong'] as const;
export type ReceiptPart = (typeof receiptParts)[number];

export interface CorrectionReceipt {
  /** The run that was in use when `later` began. */
  earlier: RunId;
  later: RunId;
  /** Labels that say something else than the earlier run did, or than the label before; with those taken back. */
  fixes: number;
  /** Labels that say what the earlier run said. */
  confirmed: number;
  /** Labels of photos that the earlier run had not judged. */
  added: number;
  /** Whether both learned in the same way, so that labels are what sets them apart. */
  sameWay: boolean;
  /** Photos without a label when the later run began that both have judged, and those of them put elsewhere by it. */
  judged: number;
  changed: number;
  checks: ChecksOfBoth;
  /** On labelled photos of which each of the two says something without their label; null without any. */
  measured: { before: Accuracy; after: Accuracy; difference: Difference } | null;
}

/** Photos that were drawn at random and labelled. */
export interface ChecksOfBoth {
  /** Each run was asked for these without their label: only they can tell which is the better one. */
  fair: number;
  /** Of those, the ones that the earlier run had wrong and the later one has right, and the other way round. */
  becameRight: number;
  becameWrong: number;
  /** From whose labels one of the two has learned, and was never asked without them. */
  learnedFrom: number;
}

/** A piece of a sentence; with a `part` it is a number that opens its photos. */
export interface Phrase {
  text: string;
  part?: ReceiptPart;
}

/** "Your 14 fixes and 30 confirmed labels changed 212 of 3,900 photos." */
export function changedPhrases(receipt: CorrectionReceipt): Phrase[] {
  const { fixes, confirmed, added, changed, judged, sameWay } = receipt;
  const labels = (n: number) => (n === 1 ? 'label' : 'labels');
  const given: Phrase[] = [
    ...(fixes > 0 ? [{ text: plural(fixes, ['# fix', '# fixes']), part: 'fixes' } as const] : []),
    ...(confirmed > 0
      ? [{ text: `${count(confirmed)} confirmed ${labels(confirmed)}`, part: 'confirmed' } as const]
      : []),
    ...(added > 0 ? [{ text: `${count(added)} ${labels(added)} of new photos`, part: 'added' } as const] : []),
  ];
  const list = given.flatMap((phrase, i) => {
    const between = i === 0 ? [] : [{ text: i === given.length - 1 ? ' and ' : ', ' }];
    return [...between, phrase];
  });
  return [
    { text: 'Your ' },
    ...list,
    { text: sameWay ? ' changed ' : ', and another way to learn, changed ' },
    ...(changed === 0 ? [{ text: 'none' }] : [{ text: count(changed), part: 'changed' } as const]),
    { text: ` of ${plural(judged, ['# photo', '# photos'])}.` },
  ];
}

/**
 * "Of 12 random checks, 9 became right and 1 wrong." Where no check can tell, why: one that a run has learned from is
 * no test of it.
 */
export function checkPhrases({ checks }: CorrectionReceipt): Phrase[] {
  const { fair, becameRight, becameWrong, learnedFrom } = checks;
  if (fair === 0) return [{ text: `${NOT_KNOWN}: ${whyNoCheckTells(learnedFrom)}` }];
  const of = `Of ${plural(fair, ['# random check', '# random checks'])}`;
  if (becameRight + becameWrong === 0) return [{ text: `${of} none changed between right and wrong.` }];
  const opens = (n: number, part: ReceiptPart): Phrase => (n === 0 ? { text: 'none' } : { text: count(n), part });
  return [
    { text: `${of}, ` },
    opens(becameRight, 'became-right'),
    { text: ' became right and ' },
    opens(becameWrong, 'became-wrong'),
    { text: ' wrong.' },
  ];
}

const NOT_KNOWN = 'Whether that is for the better can’t be told yet';

/** The same where there is room for one line: why no check can tell stands elsewhere. */
export const shortCheckPhrases = (receipt: CorrectionReceipt): Phrase[] =>
  receipt.checks.fair === 0 ? [{ text: `${NOT_KNOWN}.` }] : checkPhrases(receipt);

function whyNoCheckTells(learnedFrom: number): string {
  if (learnedFrom === 0) return 'no photo of a random check has a label. Review brings one in eight.';
  const all = learnedFrom === 1 ? 'the only random check' : `all ${count(learnedFrom)} random checks`;
  return `it has learned from ${all}. The next ones will tell.`;
}

/** "On 42 labelled photos, each judged without its label, 34 were right before and 37 are now: …" */
export function measuredSentence({ measured }: CorrectionReceipt): string | null {
  if (!measured) return null;
  const { before, after, difference } = measured;
  const verdict =
    difference.low > 0 ? 'clearly better' : difference.high < 0 ? 'clearly worse' : 'the difference may be chance';
  const right = ({ accuracy, n }: Accuracy) => count(Math.round(accuracy * n));
  const range = `${points(difference.low)} to ${points(difference.high)} points`;
  const photos = plural(before.n, ['# labelled photo', '# labelled photos']);
  const how = before.n === 1 ? 'judged without its label' : 'each judged without its label';
  return `On ${photos}, ${how}, ${right(before)} were right before and ${right(after)} are now: ${verdict} (${range}).`;
}

/** A share as signed points, with a real minus. */
const points = (share: number): string => {
  const whole = Math.round(100 * share);
  return whole === 0 ? '0' : `${whole > 0 ? '+' : '−'}${Math.abs(whole)}`;
};

export const inOneLine = (phrases: readonly Phrase[]): string => phrases.map(({ text }) => text).join('');
