// A search and an order as the hash of the page's address, so that a reload shows the same photos. What can't be
// understood of an address is left out.

import {
  asAdded,
  isAsAdded,
  MOST_NAME,
  sortKeys,
  type Search,
  type Sort,
  type Span,
} from './search.ts';
import {
  isMark,
  labelChoices,
  marks,
  type ClassId,
  type Mark,
  type PhotoId,
  type RunId,
} from './types.ts';

export interface Asked {
  search: Search;
  sort: Sort;
}

/** "#name=cat&sort=taken-down"; empty where nothing is asked. */
export function addressOf({ search, sort }: Asked): string {
  const said = new URLSearchParams();
  const { name, folder, label, predicted, chosen, confidence, run, taken, type, bytes, damaged, action } = search;
  if (name !== undefined) said.set('name', name);
  if (folder !== undefined) said.set('folder', folder);
  if (label !== undefined)
    said.set('label', label === null ? 'none' : isMark(label) ? markInAddress[label] : String(label));
  if (predicted !== undefined) said.set('predicted', String(predicted));
  if (chosen !== undefined) said.set('chosen', chosen);
  if (confidence) said.set('sure', spanText(confidence));
  if (run !== undefined) said.set('run', String(run));
  if (taken) said.set('taken', spanText(taken));
  if (type !== undefined) said.set('type', type);
  if (bytes) said.set('bytes', spanText(bytes));
  if (damaged) said.set('damaged', 'yes');
  if (action !== undefined) said.set('step', String(action));
  if (!isAsAdded(sort)) said.set('sort', sort.by + (sort.descending ? '-down' : ''));
  if (sort.by === 'alike') said.set('like', String(sort.id));
  const text = said.toString();
  return text && `#${text}`;
}

/** "none" is a photo without a label. */
const markInAddress: Record<Mark, string> = { excluded: 'excluded', none: 'none-of-these', unsure: 'unsure' };

export function readAddress(hash: string): Asked {
  const said = new URLSearchParams(hash.replace(/^#/, ''));
  const search: Search = {};
  const name = textOf(said.get('name'));
  if (name !== null) search.name = name;
  const folder = textOf(said.get('folder'), 4096);
  if (folder !== null) search.folder = folder;
  const label = said.get('label');
  const mark = marks.find((one) => markInAddress[one] === label);
  if (label === 'none') search.label = null;
  else if (mark) search.label = mark;
  else if (numberOf(label) !== null) search.label = numberOf(label) as ClassId;
  const predicted = numberOf(said.get('predicted'));
  if (predicted !== null) search.predicted = predicted as ClassId;
  const chosen = labelChoices.find((choice) => choice === said.get('chosen'));
  if (chosen) search.chosen = chosen;
  const confidence = spanOf(said.get('sure'), (text) => (/^(0(\.\d+)?|1)$/.test(text) ? Number(text) : null));
  if (confidence) search.confidence = confidence;
  const run = numberOf(said.get('run'));
  if (run !== null) search.run = run as RunId;
  const taken = spanOf(said.get('taken'), (text) => (/^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])$/.test(text) ? text : null));
  if (taken) search.taken = taken;
  const type = textOf(said.get('type'));
  if (type !== null) search.type = type;
  const bytes = spanOf(said.get('bytes'), (text) => (/^\d{1,15}$/.test(text) ? Number(text) : null));
  if (bytes) search.bytes = bytes;
  if (said.get('damaged') === 'yes') search.damaged = true;
  const action = numberOf(said.get('step'));
  if (action !== null) search.action = action;
  return { search, sort: sortOf(said) };
}

function sortOf(said: URLSearchParams): Sort {
  const [word, down] = (said.get('sort') ?? '').split('-');
  const by = sortKeys.find((key) => key === word);
  const descending = down === 'down';
  if (by === undefined) return asAdded;
  if (by !== 'alike') return { by, descending };
  const id = numberOf(said.get('like'));
  return id === null ? asAdded : { by, id: id as PhotoId, descending };
}

const spanText = ({ from, to }: Span<string | number>): string => `${from ?? ''}..${to ?? ''}`;

/** Null unless at least one end can be read, and none is there that can't. */
function spanOf<Value>(text: string | null, read: (text: string) => Value | null): Span<Value> | null {
  const [first = '', last = '', ...more] = (text ?? '').split('..');
  const [from, to] = [read(first), read(last)];
  const isRead = (first === '' || from !== null) && (last === '' || to !== null);
  return isRead && more.length === 0 && (from !== null || to !== null) ? { from, to } : null;
}

const textOf = (text: string | null, most = MOST_NAME): string | null =>
  text !== null && text.length > 0 && text.length <= most && !text.includes('\0') ? text : null;

/** A positive whole number. */
const numberOf = (text: string | null): number | null =>
  text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
