import { expect, it } from 'vitest';
import {
  exifInWords,
  exposureInWords,
  focalInWords,
  placeInWords,
} from '../../../../src/renderer/screens/label/viewer/exif-words.ts';

it('says an exposure as cameras do', () => {
  const said = [1 / 8000, 1 / 250, 0.01, 1 / 3.2, 0.5, 1.3, 30].map(exposureInWords);
  expect(said).toEqual(['1/8,000 s', '1/250 s', '1/100 s', '0.31 s', '0.5 s', '1.3 s', '30 s']);
});

it('says the focal length, and what it is on film where that is another one', () => {
  expect(focalInWords(35, 35)).toBe('35 mm');
  expect(focalInWords(4.25, 26)).toBe('4.3 mm (26 mm on 35 mm film)');
  expect(focalInWords(85, undefined)).toBe('85 mm');
});

it('says a place as numbers, with its halves of the earth', () => {
  expect(placeInWords({ latitude: 52.5163, longitude: 13.3777 })).toBe('52.51630° N, 13.37770° E');
  expect(placeInWords({ latitude: -33.8568, longitude: -70.5 })).toBe('33.85680° S, 70.50000° W');
});

it('says what there is and nothing else', () => {
  expect(exifInWords({})).toEqual([]);
  expect(exifInWords({ iso: 400 })).toEqual([{ name: 'Exposure', value: 'ISO 400' }]);
  const all = exifInWords({
    camera: 'Nikon D90',
    lens: '18-105mm',
    exposureS: 1 / 250,
    fNumber: 5.6,
    iso: 3200,
    focalMm: 50,
    takenAt: '2024-07-14T14:00:05.500',
    place: { latitude: 1, longitude: 2 },
  });
  expect(all.map(({ name }) => name)).toEqual(['Taken', 'Camera', 'Lens', 'Exposure', 'Focal length', 'Place']);
  expect(all[3]).toEqual({ name: 'Exposure', value: '1/250 s · f/5.6 · ISO 3,200' });
  // By the camera's clock, whatever zone this machine is in.
  expect(all[0]!.value).toMatch(/14.*2024.*(2:00:05|14:00:05)|2024.*14.*(2:00:05|14:00:05)/);
});
