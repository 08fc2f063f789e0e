// Decides who may talk to the web host: the right Host, the right Origin, and the cookie that only a visit with the
// token gives.

import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';
import { createSecret } from './token.ts';

export interface Guard {
  /** The address to print: valid for as long as the host runs. */
  readonly url: string;
  /** What programs send; see `checkProgram`. */
  readonly token: string;
  /** An address for one visit; `used` is called when it has been made. */
  oneTimeUrl(used: () => void): string;
  /** Throws a Refusal unless the request names this host and comes from its own pages or from the address bar. */
  checkSource(request: IncomingMessage, url: URL): void;
  /** The Set-Cookie of a first visit; null when the URL carries no token. Throws a Refusal for a wrong one. */
  welcome(url: URL): string | null;
  /** Throws a Refusal unless the request carries the cookie. */
  checkCookie(request: IncomingMessage): void;
  /**
   * For programs, which have no cookie: throws a Refusal unless the request names this host, carries the token as
   * "Authorization: Bearer …", and comes from no page of another origin.
   */
  checkProgram(request: IncomingMessage): void;
}

export function createGuard(port: number): Guard {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const token = createSecret();
  const session = createSecret();
  let oneTime = { secret: createSecret(), used: () => {} };
  // Cookies know no ports: without the number in its name, two Whiskers would overwrite each other's.
  const cookieName = `whisker-${port}`;
  const address = `http://${hosts[0]}/`;
  const fromElsewhere = () =>
    new Refusal(403, 'Whisker answers only its own pages.', `Open ${address} in a tab of its own.`);

  function checkHost({ headers: { host } }: IncomingMessage): void {
    if (host !== undefined && hosts.includes(host)) return;
    throw new Refusal(
      403,
      `Whisker answers only at ${address}.`,
      'Open that address; with an SSH tunnel, use the same port number on both ends.',
    );
  }

  return {
    url: `${address}?token=${token.text}`,
    token: token.text,
    oneTimeUrl(used) {
      oneTime = { secret: createSecret(), used };
      return `${address}?token=${oneTime.secret.text}`;
    },

    checkSource(request, url) {
      const { host, origin } = request.headers;
      checkHost(request);
      if (origin === undefined ? request.method === 'POST' : origin !== `http://${host}`) throw fromElsewhere();

      const site = request.headers['sec-fetch-site'];
      if (site === undefined || site === 'same-origin' || site === 'none') return;
      const visit =
        request.headers['sec-fetch-mode'] === 'navigate' && request.headers['sec-fetch-dest'] === 'document';
      // A link elsewhere may open the front page, as if typed; nothing elsewhere may fetch, embed or download.
      if (!visit || url.pathname !== '/') throw fromElsewhere();
    },

    welcome(url) {
      const given = url.searchParams.get('token');
      if (given === null || url.pathname !== '/') return null;
      if (oneTime.secret.matches(given)) {
        const { used } = oneTime;
        oneTime = { secret: createSecret(), used: () => {} };
        used();
      } else if (!token.matches(given)) throw notLetIn();
      return `${cookieName}=${session.text}; Path=/; HttpOnly; SameSite=Strict`;
    },

    checkCookie(request) {
      const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
      const prefix = `${cookieName}=`;
      const known = cookies.some((cookie) => cookie.startsWith(prefix) && session.matches(cookie.slice(prefix.length)));
      if (!known) throw notLetIn();
    },

    checkProgram(request) {
      checkHost(request);
      const { host, origin, authorization = '', 'sec-fetch-site': site } = request.headers;
      const isOurs = origin === undefined || origin === `http://${host}`;
      if (!isOurs || (site !== undefined && site !== 'same-origin' && site !== 'none')) throw fromElsewhere();
      const given = /^Bearer (\S+)$/i.exec(authorization)?.[1];
      if (given === undefined || !token.matches(given)) {
        const remedy = 'Send the token that was printed at the start, as "Authorization: Bearer TOKEN".';
        throw new Refusal(401, 'This address answers only whoever knows its token.', remedy, {
          'www-authenticate': 'Bearer',
        });
      }
    },
  };
}

const notLetIn = (): Refusal =>
  new Refusal(
    401,
    'Whisker is running, but it does not know this browser.',
    'Open the address that Whisker printed when it started: it ends with a token that lets you in. A new start prints a new one.',
  );
