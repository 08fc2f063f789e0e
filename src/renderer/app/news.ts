// What is told by a toast when it happens on its own, wherever the person is: a run has ended, training has become
// possible, a file is saved.

import type { SavedFile } from '../../shared/contract.ts';
import { runEndInWords } from '../../shared/training.ts';
import type { Api, Transport } from '../api.ts';
import { notifyOutOfSight } from './notify.ts';
import type { Toasts } from './toasts.svelte.ts';

export interface NewsParts {
  toasts: Toasts;
  isHost(host: 'desktop' | 'web'): boolean;
  isAtTrain(): boolean;
  goToTrain(): void;
  /** Shows the saved file of that number in its folder; only the desktop app can. */
  showSaved: Transport['showSaved'] | undefined;
}

export function tellNews(api: Api, { toasts, isHost, isAtTrain, goToTrain, showSaved }: NewsParts): void {
  api.on('run.ended', (run) => {
    const message = runEndInWords(run);
    // In the desktop app main does so (hosts/desktop/run-signs.ts).
    if (isHost('web')) notifyOutOfSight(message, goToTrain);
    if (isAtTrain()) return;
    const action = { label: 'See the result', run: goToTrain };
    toasts.show({ kind: run.status === 'failed' ? 'error' : 'done', message, action });
  });

  let hadNative = true;
  api.on('training.runtime', (runtime) => {
    const hasNative = runtime.available === true && runtime.device.nativeProblem === null;
    const isNew = hasNative && !hadNative;
    hadNative = hasNative;
    if (!isNew || isAtTrain()) return;
    const action = { label: 'Train', run: goToTrain };
    toasts.show({ kind: 'done', message: 'TensorFlow is here: Whisker can learn from your photos alone now.', action });
  });

  api.on('folder.unwatched', ({ message }) => void toasts.show({ kind: 'info', message }));

  api.on('file.saved', ({ number, name, folder, written }: SavedFile) => {
    if (!written) {
      const remedy = `Check that there is room in ${folder} and that you may write there, then save again.`;
      toasts.fail({ code: 'storage-failed', message: `${name} could not be saved.`, remedy });
      return;
    }
    const action = showSaved && { label: 'Show in folder', run: () => void showSaved(number) };
    toasts.show({ kind: 'done', message: `Saved ${name} in ${folder}`, ...(action && { action }) });
  });
}
