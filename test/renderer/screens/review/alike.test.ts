import { expect, it } from 'vitest';
import type { Api } from '../../../../src/renderer/api.ts';
import { Alike } from '../../../../src/renderer/screens/review/alike.svelte.ts';
import type { ClassId, LabelledPhoto, PhotoId } from '../../../../src/shared/types.ts';

const photos = (...ids: number[]) => ids as PhotoId[];
const [a, b, c, d] = photos(1, 2, 3, 4) as [PhotoId, PhotoId, PhotoId, PhotoId];
const like = (photoId: PhotoId): LabelledPhoto[] => [{ photoId, classId: 7 as ClassId }];

/** Answers when it is told to; says what is asked. */
function slowMain() {
  const asked: PhotoId[] = [];
  const open: PromiseWithResolvers<LabelledPhoto[]>[] = [];
  const call = (_name: string, { photoId }: { photoId: PhotoId }) => {
    asked.push(photoId);
    const answer = Promise.withResolvers<LabelledPhoto[]>();
    open.push(answer);
    return answer.promise;
  };
  return { api: { call } as unknown as Api, asked, open };
}

it('has one question open at a time, and goes on with those that were asked for last', async () => {
  const { api, asked, open } = slowMain();
  const alike = new Alike(api);
  const done = alike.ask([a, b]);
  void alike.ask([b, c]);
  void alike.ask([c, d]);
  expect(asked).toEqual([a]);
  open[0]!.resolve(like(d));
  await expect.poll(() => asked).toEqual([a, c]);
  open[1]!.resolve(like(a));
  await expect.poll(() => asked).toEqual([a, c, d]);
  open[2]!.resolve(like(b));
  await done;
  expect([alike.of(a), alike.of(b), alike.of(c), alike.of(d)]).toEqual([like(d), [], like(a), like(b)]);
});

it('asks what failed when it comes back, and what is known not again', async () => {
  const { api, asked, open } = slowMain();
  const alike = new Alike(api);
  const first = alike.ask([a, b]);
  open[0]!.reject(new Error('The engine is gone.'));
  await expect.poll(() => asked).toEqual([a, b]);
  open[1]!.resolve(like(a));
  await first;
  const again = alike.ask([a, b]);
  expect(asked).toEqual([a, b, a]);
  open[2]!.resolve(like(c));
  await again;
  expect([asked, alike.of(a)]).toEqual([[a, b, a], like(c)]);
});

it('asks nothing further once nobody looks', async () => {
  const { api, asked, open } = slowMain();
  const alike = new Alike(api);
  const done = alike.ask([a, b]);
  alike.close();
  open[0]!.resolve(like(d));
  await done;
  expect(asked).toEqual([a]);
});
