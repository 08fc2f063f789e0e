// A process that moves photos and says so once many have moved, to be killed then: database, folder, library's folder,
// target, how many, and whether it rests then.

import { openDatabase } from '../../../src/main/db/open.ts';
import { exportTo } from '../../../src/main/export/export-job.ts';
import { everything } from '../../../src/shared/export.ts';

const [file = '', folder = '', dir = '', target = '', after = '', rests = ''] = process.argv.slice(2);
const open = { db: openDatabase(file), folder, dir, name: 'photos' };
await exportTo(open, { ...everything, format: 'folders', how: 'move' }, target, null, {
  signal: new AbortController().signal,
  progress(done) {
    if (done < Number(after)) return;
    process.stdout.write('moved\n');
    if (rests === 'rest') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
  },
});
