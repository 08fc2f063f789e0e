// Who is reached, and why not: destinations as arguments, and what a real ssh says when it can't get there.

import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../../src/main/app.ts';
import type { OpenedApp } from '../../../src/main/app.ts';
import { sshArguments } from '../../../src/main/remote/ssh.ts';
import { isCommand, isDestination } from '../../../src/shared/computers.ts';
import { startSshServer, whyNoSshd } from '../../fixtures/ssh-server.ts';
import type { SshServer } from '../../fixtures/ssh-server.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

test.each(['lab', 'lab.example.org', 'me@lab', 'm.e+x@10.0.0.7', '[fe80::1]', 'ssh://me@lab:2222', 'ssh://lab'])(
  '%s is a destination',
  (text) => expect(isDestination(text)).toBe(true),
);
test.each([
  ...['', '-oProxyCommand=touch x', '--', '-l', 'lab;reboot', 'lab reboot', '$(id)', 'lab`id`', 'lab\nlab', "'lab'"],
  ...['me@-oProxyCommand=x', '@lab', 'me@@lab', '../lab', 'lab/x', 'ssh://-oX@lab', 'ssh://lab:99999999', 'http://lab'],
  'a'.repeat(251),
])('%j is none, and ssh is not started', (text) => {
  expect(isDestination(text)).toBe(false);
  expect(() => sshArguments({ destination: text, command: 'whisker' })).toThrow(/no name of a computer/);
});
test.each(['whisker', './whisker/run', '~/bin/whisker', 'npm --prefix whisker run -s whisker --', 'C:/w/whisker.exe'])(
  '%s is a command',
  (text) => expect(isCommand(text)).toBe(true),
);
test.each([
  '',
  '-x',
  'whisker; rm',
  'a && b',
  '$HOME/w',
  'w | x',
  'w > x',
  '"w"',
  "w 'x'",
  'w\nx',
  'w `x`',
  'w  x',
  'w *',
])('%j is none', (text) => {
  expect(isCommand(text)).toBe(false);
  expect(() => sshArguments({ destination: 'lab', command: text })).toThrow(/no command that starts Whisker/);
});

test('the destination stands behind all options, and nobody is asked for a password', () => {
  const given = sshArguments({ destination: 'lab', command: 'whisker' });
  expect(given.slice(-3)).toEqual(['--', 'lab', 'whisker engine']);
  expect(given.join(' ')).toContain('-o BatchMode=yes');
});

describe.skipIf(whyNoSshd !== null)('a computer that can not train says why, in one sentence', () => {
  let dir: string;
  let server: SshServer;
  let app: OpenedApp;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'whisker-ssh-'));
    server = await startSshServer(join(dir, 'ssh'));
    process.env['WHISKER_SSH'] = server.ssh;
    const engine = { node: process.execPath, entry: join(import.meta.dirname, '../../../src/engine/entry.ts') };
    app = createApp({ host: 'web', dataDir: join(dir, 'data'), engine });
  });
  afterAll(async () => {
    await app.close();
    await server.stop();
    delete process.env['WHISKER_SSH'];
    rmSync(dir, { recursive: true, force: true });
  });
  const said = async (command: string, destination = 'far') => {
    const result = await app.call('computers.test', { destination, command });
    if (!result.ok) throw new Error(result.error.message);
    expect(result.value).toMatchObject({ reachable: false });
    return (result.value as { reason: string }).reason;
  };

  test('no Whisker under that command', async () =>
    expect(await said('/no/such/whisker')).toBe('There is no Whisker on far under that command.'));
  test('an earlier one', async () => {
    const old = server.program('old', `echo "whisker: unknown command 'engine' (see whisker --help)" >&2; exit 2`);
    expect(await said(old)).toBe("The Whisker on far is of an earlier version, which can't train for others.");
  });
  test('another version', async () => {
    const other = server.program(
      'other',
      `echo 'Last login: today'; echo 'whisker-engine {"whisker":"9.0.0","protocol":2,"node":"26.10.0"}'; cat > /dev/null`,
    );
    expect(await said(other)).toBe('far has Whisker 9.0.0 and this computer 0.1.0; both must be the same.');
  });
  test('nobody listens', async () => expect(await said('whisker', 'closed')).toBe('closed refused the connection.'));
  test('no such host', async () =>
    expect(await said('whisker', 'nowhere')).toBe('There is no computer called nowhere to be found.'));
  test('a host that is not known, and then one that is another', async () => {
    server.forgetHost();
    expect(await said('whisker')).toBe("This computer's ssh does not know far yet.");
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, 'other_key')]);
    server.knowAs(join(dir, 'other_key.pub'));
    expect(await said('whisker')).toMatch(/^far shows another host key than it used to/);
    server.knowAs(join(server.folder, 'host_key.pub'));
  });
  test('no key that it knows', async () => {
    server.lockOut();
    expect(await said('whisker')).toMatch(/^far let nobody in: it wants a password or a passphrase/);
  });
  test('and what is no destination never gets to ssh', async () => {
    const result = await app.call('computers.test', { destination: '-oProxyCommand=touch x', command: 'whisker' });
    expect(result).toMatchObject({ ok: false, error: { code: 'bad-input' } });
  });
});
