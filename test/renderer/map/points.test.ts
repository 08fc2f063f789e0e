import { describe, expect, it } from 'vitest';
import { indicesInside, isInside } from '../../../src/renderer/map/lasso.ts';
import { colourOfShare, looksOf, type Standing } from '../../../src/renderer/map/looks.ts';
import { indexPoints } from '../../../src/renderer/map/nearest-point.ts';
import {
  lookOfPhoto,
  rgbOf,
  type ColourBy,
  type Palette,
  type PhotoFacts,
} from '../../../src/renderer/screens/label/map/photo-looks.ts';
import { randomStream } from '../../../src/shared/random.ts';
import { classColours, type ClassId } from '../../../src/shared/types.ts';

const random = randomStream(3);
const places = Float32Array.from({ length: 2000 }, () => 2 * random() - 1);
const square = [
  { x: 0, y: 0 },
  { x: 2, y: 0 },
  { x: 2, y: 2 },
  { x: 0, y: 2 },
];

describe('a lasso', () => {
  it('holds what is inside, whichever way round it was drawn', () => {
    for (const outline of [square, square.toReversed()]) {
      expect(isInside(outline, { x: 1, y: 1 })).toBe(true);
      for (const [x, y] of [
        [-1, 1],
        [3, 1],
        [1, 3],
        [1, -1],
      ] as const)
        expect(isInside(outline, { x, y })).toBe(false);
    }
  });

  it('leaves out the bay of an outline that bends inwards, and the hole of one that crosses itself', () => {
    const bay = [...square.slice(0, 3), { x: 1, y: 0.5 }, { x: 0, y: 2 }];
    expect(isInside(bay, { x: 1, y: 1.5 })).toBe(false);
    expect(isInside(bay, { x: 1, y: 0.25 })).toBe(true);
    const twice = [...square, { x: 0, y: 0.5 }, { x: 1, y: 0.5 }, { x: 1, y: 1 }, { x: 0, y: 1 }];
    expect(isInside(twice, { x: 0.5, y: 0.75 })).toBe(false);
    expect(isInside(twice, { x: 1.5, y: 1.5 })).toBe(true);
  });

  it('finds exactly the points in a circle, of those that may be chosen', () => {
    const circle = Array.from({ length: 720 }, (_, i) => ({
      x: 0.5 * Math.cos((i * Math.PI) / 360),
      y: 0.5 * Math.sin((i * Math.PI) / 360),
    }));
    const isOdd = (i: number) => i % 2 === 1;
    const radius = (i: number) => Math.hypot(places[2 * i]!, places[2 * i + 1]!);
    const found = new Set(indicesInside(circle, places, isOdd));
    expect(found.size).toBeGreaterThan(50);
    for (let i = 0; i < places.length / 2; i++) {
      // At the very edge a circle of 720 corners and a round one differ.
      if (Math.abs(radius(i) - 0.5) > 1e-4) expect(found.has(i)).toBe(isOdd(i) && radius(i) < 0.5);
    }
  });

  it('of two corners holds nothing', () => {
    expect(indicesInside(square.slice(0, 2), Float32Array.of(1, 0), () => true)).toEqual([]);
  });
});

describe('the nearest point', () => {
  it('is the one that looking at all of them finds', () => {
    const index = indexPoints(places);
    for (let n = 0; n < 300; n++) {
      const place = { x: 2.4 * random() - 1.2, y: 2.4 * random() - 1.2 };
      const reach = 0.1 * random();
      let [best, shortest]: [number | null, number] = [null, reach];
      for (let i = 0; i < places.length / 2; i++) {
        const away = Math.hypot(places[2 * i]! - place.x, places[2 * i + 1]! - place.y);
        if (away < shortest) [best, shortest] = [i, away];
      }
      expect(index.nearest(place, reach)).toBe(best);
    }
  });

  it('is one that may be chosen, and none where there is none', () => {
    const index = indexPoints(Float32Array.of(0, 0, 0.1, 0));
    expect(index.nearest({ x: 0, y: 0 }, 1)).toBe(0);
    expect(index.nearest({ x: 0, y: 0 }, 1, (i) => i === 1)).toBe(1);
    expect(index.nearest({ x: 0, y: 0 }, 0.05, (i) => i === 1)).toBeNull();
    expect(indexPoints(new Float32Array(0)).nearest({ x: 0, y: 0 }, 1)).toBeNull();
    expect(indexPoints(Float32Array.of(5, 5, 5, 5)).nearest({ x: 5, y: 5 }, 1)).not.toBeNull();
  });
});

describe('what points look like', () => {
  const palette: Palette = {
    classes: Object.fromEntries(classColours.map((colour, i) => [colour, [i, i, i]])) as unknown as Palette['classes'],
    nothing: [99, 99, 99],
    ring: [0, 0, 0],
    isDark: false,
  };
  const [rose, tulip] = [1 as ClassId, 2 as ClassId];
  const colourOf = (id: ClassId) => (id === rose ? classColours[1] : id === tulip ? classColours[2] : undefined);
  const unknown: PhotoFacts = { isShown: true, isSelected: false, label: null, predicted: null, suspicion: null };
  const look = (facts: Partial<PhotoFacts>, by: ColourBy) =>
    lookOfPhoto({ ...unknown, ...facts }, by, colourOf, palette);

  it('is the class, the prediction, or how likely that is wrong; and grey where there is none', () => {
    expect(look({ label: rose, predicted: tulip }, 'class')).toEqual({ colour: [1, 1, 1], standing: 'known' });
    expect(look({ predicted: tulip }, 'class')).toEqual({ colour: palette.nothing, standing: 'plain' });
    expect(look({ predicted: tulip }, 'prediction').colour).toEqual([2, 2, 2]);
    expect(look({ label: rose, predicted: tulip }, 'prediction').colour).toEqual([1, 1, 1]);
    expect(look({ predicted: tulip, suspicion: 1 }, 'suspicion').colour).toEqual(colourOfShare(1, false));
    expect(look({ label: 9 as ClassId }, 'class').colour).toEqual(palette.nothing);
  });

  it('what is not in the grid is faint, and what is selected is told by more than its colour', () => {
    expect(look({ isShown: false, label: rose }, 'class').standing).toBe('faint');
    expect(look({ isSelected: true }, 'class').standing).toBe('selected');
  });

  it('lies in layers: the selected on top, the faint below everything', () => {
    const standings: Standing[] = ['selected', 'faint', 'known', 'plain', 'faint', 'selected'];
    const { order, rings, colours } = looksOf(6, (i) => ({ colour: [i, 0, 0], standing: standings[i]! }));
    expect([...order]).toEqual([1, 4, 3, 2, 0, 5]);
    expect([...rings]).toEqual([1, 0, 0, 0, 0, 1]);
    expect([0, 1, 2, 3, 4, 5].map((i) => colours[4 * i])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(colours[4 * 1 + 3]!).toBeLessThan(colours[4 * 3 + 3]!);
  });

  it('a share has steps that grow lighter on dark, and darker on light', () => {
    const luminance = ([r, g, b]: readonly [number, number, number]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
    const shares = [0, 0.2, 0.4, 0.6, 0.8, 1];
    const onDark = shares.map((share) => luminance(colourOfShare(share, true)));
    const onLight = shares.map((share) => luminance(colourOfShare(share, false)));
    expect(onDark).toEqual(onDark.toSorted((a, b) => a - b));
    expect(onLight).toEqual(onLight.toSorted((a, b) => b - a));
    expect(new Set(onDark).size).toBe(shares.length);
  });

  it('reads colours as browsers write them', () => {
    expect(rgbOf('rgb(0, 114, 178)')).toEqual([0, 114, 178]);
    expect(rgbOf('rgba(0, 114, 178, 0.5)')).toEqual([0, 114, 178]);
    expect(rgbOf('')).toEqual([128, 128, 128]);
  });
});
