// How the web host says no: an HTTP status and a sentence, as a page for a person or as a Result for a program.

import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ErrorCode, Failure } from '../../../shared/errors.ts';
import { securityHeaders } from '../headers.ts';

const codes: Readonly<Record<number, ErrorCode>> = {
  400: 'bad-input',
  401: 'forbidden',
  403: 'forbidden',
  404: 'not-found',
  405: 'wrong-usage',
  409: 'not-found',
  413: 'bad-input',
  415: 'bad-input',
  422: 'bad-input',
};

export class Refusal extends Error {
  readonly status: number;
  readonly remedy: string | undefined;
  readonly headers: Record<string, string>;

  constructor(status: number, message: string, remedy?: string, headers: Record<string, string> = {}) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.remedy = remedy;
    this.headers = headers;
  }
}

export function refusalResponse(refusal: Refusal, request: IncomingMessage): Response {
  const wantsPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
  const headers = { ...securityHeaders, 'cache-control': 'no-store', ...refusal.headers };
  if (wantsPage) {
    return new Response(page(refusal), {
      status: refusal.status,
      headers: { ...headers, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': pagePolicy },
    });
  }
  const error: Failure = {
    code: codes[refusal.status] ?? 'internal',
    message: refusal.message,
    ...(refusal.remedy === undefined ? {} : { remedy: refusal.remedy }),
  };
  return Response.json({ ok: false, error }, { status: refusal.status, headers });
}

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 20vh auto; max-width: 32rem; padding: 0 1.5rem; }
  h1 { font-size: 1.25rem; }
`;
const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const page = (refusal: Refusal): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Whisker</title>
<style>${style}</style>
<h1>${escaped(refusal.message)}</h1>
<p>${escaped(refusal.remedy ?? '')}</p>
<p><a href="/">Try again</a></p>
</html>
`;
