// Preloaded into a process and its engines: the nth write of a file, named in WHISKER_FAIL_WRITE, finds the disk full.

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const failAt = Number(process.env['WHISKER_FAIL_WRITE']);
let writes = 0;

function next(): void {
  writes++;
  if (writes === failAt) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}

const { writeSync, writeFileSync, createWriteStream } = fs;
const { writeFile, open } = fs.promises;

fs.writeSync = ((...args: Parameters<typeof writeSync>) => {
  // Standard output and error are no files.
  if (args[0] > 2) next();
  return writeSync(...args);
}) as typeof writeSync;
fs.writeFileSync = (...args) => {
  next();
  writeFileSync(...args);
};
fs.createWriteStream = (...args) => {
  next();
  return createWriteStream(...args);
};
fs.promises.writeFile = async (...args) => {
  next();
  await writeFile(...args);
};
fs.promises.open = async (...args) => {
  const handle = await open(...args);
  const write = handle.write.bind(handle);
  handle.write = (async (...data: Parameters<typeof write>) => {
    next();
    return write(...data);
  }) as typeof handle.write;
  return handle;
};
syncBuiltinESMExports();
