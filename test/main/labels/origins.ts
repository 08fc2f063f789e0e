// Two everyday origins of a label, for tests that care little which.

import type { LabelOrigin } from '../../../src/shared/types.ts';

export const by = {
  person: { source: 'person', chosen: 'hand' },
  suggestion: { source: 'suggestion', chosen: 'review' },
} as const satisfies Record<string, LabelOrigin>;
