// What the desktop host puts on the window; absent in a browser.

import type { WhiskerBridge } from '../shared/contract.ts';

declare global {
  interface Window {
    whisker?: WhiskerBridge;
  }
}
