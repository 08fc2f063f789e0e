import { beforeEach, expect, it, vi } from 'vitest';
import { Drag, type DragView } from '../../../src/renderer/grid/drag.svelte.ts';

const at = (x: number, y: number, pointerType = 'mouse') =>
  new PointerEvent('pointermove', { clientX: x, clientY: y, pointerType });

let view: { [K in keyof DragView]: ReturnType<typeof vi.fn<DragView[K]>> };
let scrolled: number;

beforeEach(() => {
  scrolled = 0;
  view = {
    pointAt: vi.fn(({ clientX, clientY }) => ({ x: clientX, y: clientY + scrolled })),
    edges: vi.fn(() => ({ top: 0, bottom: 600 })),
    scrollBy: vi.fn((px) => void (scrolled += px)),
    clicked: vi.fn(),
    drawn: vi.fn(),
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
