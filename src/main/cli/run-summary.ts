// A run that is over, and its receipt, as lines of text.

import { changedPhrases, checkPhrases, inOneLine, measuredSentence } from '../../shared/correction-receipt.ts';
import type { CorrectionReceipt } from '../../shared/correction-receipt.ts';
import { skewSentence } from '../../shared/measured-on.ts';
import { inReceipt, type Head, type Receipt, type RunSummary } from '../../shared/training.ts';
import { interval, percent } from './numbers.ts';

const headNames = {
  'labels-only': 'labels alone',
  ssgan: 'SSGAN',
  logistic: 'logistic regression',
  propagation: 'graph propagation',
} satisfies Record<Head, string>;

export function summarise({
  id,
  status,
  steps,
  seconds,
  device,
  backbone,
  receipt,
  measuredOn,
  notices,
}: RunSummary): string[] {
  const skew = skewSentence(measuredOn);
  const on = `${device?.name ?? 'no device'}${backbone ? `, with the backbone ${backbone.name}` : ''}`;
  return [
    `Run ${id} ${status} after ${steps} steps, ${Math.round(seconds)} s, on ${on}.`,
    ...(receipt ? receiptLines(receipt) : []),
    ...(skew === null ? [] : [skew]),
    ...notices,
  ];
}

/** What came of the labels since the run before; nothing without any. */
export const changeLines = (receipt: CorrectionReceipt | null): string[] =>
  receipt === null
    ? []
    : [
        `${inOneLine(changedPhrases(receipt))} ${inOneLine(checkPhrases(receipt))}`,
        ...[measuredSentence(receipt)].filter((sentence) => sentence !== null),
      ];

function receiptLines(receipt: Receipt): string[] {
  const { measuredBy, gain, active, temperature, note } = receipt;
  const points = (share: number) => `${share < 0 ? '' : '+'}${(share * 100).toFixed(1)}`;
  const addedOrCost = (share: number) => `${share < 0 ? 'cost' : 'added'} ${(Math.abs(share) * 100).toFixed(1)}`;
  const how = measuredBy === 'cross-validation' ? 'Cross-validated accuracy' : 'Held-out accuracy';
  const score = (head: Head) => {
    const found = receipt[inReceipt[head]];
    return found
      ? [`${how}, ${headNames[head]}: ${percent(found.accuracy)} (${interval(found)}, ${found.n} photos)`]
      : [];
  };
  return [
    ...score('labels-only'),
    ...score('logistic'),
    ...score('propagation'),
    ...score('ssgan'),
    ...(gain
      ? [`The unlabelled photos ${addedOrCost(gain.difference)} points (${points(gain.low)} to ${points(gain.high)}).`]
      : []),
    `In use: ${headNames[active]}, its confidences ${trust(temperature)}.`,
    ...(note ? [note] : []),
  ];
}

/** Whether confidences could be checked, and what came of it. */
function trust(temperature: number | null): string {
  if (temperature === null) return 'uncalibrated';
  return temperature === 1 ? 'checked and left as they are' : `calibrated (temperature ${temperature.toFixed(1)})`;
}
