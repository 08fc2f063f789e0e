import { expect, test } from 'vitest';
import { createApi } from '../../../../src/renderer/api.ts';
import { Backbone } from '../../../../src/renderer/screens/train/backbone.svelte.ts';
import type { EventMessage } from '../../../../src/shared/contract.ts';
import { createFakeBridge } from '../../fake-bridge.ts';

test('a download that fails before the answer to it is here has failed all the same', async () => {
  const bridge = createFakeBridge();
  let tell: (event: EventMessage) => void = () => {};
  const backbone = new Backbone(
    createApi({
      ...bridge,
      subscribe(listener) {
        tell = listener;
        return () => {};
      },
      call(name: string) {
        expect(name).toBe('backbone.download');
        tell({ name: 'backbone.changed', payload: { state: { status: 'none' }, error: 'It answered with 503.' } });
        const value = { status: 'downloading', offer: 'mobilenet-v1-075', doneBytes: 0, totalBytes: 9 };
        return Promise.resolve({ ok: true, value }) as never;
      },
    }),
    () => {},
  );
  await backbone.download('mobilenet-v1-075');
  expect(backbone.state).toEqual({ status: 'none' });
  expect(backbone.broken).toEqual({ offer: 'mobilenet-v1-075', sentence: 'It answered with 503.' });
});
