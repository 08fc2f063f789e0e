// What stands over the photos behind a number of a receipt, and which of its two models is in use. Pure; no DOM.

import type { CorrectionReceipt, ReceiptPart } from '../../../shared/correction-receipt.ts';
import type { RunId } from '../../../shared/types.ts';

const titles: Record<ReceiptPart, (run: RunId) => string> = {
  fixes: (run) => `What you fixed before run ${run}`,
  confirmed: (run) => `What you confirmed before run ${run}`,
  added: (run) => `New photos labelled before run ${run}`,
  changed: (run) => `Sorted differently by run ${run}`,
  'became-right': (run) => `Random checks that became right in run ${run}`,
  'became-wrong': (run) => `Random checks that became wrong in run ${run}`,
};

export const receiptTitle = (part: ReceiptPart, run: RunId): string => titles[part](run);

/** "The new one (run 4) is in use." */
export function inUseWords({ earlier, later }: CorrectionReceipt, inUse: RunId | null): string {
  if (inUse === later) return `The new one (run ${later}) is in use.`;
  if (inUse === earlier) return `The old one (run ${earlier}) is in use.`;
  return inUse === null ? 'Neither is in use.' : `Run ${inUse} is in use.`;
}
