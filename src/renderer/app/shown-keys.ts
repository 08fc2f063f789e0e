// The keys of a command as the sheet shows them: families of keys in short, and no key twice.

import { capsOf } from '../ui/keys.ts';

/** Keys that belong together, and what stands for all of them. */
const families: { keys: readonly string[]; shown: string }[] = [
  { keys: ['ArrowLeft', 'ArrowUp', 'ArrowDown', 'ArrowRight'], shown: '← ↑ ↓ →' },
  { keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'], shown: '1 – 9' },
];

/** Each entry is one press, as caps. With a modifier, the arrows stand for all keys that move. */
export function shownKeys(keys: readonly string[]): string[][] {
  const presses = Map.groupBy(keys, (key) => key.slice(0, key.lastIndexOf('+') + 1));
  const shown = [...presses].flatMap(([modifiers, all]) => {
    const names = all.map((key) => key.slice(modifiers.length));
    const family = families.find((one) => one.keys.every((key) => names.includes(key)));
    const others = names.filter((name) => !family?.keys.includes(name));
    return [...(family ? [family.shown] : []), ...(family && modifiers ? [] : others)].map((name) => modifiers + name);
  });
  const unique = new Map(shown.map((key) => capsOf(key)).map((caps) => [caps.join('+'), caps]));
  return [...unique.values()];
}
