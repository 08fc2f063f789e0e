// Every command that has a key or stands in the desktop's menu, once: the menu, the sheet of keyboard shortcuts and the
// handlers of key presses are made from this table. Data only. What text fields and the system's own menu items do by
// their roles is theirs.

/** Where a key is heard: in one of the views, or in each of them. */
export const places = {
  anywhere: 'Anywhere',
  label: 'Label',
  map: 'Map',
  piles: 'Piles',
  viewer: 'A photo shown large',
  compare: 'Two photos side by side',
  review: 'Review, one by one',
  'by-class': 'Review, by class',
  how: 'How it learns',
  'own-labels': 'Review, your labels',
  classes: 'A class of the list',
} as const;
export type Place = keyof typeof places;

interface WithKeys {
  id: string;
  /** In the sheet. */
  label: string;
  places: readonly Place[];
  /**
   * Any of them does it. "Mod" is Cmd on a Mac and Ctrl elsewhere; modifiers come as Mod, Ctrl, Alt, Shift; then what
   * `KeyboardEvent.key` says, a letter as a capital, and "Space" for the space bar and "Plus" for the plus sign.
   */
  keys: readonly string[];
  /** Each key means something of its own, a direction or a class: they stay, and the palette has no row for them. */
  family?: true;
  /** The page, which leaves it to a text field while that has the focus; or the desktop's menu. */
  heardBy: 'page' | 'menu';
  /** What the desktop's menu calls it; absent where it is not in the menu. */
  menu?: string;
}

interface InMenuAlone {
  id: string;
  menu: string;
}

const arrows = ['ArrowLeft', 'ArrowUp', 'ArrowDown', 'ArrowRight'];
const moves = [...arrows, 'Home', 'End', 'PageUp', 'PageDown'];
const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
/** Where a single photo is large enough to be looked at closely. */
const closely: readonly Place[] = ['viewer', 'compare', 'review', 'own-labels'];
const each = (modifier: string, keys: readonly string[]): string[] => keys.map((key) => `${modifier}+${key}`);

const anywhere = [
  { id: 'undo', label: 'Undo', places: ['anywhere'], keys: ['Mod+Z'], heardBy: 'page', menu: 'Undo' },
  { id: 'redo', label: 'Redo', places: ['anywhere'], keys: ['Mod+Shift+Z', 'Mod+Y'], heardBy: 'page', menu: 'Redo' },
  {
    id: 'shortcuts',
    label: 'Keyboard shortcuts',
    places: ['anywhere'],
    keys: ['?'],
    heardBy: 'page',
    menu: 'Keyboard Shortcuts',
  },
  { id: 'history', label: 'History', places: ['anywhere'], keys: ['H'], heardBy: 'page', menu: 'History' },
  {
    id: 'palette',
    label: 'Command palette',
    places: ['anywhere'],
    keys: ['Mod+K'],
    heardBy: 'page',
    menu: 'Command Palette…',
  },
  { id: 'export', label: 'Export', places: ['anywhere'], keys: ['Mod+E'], heardBy: 'page', menu: 'Export…' },
  {
    id: 'open-folder',
    label: 'Open a folder',
    places: ['anywhere'],
    keys: ['Mod+O'],
    heardBy: 'menu',
    menu: 'Open Folder…',
  },
] as const satisfies readonly WithKeys[];

const labelling = [
  {
    id: 'give-class',
    label: 'Label with a class',
    places: ['label', 'viewer', 'compare'],
    keys: digits,
    family: true,
    heardBy: 'page',
  },
  {
    id: 'remove-label',
    label: 'Remove the label',
    places: ['label', 'viewer', 'compare'],
    keys: ['0'],
    heardBy: 'page',
  },
  {
    id: 'label-none',
    label: 'None of these classes, or take back',
    places: ['label', 'viewer', 'compare'],
    keys: ['N'],
    heardBy: 'page',
  },
  {
    id: 'label-unsure',
    label: 'Unsure: comes back later; or take back',
    places: ['label', 'viewer', 'compare'],
    keys: ['U'],
    heardBy: 'page',
  },
  {
    id: 'exclude',
    label: 'Exclude, or take back',
    places: ['label', 'viewer', 'compare'],
    keys: ['X'],
    heardBy: 'page',
  },
  { id: 'new-class', label: 'New class', places: ['label'], keys: ['Shift+C'], heardBy: 'page' },
  { id: 'find-class', label: 'Find a class by name', places: ['label', 'review'], keys: ['/'], heardBy: 'page' },
  { id: 'more-alike', label: 'More like this', places: ['label', 'viewer'], keys: ['M'], heardBy: 'page' },
  { id: 'show-piles', label: 'Piles, or back to the grid', places: ['label', 'piles'], keys: ['P'], heardBy: 'page' },
  { id: 'show-map', label: 'Map, or the grid alone', places: ['label'], keys: ['G'], heardBy: 'page' },
  {
    id: 'open-burst',
    label: 'Open what is nearly the same, or close it',
    places: ['label'],
    keys: ['B'],
    heardBy: 'page',
  },
  { id: 'view-photo', label: 'Look closely', places: ['label'], keys: ['Space', 'Enter'], heardBy: 'page' },
  { id: 'move', label: 'Go to another photo', places: ['label'], keys: moves, family: true, heardBy: 'page' },
  {
    id: 'extend',
    label: 'Select on the way',
    places: ['label'],
    keys: each('Shift', moves),
    family: true,
    heardBy: 'page',
  },
  {
    id: 'move-alone',
    label: 'Move and keep the selection',
    places: ['label'],
    // On a Mac, Control does so as well: Command and an arrow or the space bar can belong to the system.
    keys: [...each('Mod', moves), ...each('Ctrl', moves)],
    family: true,
    heardBy: 'page',
  },
  {
    id: 'toggle',
    label: 'Select, or leave out of the selection',
    places: ['label'],
    keys: ['Mod+Space', 'Ctrl+Space'],
    heardBy: 'page',
  },
  {
    id: 'extend-more',
    label: 'Select on the way, beside what is selected',
    places: ['label'],
    keys: [...each('Mod+Shift', moves), ...each('Ctrl+Shift', moves)],
    heardBy: 'page',
  },
  {
    id: 'select-up-to',
    label: 'Select up to here',
    places: ['label'],
    keys: ['Shift+Space', 'Mod+Shift+Space', 'Ctrl+Shift+Space'],
    heardBy: 'page',
  },
  { id: 'select-all', label: 'Select all', places: ['label'], keys: ['Mod+A'], heardBy: 'page' },
  { id: 'select-none', label: 'Select none', places: ['label'], keys: ['Escape'], heardBy: 'page' },
  { id: 'find-photos', label: 'Find photos', places: ['label'], keys: ['Mod+F'], heardBy: 'page' },
  {
    id: 'auto-advance',
    label: 'Go on after a label, or stay',
    places: ['label', 'viewer'],
    keys: [],
    heardBy: 'page',
  },
  {
    id: 'photo-menu',
    label: 'Menu of the photo',
    places: ['label'],
    keys: ['Shift+F10', 'ContextMenu'],
    heardBy: 'page',
  },
  {
    id: 'compare',
    label: 'Two photos side by side, or back',
    places: ['label', 'compare'],
    keys: ['C'],
    heardBy: 'page',
  },
] as const satisfies readonly WithKeys[];

const mapping = [
  { id: 'map-lasso', label: 'Lasso, or move the map', places: ['map'], keys: ['L'], heardBy: 'page' },
  { id: 'map-zoom-in', label: 'Zoom in', places: ['map'], keys: ['Plus', '='], heardBy: 'page' },
  { id: 'map-zoom-out', label: 'Zoom out', places: ['map'], keys: ['-'], heardBy: 'page' },
  { id: 'map-fit', label: 'Show the whole map', places: ['map'], keys: ['F'], heardBy: 'page' },
] as const satisfies readonly WithKeys[];

const piling = [
  {
    id: 'pile-move',
    label: 'Go to another photo',
    places: ['piles'],
    keys: [...arrows, 'Home', 'End'],
    family: true,
    heardBy: 'page',
  },
  {
    id: 'pile-toggle',
    label: 'Take out of the pile, or put back',
    places: ['piles'],
    keys: ['Space'],
    heardBy: 'page',
  },
  { id: 'pile-view', label: 'Look closely', places: ['piles'], keys: ['Enter'], heardBy: 'page' },
] as const satisfies readonly WithKeys[];

const viewing = [
  {
    id: 'next-photo',
    label: 'Next photo',
    places: ['viewer'],
    keys: ['ArrowRight', 'ArrowDown', 'PageDown'],
    heardBy: 'page',
  },
  {
    id: 'previous-photo',
    label: 'Previous photo',
    places: ['viewer'],
    keys: ['ArrowLeft', 'ArrowUp', 'PageUp'],
    heardBy: 'page',
  },
  { id: 'first-photo', label: 'First photo', places: ['viewer'], keys: ['Home'], heardBy: 'page' },
  { id: 'last-photo', label: 'Last photo', places: ['viewer'], keys: ['End'], heardBy: 'page' },
  {
    id: 'close-viewer',
    label: 'Back to the grid',
    places: ['viewer', 'compare'],
    keys: ['Space', 'Escape'],
    heardBy: 'page',
  },
  { id: 'photo-facts', label: 'What is known of the photo', places: ['viewer'], keys: ['I'], heardBy: 'page' },
  {
    id: 'compare-side',
    label: 'The photo on the left, on the right',
    places: ['compare'],
    keys: ['ArrowLeft', 'ArrowRight'],
    heardBy: 'page',
  },
  { id: 'zoom-in', label: 'Zoom in', places: closely, keys: ['Plus', '='], heardBy: 'page' },
  { id: 'zoom-out', label: 'Zoom out', places: closely, keys: ['-'], heardBy: 'page' },
  { id: 'zoom-actual', label: 'All pixels (100 %), or the whole photo', places: closely, keys: ['Z'], heardBy: 'page' },
  { id: 'zoom-fit', label: 'The whole photo', places: closely, keys: ['F'], heardBy: 'page' },
  // Without Shift, too, where the arrows of a photo that is looked at closely have nothing else to do.
  {
    id: 'zoom-pan',
    label: 'Move what is looked at closely',
    places: closely,
    keys: each('Shift', arrows),
    heardBy: 'page',
  },
] as const satisfies readonly WithKeys[];

const reviewing = [
  { id: 'accept', label: 'The prediction is right', places: ['review', 'by-class'], keys: ['Enter'], heardBy: 'page' },
  { id: 'keep-label', label: 'Keep the label', places: ['own-labels'], keys: ['Enter'], heardBy: 'page' },
  {
    id: 'correct',
    label: 'Correct to a class',
    places: ['review', 'by-class', 'own-labels'],
    keys: digits,
    family: true,
    heardBy: 'page',
  },
  {
    id: 'exclude-reviewed',
    label: 'Exclude',
    places: ['review', 'by-class', 'own-labels'],
    keys: ['X'],
    heardBy: 'page',
  },
  {
    id: 'refuse',
    label: 'Wrong: not this class, and never again',
    places: ['review', 'by-class'],
    keys: ['W'],
    heardBy: 'page',
  },
  {
    id: 'none-reviewed',
    label: 'None of these classes',
    places: ['review', 'by-class', 'own-labels'],
    keys: ['N'],
    heardBy: 'page',
  },
  {
    id: 'unsure-reviewed',
    label: 'Unsure: comes back when all else is done',
    places: ['review', 'by-class', 'own-labels'],
    keys: ['U'],
    heardBy: 'page',
  },
  {
    id: 'label-alike',
    label: 'Label the nearly same too',
    places: ['label', 'review'],
    keys: ['A'],
    heardBy: 'page',
  },
  {
    id: 'review-next',
    label: 'Look ahead',
    places: ['review', 'own-labels'],
    keys: ['ArrowRight', 'ArrowDown'],
    heardBy: 'page',
  },
  {
    id: 'review-previous',
    label: 'Look back',
    places: ['review', 'own-labels'],
    keys: ['ArrowLeft', 'ArrowUp'],
    heardBy: 'page',
  },
  { id: 'tile-move', label: 'Go to another photo', places: ['by-class'], keys: arrows, family: true, heardBy: 'page' },
  {
    id: 'tile-extend',
    label: 'Select on the way',
    places: ['by-class'],
    keys: each('Shift', arrows),
    family: true,
    heardBy: 'page',
  },
  {
    id: 'tile-toggle',
    label: 'Select, or leave out of the selection',
    places: ['by-class'],
    keys: ['Space'],
    heardBy: 'page',
  },
  { id: 'tile-all', label: 'Select all', places: ['by-class'], keys: ['Mod+A'], heardBy: 'page' },
  { id: 'tile-none', label: 'Select none', places: ['by-class'], keys: ['Escape'], heardBy: 'page' },
] as const satisfies readonly WithKeys[];

const showing = [
  {
    id: 'ring-class',
    label: 'Label as inner, as outer',
    places: ['how'],
    keys: ['1', '2'],
    family: true,
    heardBy: 'page',
  },
  {
    id: 'ring-move',
    label: 'Move the cross on a picture',
    places: ['how'],
    keys: arrows,
    family: true,
    heardBy: 'page',
  },
  { id: 'ring-label', label: 'Label a point at the cross', places: ['how'], keys: ['Enter'], heardBy: 'page' },
  { id: 'ring-pause', label: 'Pause, or go on', places: ['how'], keys: ['P'], heardBy: 'page' },
  { id: 'ring-close', label: 'Back', places: ['how'], keys: ['Escape'], heardBy: 'page' },
] as const satisfies readonly WithKeys[];

const ordering = [
  { id: 'class-up', label: 'Move up', places: ['classes'], keys: ['Alt+ArrowUp'], heardBy: 'page' },
  { id: 'class-down', label: 'Move down', places: ['classes'], keys: ['Alt+ArrowDown'], heardBy: 'page' },
] as const satisfies readonly WithKeys[];

const inMenuAlone = [
  { id: 'how-it-learns', menu: 'How It Learns' },
  { id: 'documentation', menu: 'Documentation' },
  { id: 'open-logs', menu: 'Open Log Folder' },
  { id: 'copy-diagnostics', menu: 'Copy Diagnostics' },
  { id: 'licences', menu: 'Third-Party Licences' },
  { id: 'check-for-updates', menu: 'Check for Updates…' },
  { id: 'about', menu: 'About Whisker' },
] as const satisfies readonly InMenuAlone[];

const withKeys = [
  ...anywhere,
  ...labelling,
  ...mapping,
  ...piling,
  ...viewing,
  ...reviewing,
  ...showing,
  ...ordering,
] as const;

type Keyed = (typeof withKeys)[number];
export type KeyCommand = Keyed['id'];
/** Those that the desktop's menu has. */
export type MenuId = Extract<Keyed, { menu: string }>['id'] | (typeof inMenuAlone)[number]['id'];
/** Those that the window carries out when they are chosen in the menu. */
export type MenuCommand = Extract<
  MenuId,
  'undo' | 'redo' | 'history' | 'export' | 'shortcuts' | 'palette' | 'how-it-learns' | 'copy-diagnostics'
>;

export interface Command extends WithKeys {
  id: KeyCommand;
}

/** In the order of the sheet. */
export const commands: readonly Command[] = withKeys;

export const menuIds: readonly MenuId[] = [
  ...withKeys.flatMap((command) => ('menu' in command ? [command.id] : [])),
  ...inMenuAlone.map(({ id }) => id),
];

/** What the menu shows of a command; `key` as in `WithKeys.keys`. */
export interface MenuEntry {
  label: string;
  key: string | null;
  heardBy: 'page' | 'menu';
}

/** `own`: the keys that the person has given to commands in place of the table's. */
export function menuEntry(id: MenuId, own: Partial<Record<KeyCommand, readonly string[]>> = {}): MenuEntry {
  const keyed = commands.find((command) => command.id === id);
  const label = keyed?.menu ?? inMenuAlone.find((command) => command.id === id)?.menu;
  if (label === undefined) throw new Error(`The menu has no "${id}".`);
  const keys = keyed && (own[keyed.id] ?? keyed.keys);
  return { label, key: keys?.[0] ?? null, heardBy: keyed?.heardBy ?? 'menu' };
}
