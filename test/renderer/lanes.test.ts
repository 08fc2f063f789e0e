// @vitest-environment node — Node's own locks are the browser's; the stand-in of a page has none.

import { expect, it } from 'vitest';
import { inLane } from '../../src/renderer/lanes.ts';
import type { CallName } from '../../src/shared/contract.ts';

/** Calls that answer when they are told to, and the names of those under way. */
function slowHost() {
  const open = new Map<CallName, PromiseWithResolvers<string>[]>();
  const begun: CallName[] = [];
  const call = (name: CallName) =>
    inLane(name, () => {
      begun.push(name);
      const answer = Promise.withResolvers<string>();
      open.set(name, [...(open.get(name) ?? []), answer]);
      return answer.promise;
    });
  return { call, begun, answer: (name: CallName, text: string) => open.get(name)?.shift()?.resolve(text) };
}

it('one call of a kind that waits for an engine is open at a time, and what main answers at once never waits', async () => {
  const host = slowHost();
  const curve = host.call('labels.curve');
  const doubtful = host.call('review.doubtfulLabels');
  const alike = [host.call('review.alike'), host.call('review.alike')];
  const quick = host.call('review.list');
  await expect.poll(() => host.begun).toEqual(expect.arrayContaining(['labels.curve', 'review.alike', 'review.list']));
  expect(host.begun).toHaveLength(3);
  host.answer('review.list', 'a list');
  expect(await quick).toBe('a list');

  host.answer('labels.curve', 'a curve');
  expect(await curve).toBe('a curve');
  await expect.poll(() => host.begun).toContain('review.doubtfulLabels');
  host.answer('review.doubtfulLabels', 'six labels');
  expect(await doubtful).toBe('six labels');

  host.answer('review.alike', 'three');
  await expect.poll(() => host.begun.filter((name) => name === 'review.alike')).toHaveLength(2);
  host.answer('review.alike', 'three others');
  expect(await Promise.all(alike)).toEqual(['three', 'three others']);
});

it('a call that fails lets the next one through', async () => {
  await expect(inLane('labels.curve', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect(await inLane('labels.curve', () => Promise.resolve('a curve'))).toBe('a curve');
});
