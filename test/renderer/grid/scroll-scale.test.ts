import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  barFor,
  follow,
  listFor,
  placeAt,
  scrollScale,
  type ScrollPlace,
  type ScrollScale,
} from '../../../src/renderer/grid/scroll-scale.ts';

/** Every browser can scroll so far; Chromium ends at 33,554,428 px of the screen, Firefox at 17,895,697 of the page. */
const everyBrowserPx = 16_777_216;

const views = fc.integer({ min: 120, max: 2400 });
const pixelRatios = fc.constantFrom(0.5, 1, 1.25, 2, 3, 5);
/** From a list that fits to a billion px. */
const scales = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1, max: 20_000_000 }), fc.integer({ min: 1, max: 1_000_000_000 })),
    views,
    pixelRatios,
  )
  .map((given) => scrollScale(...given));
const tallScales = fc
  .tuple(fc.integer({ min: 9_000_000, max: 1_000_000_000 }), views, pixelRatios)
  .map((given) => scrollScale(...given));
/** From 0, the start, to 1, the end. */
const share = fc.double({ min: 0, max: 1, noNaN: true });

/** A grid in a browser, which holds the bar between its ends and in whole px. */
class Scroller {
  place: ScrollPlace = { list: 0, bar: 0 };
  readonly scale: ScrollScale;

  constructor(scale: ScrollScale) {
    this.scale = scale;
  }

  wheel(by: number): void {
    this.#moved(this.place.bar + by, true);
  }
  dragThumb(bar: number): void {
    this.#moved(bar, false);
  }
  goTo(list: number): void {
    this.#put(placeAt(this.scale, list));
  }
  rest(): void {
    this.goTo(this.place.list);
  }

  #moved(bar: number, byHand: boolean): void {
    this.#put(follow(this.scale, this.place, this.#held(bar), byHand));
  }
  #put({ list, bar }: ScrollPlace): void {
    const held = this.#held(bar);
    this.place = { list: held + (list - bar), bar: held };
  }
  #held = (bar: number): number => Math.round(Math.min(this.scale.barEnd, Math.max(0, bar)));
}

describe('a list that a browser can scroll', () => {
  it('is its own scrollbar, whatever moves it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8_000_000 }), views, share, fc.boolean(), (height, view, at, byHand) => {
        const scale = scrollScale(height, view, 1);
        expect(scale.barHeight).toBe(height);
        const bar = Math.round(at * scale.barEnd);
        expect(follow(scale, { list: 0, bar: 0 }, bar, byHand)).toEqual({ list: bar, bar });
        expect(placeAt(scale, bar)).toEqual({ list: bar, bar });
      }),
    );
  });
});

describe('a list taller than that', () => {
  it('has a scrollbar that every browser can scroll, at every zoom', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), views, pixelRatios, (height, view, pixelRatio) => {
        const { barHeight } = scrollScale(height, view, pixelRatio);
        expect(barHeight * Math.max(1, pixelRatio)).toBeLessThanOrEqual(everyBrowserPx);
      }),
    );
  });

  it('has its ends where the scrollbar has them, and never goes back while that goes on', () => {
    fc.assert(
      fc.property(scales, share, share, (scale, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        for (const [map, from, to] of [
          [barFor, scale.listEnd, scale.barEnd],
          [listFor, scale.barEnd, scale.listEnd],
        ] as const) {
          expect(map(scale, 0)).toBe(0);
          expect(map(scale, from)).toBe(to);
          expect(map(scale, low * from)).toBeLessThanOrEqual(map(scale, high * from));
        }
        const list = a * scale.listEnd;
        expect(Math.abs(listFor(scale, barFor(scale, list)) - list)).toBeLessThan(0.01);
      }),
    );
  });

  it('moves as far as the wheel does, from wherever it is, until it ends', () => {
    fc.assert(
      fc.property(tallScales, share, fc.array(fc.integer({ min: -6000, max: 6000 })), (scale, start, turns) => {
        const scroller = new Scroller(scale);
        scroller.goTo(Math.round(start * scale.listEnd));
        for (const by of turns) {
          const wanted = scroller.place.list + by;
          scroller.wheel(by);
          expect(scroller.place.list).toBe(Math.min(scale.listEnd, Math.max(0, wanted)));
        }
      }),
    );
  });

  it('can be anywhere: after a drag of the thumb the wheel reaches every px, with rests on the way or without', () => {
    fc.assert(
      fc.property(tallScales, share, fc.integer({ min: 40, max: 4000 }), fc.boolean(), (scale, at, notch, rests) => {
        const scroller = new Scroller(scale);
        const wanted = Math.round(at * scale.listEnd);
        scroller.dragThumb(Math.round(barFor(scale, wanted)));
        const turns = Math.ceil(Math.abs(wanted - scroller.place.list) / notch);
        expect(turns).toBeLessThan(10);
        for (let i = 0; i <= turns; i++) {
          const left = wanted - scroller.place.list;
          scroller.wheel(Math.sign(left) * Math.min(notch, Math.abs(left)));
          if (rests) scroller.rest();
        }
        expect(Math.abs(wanted - scroller.place.list)).toBeLessThan(1);
      }),
    );
  });

  it('ends exactly where the scrollbar ends, however it came there', () => {
    const move = fc.oneof(
      fc.record({ by: fc.integer({ min: -500_000, max: 500_000 }) }),
      fc.record({ thumb: share }),
      fc.record({ list: share }),
      fc.constant({ rest: true as const }),
    );
    fc.assert(
      fc.property(tallScales, fc.array(move, { maxLength: 60 }), (scale, moves) => {
        const scroller = new Scroller(scale);
        for (const move of moves) {
          if ('by' in move) scroller.wheel(move.by);
          else if ('thumb' in move) scroller.dragThumb(move.thumb * scale.barEnd);
          else if ('list' in move) scroller.goTo(move.list * scale.listEnd);
          else scroller.rest();
          const { list, bar } = scroller.place;
          expect(list).toBeGreaterThanOrEqual(-0.5);
          expect(list).toBeLessThanOrEqual(scale.listEnd + 0.5);
          expect(Number.isInteger(list - bar) || Math.abs(list - bar - Math.round(list - bar)) < 1e-6).toBe(true);
          expect(list < 1).toBe(bar < 1);
          expect(list > scale.listEnd - 1).toBe(bar > scale.barEnd - 1);
        }
      }),
    );
  });

  it('stays where it is while the scrollbar is put right, and grows and shrinks without a jump', () => {
    fc.assert(
      fc.property(tallScales, tallScales, share, (scale, grown, at) => {
        const scroller = new Scroller(scale);
        scroller.goTo(Math.round(at * scale.listEnd));
        const { list, bar } = scroller.place;
        scroller.rest();
        expect(scroller.place).toEqual({ list, bar });
        const kept = Math.min(list, grown.listEnd);
        expect(follow(grown, { list, bar }, bar, true).list).toBe(kept);
        const fitting = scrollScale(5_000_000, grown.viewHeight, 1);
        expect(follow(fitting, { list, bar }, bar, true)).toEqual(
          list === bar ? { list: bar, bar } : { list, bar: list },
        );
      }),
    );
  });

  it('takes a leap of the thumb for one, and a wheel that turned while the page was busy for none', () => {
    const scale = scrollScale(130_000_000, 800, 1);
    const middle = placeAt(scale, 65_000_000);
    const by = 7000;
    expect(follow(scale, middle, middle.bar + by, true).list - middle.list).toBe(by);
    expect(follow(scale, middle, middle.bar + by, false).list - middle.list).toBeGreaterThan(15 * by);
    expect(follow(scale, middle, middle.bar + 700, false).list - middle.list).toBe(700);
  });
});
