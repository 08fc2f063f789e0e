// Loaded before the built main bundle under plain Node: its 'electron' is the fakes, as one module for both.

import { registerHooks } from 'node:module';

const fakes = new URL('../../fakes/electron/index.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, nextResolve) =>
    specifier === 'electron' ? { url: fakes, shortCircuit: true } : nextResolve(specifier, context),
});
