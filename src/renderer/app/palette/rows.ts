// What the command palette lists: commands that do something here and now, with their keys, and what there is to go to.
// Each row does what its key, its button or its menu item does.

import type { MenuCommand } from '../../../shared/commands.ts';
import type { RecentLibrary, PhotoClass } from '../../../shared/types.ts';
import { showView } from '../../screens/label/find/view-acts.ts';
import { capOfClass, capsFor, capsOf } from '../../ui/keys.ts';
import { keyMap } from '../../ui/own-keys.svelte.ts';
import type { PickRow } from '../../ui/pick-row.ts';
import type { App } from '../app.svelte.ts';
import type { Shown, View } from '../shown.ts';

export interface PaletteRow extends PickRow {
  group: 'Here' | 'Label with' | 'Go to' | 'Show' | 'Views' | 'Recent folders' | 'Whisker';
  act: () => unknown;
}

/**
 * In the order in which they are listed while nothing is typed; before the recent folders. `focus`: what the person was
 * at when the palette took it.
 */
export function paletteRows(app: App, chooseFolder: () => unknown, focus: Element | null): PaletteRow[] {
  const isOpen = app.library !== null && app.takenAway === null;
  return [
    ...here(app, focus),
    ...(isOpen ? [...labelWith(app, focus), ...goTo(app), ...show(app), ...views(app)] : []),
    ...ofWindow(app, isOpen, chooseFolder),
  ];
}

const here = (app: App, focus: Element | null): PaletteRow[] =>
  app.offers.now({ focus }).map(({ command: { id, label }, act }) => ({
    id: `here ${id}`,
    group: 'Here' as const,
    label,
    keys: capsFor(id),
    act,
  }));

/** By the command that gives a class here, whichever that is. */
const labelWith = (app: App, focus: Element | null): PaletteRow[] =>
  app.classes.flatMap((entry) => {
    const meant = { classId: entry.id, focus };
    const act = app.offers.actOf('give-class', meant) ?? app.offers.actOf('correct', meant);
    const cap = capOfClass(app.classes, entry);
    const row = {
      id: `label ${entry.id}`,
      group: 'Label with' as const,
      label: `Label with ${entry.name}`,
      mark: entry,
    };
    return act ? [{ ...row, keys: cap === null ? [] : [cap], act }] : [];
  });

function goTo(app: App): PaletteRow[] {
  const { reviewer, doubtfulLabels, trainer } = app;
  const row = (label: string, act: () => unknown): PaletteRow => ({ id: `go ${label}`, group: 'Go to', label, act });
  const toView =
    (view: View, then: () => unknown = () => {}) =>
    () => {
      app.howShown = false;
      app.view = view;
      return then();
    };
  const toReview = (isOfLabels: boolean, then: () => unknown) =>
    toView('review', () => {
      doubtfulLabels.shown = isOfLabels;
      return then();
    });
  const [first] = app.classes;
  return [
    row('Label', toView('label')),
    row(
      'Train',
      toView('train', () => trainer.showSetup()),
    ),
    row('Review', toView('review')),
    ...(app.activeRun
      ? [
          row(
            'Review, one by one',
            toReview(false, () => reviewer.load({ kind: 'suspicion' })),
          ),
          ...(first
            ? [
                row(
                  'Review, by class',
                  toReview(false, () => reviewer.load({ kind: 'class', classId: first.id })),
                ),
              ]
            : []),
        ]
      : []),
    ...(app.hasFeatures
      ? [
          row(
            'Review, your labels',
            toReview(true, () => doubtfulLabels.load()),
          ),
        ]
      : []),
    ...trainer.runs.map(({ id }) =>
      row(
        `Run ${id}`,
        toView('train', () => trainer.show(id)),
      ),
    ),
  ];
}

function show(app: App): PaletteRow[] {
  const row = (label: string, shown: Shown, mark?: PhotoClass): PaletteRow => ({
    id: `show ${label} ${mark?.id ?? ''}`,
    group: 'Show',
    label: `Show ${label}`,
    ...(mark && { mark }),
    act() {
      app.howShown = false;
      app.show(shown, { searching: true });
    },
  });
  const { unsure, none, audited, problems } = app.counts;
  return [
    row('all photos', { kind: 'all' }),
    row('unlabelled photos', { kind: 'unlabelled' }),
    ...(app.hasFeatures ? [row('what to label next', { kind: 'suggested' })] : []),
    ...(unsure > 0 ? [row('unsure photos', { kind: 'unsure' })] : []),
    ...(none > 0 ? [row('photos of none of the classes', { kind: 'none' })] : []),
    row('excluded photos', { kind: 'excluded' }),
    ...(audited > 0 ? [row('random checks', { kind: 'audited' })] : []),
    ...(problems > 0 ? [row(/* @wc-include */ 'problems', { kind: 'problems' })] : []),
    row(/* @wc-include */ 'piles', { kind: 'piles' }),
    ...app.classes.map((entry) => row(entry.name, { kind: 'class', classId: entry.id }, entry)),
  ];
}

const views = (app: App): PaletteRow[] =>
  app.views.list.map((view) => ({
    id: `view ${view.id}`,
    group: 'Views',
    label: `View ${view.name}`,
    act() {
      app.howShown = false;
      showView(app, view);
    },
  }));

export const recentFolders = (app: App, recent: readonly RecentLibrary[]): PaletteRow[] =>
  recent
    .filter(({ available, folder }) => available && folder !== app.library?.folder && app.training.status === 'idle')
    .map(({ name, folder }) => ({
      id: `folder ${folder}`,
      group: 'Recent folders',
      label: `Open ${name}`,
      detail: folder,
      act: () => app.openFolder(folder),
    }));

const themeWords = {
  light: /* @wc-include */ 'light',
  dark: /* @wc-include */ 'dark',
  system: 'as the system',
} as const;

function ofWindow(app: App, isOpen: boolean, chooseFolder: () => unknown): PaletteRow[] {
  const row = (label: string, act: () => unknown, keys: string[] = []): PaletteRow => {
    return { id: `window ${label}`, group: 'Whisker', label, keys, act };
  };
  const command = (id: MenuCommand, label: string, keys: string[] = []) => row(label, () => app.carryOut(id), keys);
  const [openKey] = app.info?.host === 'desktop' ? keyMap.keysOf('open-folder') : [];
  const { undo, redo } = app.undoState;
  const { scan, theme, watching } = app;
  const watch = () => app.setWatching(!watching.on);
  const idle = app.training.status === 'idle';
  const steps = isOpen && !app.howShown;
  return [
    ...(steps && undo !== null ? [command('undo', `Undo: ${undo}`, capsFor('undo'))] : []),
    ...(steps && redo !== null ? [command('redo', `Redo: ${redo}`, capsFor('redo'))] : []),
    ...(steps ? [command('history', app.history.shown ? 'Close the history' : 'History', capsFor('history'))] : []),
    ...(idle ? [row('Open a folder…', chooseFolder, openKey === undefined ? [] : capsOf(openKey))] : []),
    ...(isOpen && !scan.running ? [row('Look for new photos', () => scan.again())] : []),
    ...(isOpen
      ? [row(watching.on ? 'Stop watching the folder for changes' : 'Watch the folder for changes', watch)]
      : []),
    ...(isOpen && app.counts.photos > 0 ? [row('Import labels…', () => app.importLabels())] : []),
    ...(steps ? [command('export', 'Export…', capsFor('export'))] : []),
    ...(isOpen && idle ? [row('Archive this library…', () => app.archives.offer())] : []),
    ...(idle ? [command('open-archive', 'Open an archive…')] : []),
    ...(isOpen
      ? [
          row('Ask about a picture…', () => app.choosePicture()),
          row('Ask about what the camera sees', () => app.brought.openCamera()),
        ]
      : []),
    ...(isOpen && app.activeRun ? [row('Sort another folder…', () => app.sorting.open())] : []),
    ...(['light', 'dark', 'system'] as const)
      .filter((choice) => choice !== theme.choice)
      .map((choice) => row(`Theme: ${themeWords[choice]}`, () => theme.choose(choice))),
    ...(app.howShown ? [] : [command('how-it-learns', 'How it learns')]),
    command('shortcuts', 'Keyboard shortcuts', capsFor('shortcuts')),
    command('copy-diagnostics', 'Copy diagnostics'),
  ];
}
