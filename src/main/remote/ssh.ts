// The person's own ssh, with their config, keys and agent: how it is asked, and what it means when it ends.

import { WhiskerError } from '../../shared/errors.ts';
import { isCommand, isDestination } from '../../shared/computers.ts';
import type { Computer } from '../../shared/computers.ts';

/** WHISKER_SSH: another program than the `ssh` of the path. */
export const sshProgram = (): string => process.env['WHISKER_SSH'] || 'ssh';

/** Throws 'bad-input' for a destination or a command that is none. */
export function sshArguments({ destination, command }: Computer): string[] {
  requireComputer({ destination, command });
  return [
    // Nobody is there to answer a question.
    ...['-o', 'BatchMode=yes', '-o', 'RequestTTY=no', '-o', 'EscapeChar=none', '-o', 'RemoteCommand=none'],
    // A line that is dead is noticed within 45 seconds.
    ...['-o', 'ConnectTimeout=15', '-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=3'],
    // The engine gets nothing of this computer but what it is sent.
    ...['-o', 'ClearAllForwardings=yes', '-o', 'ForwardAgent=no', '-o', 'ForwardX11=no', '-o', 'PermitLocalCommand=no'],
    ...['--', destination, `${command} engine`],
  ];
}

/** Throws 'bad-input'. */
export function requireComputer({ destination, command }: Computer): void {
  if (!isDestination(destination)) {
    throw new WhiskerError(
      'bad-input',
      'That is no name of a computer that ssh could reach.',
      'Write a host of your ssh config, "user@host", or "ssh://user@host:port".',
    );
  }
  if (isCommand(command)) return;
  throw new WhiskerError(
    'bad-input',
    'That is no command that starts Whisker.',
    'Write plain words without quotes, such as "whisker" or "npm --prefix whisker run -s whisker --".',
  );
}

/** How ssh ended before a hello came. */
export interface SshEnd {
  code: number | null;
  stderr: string;
  /** What came in place of a hello. */
  said: string;
}

type Meaning = [pattern: RegExp, code: 'connection-lost' | 'training-unavailable', reason: string, remedy: string];

/** In the words of OpenSSH, which it says in English everywhere. NAME is the destination. */
const meanings: Meaning[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    'training-unavailable',
    'NAME shows another host key than it used to, which may be somebody else in its place.',
    'Find out why, then run "ssh NAME" in a terminal.',
  ],
  [
    /Host key verification failed/,
    'training-unavailable',
    "This computer's ssh does not know NAME yet.",
    'Run "ssh NAME" once in a terminal and accept its key.',
  ],
  [
    /Permission denied|Too many authentication failures|no mutual signature/,
    'training-unavailable',
    "NAME let nobody in: it wants a password or a passphrase, which Whisker can't answer, or knows no key of yours.",
    'Set up a key with "ssh-copy-id NAME", add it with "ssh-add", and try "ssh -o BatchMode=yes NAME true".',
  ],
  [
    /Could not resolve hostname/,
    'connection-lost',
    'There is no computer called NAME to be found.',
    'Check the name and the network.',
  ],
  [/Connection refused/, 'connection-lost', 'NAME refused the connection.', 'Check that an ssh server runs there.'],
  [
    /timed out|No route to host|Network is unreachable|Host is down/,
    'connection-lost',
    'NAME does not answer.',
    'Check that it is on and that the network reaches it.',
  ],
  [
    /unknown command '?engine/,
    'training-unavailable',
    "The Whisker on NAME is of an earlier version, which can't train for others.",
    'Install the same version there as here.',
  ],
];

/** Why no hello came, as one sentence and what to do. */
export function explainSsh(destination: string, { code, stderr, said }: SshEnd): WhiskerError {
  const named = (text: string) => text.replaceAll('NAME', destination);
  for (const [pattern, kind, reason, remedy] of meanings) {
    if (pattern.test(stderr)) return new WhiskerError(kind, named(reason), named(remedy));
  }
  if (code === 127 || /command not found|: not found|No such file or directory/.test(stderr)) {
    return new WhiskerError(
      'training-unavailable',
      `There is no Whisker on ${destination} under that command.`,
      'Install it there, or say by which command it starts.',
    );
  }
  const words = said || lastLine(stderr);
  if (code === 255) return new WhiskerError('connection-lost', `${destination} can't be reached${inBrackets(words)}.`);
  return new WhiskerError(
    'training-unavailable',
    `What answers on ${destination} is no Whisker${inBrackets(words)}.`,
    'Check the command that starts Whisker there.',
  );
}

export const noSsh = (): WhiskerError =>
  new WhiskerError(
    'training-unavailable',
    'There is no ssh on this computer.',
    'Install the OpenSSH client, or name its program in WHISKER_SSH.',
  );

export const connectionLost = (destination: string, why = ''): WhiskerError =>
  new WhiskerError('connection-lost', `The connection to ${destination} was lost${inBrackets(why)}.`);

/** The last thing that was said, as far as it fits into a sentence and a terminal. */
export const lastLine = (stderr: string): string =>
  (
    stderr
      .split('\n')
      .map((line) => line.replace(/\p{Cc}/gu, ' ').trim())
      .findLast((line) => line !== '') ?? ''
  ).slice(0, 200);

const inBrackets = (words: string): string => (words === '' ? '' : ` (${words.replace(/[.\s]+$/, '')})`);
