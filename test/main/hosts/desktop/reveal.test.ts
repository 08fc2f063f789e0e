import { expect, test } from 'vitest';
import { fakeApp } from '../../../fakes/app.ts';
import { freshElectron } from '../../../fakes/electron/fresh.ts';

test('a place of a photo of the open library is shown, and nothing else is', async () => {
  const { shell } = await freshElectron();
  const { revealPhoto } = await import('../../../../src/main/hosts/desktop/reveal.ts');
  const app = fakeApp();
  let open = true;
  app.answer = (name, input) => {
    if (name === 'library.state') return { ok: true, value: open ? { library: { folder: '/home/ada/pets' } } : null };
    const { id } = input as { id: unknown };
    if (id === 3) return { ok: true, value: { paths: ['a.jpg', 'cats/a.jpg'] } };
    return { ok: false, error: { code: 'not-found', message: 'There is no such photo.' } };
  };
  await revealPhoto(app, 3, 'cats/a.jpg');
  expect(shell.test.shown.map((path) => path.replaceAll('\\', '/'))).toEqual(['/home/ada/pets/cats/a.jpg']);
  const others = ['b.jpg', '../../secret', '/etc/passwd', '', null, 7, ['a.jpg']];
  for (const path of others) await revealPhoto(app, 3, path);
  for (const id of [4, '3', null, undefined]) await revealPhoto(app, id, 'a.jpg');
  open = false;
  await revealPhoto(app, 3, 'a.jpg');
  expect(shell.test.shown).toHaveLength(1);
});
