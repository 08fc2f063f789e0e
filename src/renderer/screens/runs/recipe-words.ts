// What a run was made from, in a person's words. Pure; no DOM.

import type { RunDetail } from '../../../shared/training.ts';
import { count } from '../../../shared/words.ts';
import { duration } from '../../ui/numbers.ts';

type Made = Pick<
  RunDetail,
  'id' | 'repeatable' | 'repeats' | 'options' | 'backbone' | 'startedFrom' | 'labelled' | 'photos' | 'classes'
>;

const devices = { auto: 'Whichever is there', gpu: 'Graphics card', cpu: 'Processor' } as const;
const colours = { auto: 'As the photos are', grey: 'Grey', rgb: 'Colour' } as const;

/** Whether the run can be trained again, and what would come of it. */
export function repeatSentence({ id, repeatable, repeats, options }: Made): string {
  const itself = repeats === null ? '' : `It repeats run ${repeats}. `;
  if (!repeatable) {
    return `${itself}What it learned from is no longer kept, so it can't be trained again exactly. Pin a run to be able to.`;
  }
  const same = `${itself}The same seed, the same options and the labels as they were when run ${id} began, whatever was labelled since.`;
  return options.features === 'backbone'
    ? `${same} On the same machine it says the same of every photo.`
    : `${same} From pixels the number of steps goes by the clock, so that the result is alike but not the very same.`;
}

export function recipeFigures({ options, backbone, startedFrom, labelled, photos, classes }: Made) {
  const { seed, minutes, device, colour, mirror } = options;
  return [
    { name: 'Seed', value: String(seed) },
    { name: 'Labels', value: count(labelled) },
    { name: 'Photos', value: count(photos) },
    { name: 'Classes', value: count(classes.length) },
    { name: 'Weights', value: startedFrom === null ? 'From scratch' : `From run ${startedFrom}` },
    { name: 'Time at most', value: duration(60 * minutes) },
    { name: 'Device asked for', value: devices[device] },
    ...(backbone
      ? []
      : [
          { name: 'Colour', value: colours[colour] },
          { name: 'Mirrored', value: mirror ? 'Yes' : 'No' },
        ]),
  ];
}
