// Gives a test Electron as if the process had just started.

import { vi } from 'vitest';
import type * as Fakes from './index.ts';

export type ElectronFakes = typeof Fakes;

/** Fresh fakes; modules imported from now on see them as 'electron', and are fresh themselves. */
export async function freshElectron(): Promise<ElectronFakes> {
  vi.resetModules();
  vi.doMock('electron', () => import('./index.ts'));
  return import('./index.ts');
}
