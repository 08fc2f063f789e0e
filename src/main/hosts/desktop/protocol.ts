// The window's own origin, app://whisker: the renderer's files, photos by number and exports, with the same headers as
// on the web.

import { protocol } from 'electron';
import type { Session } from 'electron';
import type { Content } from '../serve.ts';
import { securityHeaders } from '../headers.ts';

const scheme = 'app';
export const appOrigin = `${scheme}://whisker`;

export const isOurPage = (url: string): boolean => url.startsWith(`${appOrigin}/`);

/** Must run before Electron is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

export function serveContent(session: Session, content: Content): void {
  session.protocol.handle(scheme, (request) =>
    request.method === 'GET' && isOurPage(request.url)
      ? content(request)
      : new Response('Refused.\n', { status: 403, headers: securityHeaders }),
  );
}
