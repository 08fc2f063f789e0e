// Loaded before the program: its packages of TensorFlow can't be found, as on a machine where set-up could not install
// them.

import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier.startsWith('@tensorflow/')) throw new Error(`Cannot find package '${specifier}'`);
    return nextResolve(specifier, context);
  },
});
