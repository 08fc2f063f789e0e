// What can be done with a saved view from its row.

import type { SavedView } from '../../../../shared/search.ts';
import type { App } from '../../../app/app.svelte.ts';

export function showView(app: App, { search, sort }: SavedView): void {
  app.show({ kind: 'all' }, { searching: true });
  app.photos.finder.ask({ search, sort });
}

/** Says so, with a way to have it back. */
export async function deleteView(app: App, { id, name, search, sort }: SavedView): Promise<void> {
  const gone = await app.call('views.delete', { id });
  if (!gone.ok) return;
  const action = { label: 'Undo', run: () => void app.call('views.save', { name, search, sort }) };
  app.toasts.show({ kind: 'done', message: `View “${name}” is deleted.`, action });
}
