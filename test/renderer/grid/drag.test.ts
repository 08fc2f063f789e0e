import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Drag, type DragView } from '../../../src/renderer/grid/drag.svelte.ts';
import { HOLD_MS } from '../../../src/renderer/grid/gestures.ts';

const at = (x: number, y: number, pointerType = 'mouse') =>
  new PointerEvent('pointermove', { clientX: x, clientY: y, pointerType });

let view: { [K in keyof Required<DragView>]: ReturnType<typeof vi.fn<Required<DragView>[K]>> };
let scrolled: number;

beforeEach(() => {
  scrolled = 0;
  view = {
    pointAt: vi.fn(({ clientX, clientY }) => ({ x: clientX, y: clientY + scrolled })),
    edges: vi.fn(() => ({ top: 0, bottom: 600 })),
    scrollBy: vi.fn((px) => void (scrolled += px)),
    clicked: vi.fn(),
    began: vi.fn(),
    drawn: vi.fn(),
    brushed: vi.fn(),
    lifted: vi.fn(),
  };
});

it('takes a press that stays for a click', () => {
  const drag = new Drag(view);
  drag.press(at(100, 100));
  drag.move(at(102, 101));
  drag.release(at(102, 101));
  expect(view.clicked).toHaveBeenCalledWith({ x: 100, y: 100 }, expect.anything());
  expect(view.drawn).not.toHaveBeenCalled();
});

it('draws a rectangle with a press that moves, and takes it away in the end', async () => {
  const drag = new Drag(view);
  drag.press(at(100, 100));
  drag.move(at(200, 260));
  await vi.waitFor(() => expect(view.drawn).toHaveBeenCalledWith({ left: 100, top: 100, width: 100, height: 160 }));
  drag.release(at(200, 260));
  expect(drag.box).toBeNull();
  expect(view.clicked).not.toHaveBeenCalled();
});

it('scrolls on while the pointer rests at an edge, and the rectangle grows with it', async () => {
  const drag = new Drag(view);
  drag.press(at(100, 500));
  drag.move(at(100, 598));
  await vi.waitFor(() => expect(scrolled).toBeGreaterThan(100));
  expect(drag.box?.height).toBeGreaterThan(190);
  drag.cancel();
});

it('leaves a finger to scroll', () => {
  const drag = new Drag(view);
  drag.press(at(100, 100, 'touch'));
  drag.move(at(100, 300, 'touch'));
  expect(drag.box).toBeNull();
});

describe('carrying', () => {
  const unselected = { moved: 'band', held: 'carry' } as const;
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('leaves a press on what is selected to the browser, and draws nothing', () => {
    const drag = new Drag(view);
    drag.press(at(100, 100), { moved: 'carry', held: 'carry' });
    drag.move(at(200, 260));
    expect([drag.carries, drag.box]).toEqual([true, null]);
    expect(view.began).not.toHaveBeenCalled();
  });

  it('is a click where it does not move', () => {
    const drag = new Drag(view);
    drag.press(at(100, 100), { moved: 'carry', held: 'carry' });
    drag.release(at(101, 100));
    expect(view.clicked).toHaveBeenCalledOnce();
  });

  it('begins with a hold on another photo, and not before', () => {
    const drag = new Drag(view);
    drag.press(at(100, 100), unselected);
    vi.advanceTimersByTime(HOLD_MS - 1);
    expect(drag.carries).toBe(false);
    vi.advanceTimersByTime(1);
    expect(drag.carries).toBe(true);
    drag.move(at(200, 260));
    expect(drag.box).toBeNull();
  });

  it('does not take over a rectangle that has begun', () => {
    const drag = new Drag(view);
    drag.press(at(100, 100), unselected);
    drag.move(at(200, 260));
    vi.advanceTimersByTime(HOLD_MS * 2);
    expect(drag.carries).toBe(false);
    expect(drag.box).not.toBeNull();
  });

  it('is not for a finger', () => {
    const drag = new Drag(view);
    drag.press(at(100, 100, 'touch'), { moved: 'carry', held: 'carry' });
    expect(drag.carries).toBe(false);
  });
});

describe('painting', () => {
  const paint = { moved: 'paint', held: 'paint' } as const;

  it('paints from the press to the release, without a gap, and lifts once', async () => {
    const drag = new Drag(view);
    drag.press(at(100, 100), paint);
    expect(view.brushed).toHaveBeenLastCalledWith({ x: 100, y: 100 }, { x: 100, y: 100 });
    drag.move(at(300, 100));
    await vi.waitFor(() => expect(view.brushed).toHaveBeenLastCalledWith(expect.anything(), { x: 300, y: 100 }));
    drag.move(at(300, 400));
    drag.release(at(320, 420));
    const stretches = view.brushed.mock.calls;
    for (const [i, [from]] of stretches.entries()) if (i > 0) expect(from).toEqual(stretches[i - 1]![1]);
    expect(stretches.at(-1)![1]).toEqual({ x: 320, y: 420 });
    expect(view.lifted.mock.calls).toEqual([[true]]);
    expect(view.clicked).not.toHaveBeenCalled();
    expect(drag.box).toBeNull();
  });

  it('scrolls on at an edge, and paints what comes under the brush', async () => {
    const drag = new Drag(view);
    drag.press(at(100, 500), paint);
    drag.move(at(100, 598));
    await vi.waitFor(() => expect(scrolled).toBeGreaterThan(50));
    const [, to] = view.brushed.mock.calls.at(-1)!;
    expect(to.y).toBeGreaterThan(640);
    drag.cancel();
  });

  it('gives the stroke up when it is cancelled', () => {
    const drag = new Drag(view);
    drag.press(at(100, 100), paint);
    drag.cancel();
    expect(view.lifted.mock.calls).toEqual([[false]]);
  });

  it('is a tap for a finger, which else scrolls', () => {
    const drag = new Drag(view);
    drag.press(at(100, 100, 'touch'), paint);
    drag.release(at(100, 100, 'touch'));
    expect(view.brushed).not.toHaveBeenCalled();
    expect(view.clicked).toHaveBeenCalledOnce();
  });
});
