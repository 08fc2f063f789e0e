// Unpacks pinned wheels, each fetched once, into one folder, laid out as Python would lay them out, because their
// libraries find each other by relative path. Each finished part survives a kill.
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { run } from '../command.mjs';
import { step } from '../steps.mjs';
import { downloadWheel, findPython } from '../pip.mjs';

const UNPACK = fileURLToPath(new URL('unpack-wheel.py', import.meta.url));

/**
 * Makes `folder` hold the parts of the wheels that `pins` name: paths that begin with one of `partsOf(name)`, `name`
 * being the package's. Does nothing when the folder is already there. `arrange(folder)` may still move what was
 * unpacked before it counts as there.
 */
export async function installWheels(folder, pins, { tags, partsOf, arrange = () => {} }) {
  if (existsSync(folder)) return;
  const partial = `${folder}.partial`;
  const wheels = [];
  for (const pin of pins) {
    const [requirement] = pin.split(' ');
    const done = join(partial, 'wheels', requirement);
    if (!existsSync(done))
      await step(`Downloading ${requirement}`, () => downloadWheel(pin, { tags, done, work: partial }));
    wheels.push({ name: requirement.split('==')[0], file: join(done, readdirSync(done)[0]) });
  }
  const unpacked = join(partial, 'site');
  await step(`Unpacking ${pins[0].split(' ')[0]}`, async () => {
    rmSync(unpacked, { recursive: true, force: true });
    for (const { name, file } of wheels) await run(findPython(), [UNPACK, file, unpacked, ...partsOf(name)]);
    arrange(unpacked);
  });
  rmSync(join(partial, 'wheels'), { recursive: true });
  renameSync(unpacked, folder);
  rmSync(partial, { recursive: true });
}
