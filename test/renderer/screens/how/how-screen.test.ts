import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../../../src/renderer/app/App.svelte';
import { createFakeBridge } from '../../fake-bridge.ts';

const user = userEvent.setup();
/** Side of a picture in px, as the layout would have it. */
const SIZE = 420;

let frames: FrameRequestCallback[] = [];
let clock = 0;

/** Draws so many pictures: each is two steps. */
async function pictures(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const [next] = frames.splice(0, 1);
    if (!next) return;
    next((clock += 16));
    await Promise.resolve();
  }
}

beforeEach(() => {
  localStorage.clear();
  frames = [];
  vi.spyOn(window, 'requestAnimationFrame').mockImplementation((frame) => frames.push(frame));
  vi.spyOn(window, 'cancelAnimationFrame').mockImplementation(() => void (frames = []));
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(SIZE);
  vi.spyOn(HTMLCanvasElement.prototype, 'getBoundingClientRect').mockReturnValue(new DOMRect(100, 50, SIZE, SIZE));
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

async function open() {
  const fake = createFakeBridge({ photos: 3, host: 'desktop' });
  render(App, { transport: fake });
  await screen.findByRole('listbox', { name: /All photos/ });
  fake.emit('menu.chosen', { command: 'how-it-learns' });
  await screen.findByRole('heading', { level: 1, name: 'How it learns' });
  await waitFor(() => expect(frames.length > 0 || button('Start')).toBeTruthy());
  return fake;
}

const button = (name: string | RegExp) => screen.queryByRole('button', { name });
const plane = (name: RegExp) => screen.getByRole('button', { name });
const alone = /^From the labels alone/;
const withAll = /^With all the other points/;
const rightOf = (name: RegExp) =>
  Number(/(\d+)% of new points right/.exec(plane(name).getAttribute('aria-label')!)?.[1]);
const steps = () => Number(/Step (\d+) of/.exec(document.body.textContent)?.[1]);

describe('the way in and out', () => {
  it('opens from the library’s menu, and Back leads to where one was', async () => {
    render(App, { transport: createFakeBridge({ photos: 3 }) });
    await user.click(await screen.findByRole('button', { name: 'Train' }));
    await user.click(await screen.findByRole('button', { name: /^Library:/ }));
    await user.click(await screen.findByRole('menuitem', { name: 'How it learns' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'How it learns' })).toBeTruthy();
    await user.click(button('Back')!);
    expect(await screen.findByRole('heading', { level: 2, name: 'Train' })).toBeTruthy();
  });

  it('opens from the Train screen, and Esc closes it', async () => {
    render(App, { transport: createFakeBridge({ photos: 3 }) });
    await user.click(await screen.findByRole('button', { name: 'Train' }));
    await user.click(await screen.findByRole('button', { name: 'See it learn two rings of points' }));
    await screen.findByRole('heading', { level: 1, name: 'How it learns' });
    await user.keyboard('{Escape}');
    expect(await screen.findByRole('heading', { level: 2, name: 'Train' })).toBeTruthy();
  });

  it('takes back no label of photos that are not in sight', async () => {
    const fake = await open();
    await user.keyboard('{Control>}z{/Control}');
    expect(fake.calls.map(({ name }) => name)).not.toContain('history.undo');
  });
});

describe('learning', () => {
  it(
    'goes on by itself until both have taken their steps, and the unlabelled points are worth it',
    { timeout: 60_000 },
    async () => {
      await open();
      await pictures(450);
      expect(steps()).toBe(800);
      expect(rightOf(withAll)).toBeGreaterThanOrEqual(95);
      expect(rightOf(alone)).toBeLessThanOrEqual(rightOf(withAll) - 10);
      expect(frames).toEqual([]);
      await user.click(button('Go on')!);
      await pictures(5);
      expect(steps()).toBe(810);
      await pictures(450);
      await user.click(screen.getByRole('radio', { name: 'Stuck' }));
      await pictures(5);
      expect(steps()).toBe(10);
    },
  );

  it('rests when told to, and begins anew with other points', async () => {
    await open();
    await pictures(20);
    expect(steps()).toBe(40);
    await user.keyboard('p');
    await pictures(20);
    expect(steps()).toBe(40);
    await user.click(button('Begin again')!);
    expect(steps()).toBe(0);
    await pictures(5);
    expect(steps()).toBe(10);
  });

  it('does not begin by itself for who wants no motion', async () => {
    const match = window.matchMedia.bind(window);
    vi.spyOn(window, 'matchMedia').mockImplementation((query) => {
      const list = match(query);
      if (query.includes('reduced-motion')) Object.defineProperty(list, 'matches', { value: true });
      return list;
    });
    await open();
    await pictures(5);
    expect(steps()).toBe(0);
    await user.click(button('Start')!);
    await pictures(5);
    expect(steps()).toBe(10);
  });

  it('says of each generator what it does, and begins anew with it', async () => {
    await open();
    const said = new Set<string>();
    const choices = within(screen.getByRole('radiogroup', { name: 'Generator' })).getAllByRole('radio');
    expect(choices.length).toBeGreaterThan(2);
    for (const choice of choices) {
      await pictures(2);
      await user.click(choice);
      said.add(document.querySelector('.says')!.textContent);
    }
    expect(steps()).toBe(0);
    expect(said.size).toBe(choices.length);
  });
});

describe('points of one’s own', () => {
  it('a press labels the place as the class that is chosen, and learning takes it up', async () => {
    await open();
    await pictures(10);
    expect(button('Remove my points')).toBeNull();
    await user.keyboard('2');
    expect(screen.getByRole('radio', { name: 'Outer' }).getAttribute('aria-checked')).toBe('true');
    // In the middle, where the inner ring's class is sure.
    const middle = { clientX: 100 + SIZE / 2, clientY: 50 + SIZE / 2 };
    plane(withAll).dispatchEvent(new MouseEvent('click', { ...middle, detail: 1, bubbles: true }));
    await waitFor(() => expect(button('Remove my points')).toBeTruthy());
    expect(plane(withAll).getAttribute('aria-label')).toContain('5 labels');
    await pictures(20);
    expect(steps()).toBe(60);
    await user.click(button('Remove my points')!);
    expect(plane(withAll).getAttribute('aria-label')).toContain('4 labels');
  });

  it('the arrow keys and Enter do the same', async () => {
    await open();
    plane(withAll).focus();
    await user.keyboard('{ArrowRight}{ArrowUp}{Enter}');
    await waitFor(() => expect(plane(withAll).getAttribute('aria-label')).toContain('5 labels'));
  });
});
