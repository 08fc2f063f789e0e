// Downloads the runtime that is offered, in a process that a test can kill: RELEASES (JSON) DATA_DIR.

import { join } from 'node:path';
import { createApp } from '../../../src/main/app.ts';

const [releases = '', dataDir = ''] = process.argv.slice(2);
const engine = { node: process.execPath, entry: join(import.meta.dirname, '../../../src/engine/entry.ts') };
const app = createApp({ host: 'web', dataDir, engine, releases: JSON.parse(releases) });
await app.services.runtime.known();
await app.services.runtime.download();
await app.services.runtime.downloaded();
