// What the menu of the selected photos offers: what their keys do, and where they are.

import type { App } from '../../app/app.svelte.ts';
import { isUri } from '../../../shared/elsewhere.ts';
import { markNames } from '../../../shared/mark-words.ts';
import { labelCode, NO_LABEL_CODE, type PhotoDetail, type PhotoId } from '../../../shared/types.ts';
import { plural } from '../../../shared/words.ts';
import { Columns2, Eraser, Eye, FolderOpen, Layers, ScanSearch, Tag } from '../../ui/icons.ts';
import { capOfClass, capsFor } from '../../ui/keys.ts';
import { markIcons } from '../../ui/mark-icons.ts';
import type { MenuEntry, MenuItem } from '../../ui/menu.ts';
import { markChoices } from './label-keys.ts';

export interface MenuActs {
  view: (id: PhotoId) => void;
  compare: () => void;
  findClass: () => void;
  newClass: () => void;
}

/** For the photo that was pointed at, which is among the selected ones; `detail`: all that is known of it. */
export function menuOfPhotos(app: App, id: PhotoId, detail: PhotoDetail | null, acts: MenuActs): MenuEntry[] {
  const { photos } = app;
  const codes = photos.selected.map((one) => photos.codeOf(one));
  return [
    { label: 'Look closely', icon: Eye, keys: capsFor('view-photo'), onselect: () => acts.view(id) },
    ...(codes.length === 2
      ? [{ label: 'Side by side', icon: Columns2, keys: capsFor('compare'), onselect: acts.compare }]
      : []),
    'separator',
    {
      label: codes.length > 1 ? `Label ${plural(codes.length, ['# photo', '# photos'])}` : 'Label',
      icon: Tag,
      entries: classes(),
    },
    {
      label: 'Remove label',
      icon: Eraser,
      keys: capsFor('remove-label'),
      disabled: codes.every((code) => code === NO_LABEL_CODE),
      onselect: () => void app.labelSelected(null),
    },
    ...markChoices.map(({ mark, command, word }) => ({
      label: codes.every((code) => code === labelCode(mark)) ? `Take back “${markNames[mark]}”` : word,
      icon: markIcons[mark],
      keys: capsFor(command),
      onselect: () => void app.labelSelected(mark),
    })),
    'separator',
    ...(app.hasFeatures
      ? [{ label: 'More like this', icon: ScanSearch, keys: capsFor('more-alike'), onselect: () => app.showAlike(id) }]
      : []),
    ...nearlySame(),
    ...places(),
  ];

  function classes(): MenuEntry[] {
    const marked = app.classes.map((entry) => {
      const cap = capOfClass(app.classes, entry);
      return {
        label: entry.name,
        mark: entry,
        ...(cap !== null && { keys: [cap] }),
        onselect: () => void app.labelSelected(entry.id),
      };
    });
    const find = { label: 'Find a class…', keys: capsFor('find-class'), onselect: acts.findClass };
    const make = { label: 'New class…', keys: capsFor('new-class'), onselect: acts.newClass };
    return [
      ...marked,
      ...(marked.length > 0 ? ['separator' as const] : []),
      ...(marked.length > 9 ? [find] : []),
      make,
    ];
  }

  function nearlySame(): MenuItem[] {
    const group = photos.burstOf(id);
    if (group.length < 2) return [];
    const label = `Select all ${group.length} nearly the same`;
    const toggle = photos.bursts.isOpen(id) ? 'Close what is nearly the same' : 'Open what is nearly the same';
    return [
      { label, icon: Layers, onselect: () => photos.selectBurst(id) },
      { label: toggle, icon: Layers, keys: capsFor('open-burst'), onselect: () => photos.toggleBurst(id) },
    ];
  }

  /** The folders it lies in, each opening what else is there; and the way there in the system's file manager. */
  function places(): MenuItem[] {
    const paths = detail?.paths ?? [];
    const [first] = paths;
    if (first === undefined || isUri(first)) return [];
    const { revealPhoto } = app.transport;
    const folders = [...new Set(paths.map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/')))))];
    const shown = folders.map((folder) => ({
      label: folder === '' ? (app.library?.name ?? '') : folder,
      detail: 'Show all photos of this folder',
      onselect: () => showFolder(folder),
    }));
    return [
      { label: 'Where it is', icon: FolderOpen, entries: shown },
      ...(revealPhoto
        ? [{ label: 'Reveal in folder', icon: FolderOpen, onselect: () => void revealPhoto(id, first) }]
        : []),
    ];
  }

  function showFolder(folder: string): void {
    app.show({ kind: 'all' });
    if (folder !== '') photos.finder.setCondition('folder', folder);
  }
}
