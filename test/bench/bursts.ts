// How long it takes to find out which photos are nearly the same, and what the thresholds rest on:
//   npm run bench:bursts [-- 1000 10000 100000 1000000] [--json]   libraries of so many photos, a third in bursts
//   npm run bench:bursts -- --pairs                                pairs of real photos by how many bits they differ
// A library's photos are random scenes whose fingerprints are made as those of photos (engine/imaging/fingerprint.ts):
// smooth greys, so that neighbouring bits know of each other. Seconds: reading the columns, the answer of the imaging
// process with all that crosses the wire, keeping it; and the longest that main answers nobody meanwhile.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { wordsOf } from '../../src/engine/imaging/bursts.ts';
import { fingerprintOf } from '../../src/engine/imaging/fingerprint.ts';
import { burstsByPhoto, keepBursts, photosToGroup } from '../../src/main/db/burst-rows.ts';
import { openDatabase, prepare, transact } from '../../src/main/db/open.ts';
import type { Db } from '../../src/main/db/open.ts';
import { createEngine } from '../../src/main/engine-host/engine.ts';
import { randomStream, type Random } from '../../src/shared/random.ts';
import { requireTestData, unpack } from '../fixtures/test-data.ts';

const engine = { node: process.execPath, entry: resolve(import.meta.dirname, '../../src/engine/entry.ts') };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { pairs: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const folder = mkdtempSync(join(tmpdir(), 'whisker-bursts-'));

try {
  if (values.pairs) print(await countPairs());
  else print(await measureSizes(positionals.length > 0 ? positionals.map(Number) : [1000, 10_000, 100_000]));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function print(rows: object): void {
  if (values.json) console.log(JSON.stringify(rows));
  else console.table(rows);
}

async function measureSizes(sizes: readonly number[]): Promise<object[]> {
  const rows: object[] = [];
  for (const size of sizes) rows.push(await measure(size));
  return rows;
}

async function measure(count: number): Promise<object> {
  const db = openDatabase(join(folder, `${count}.sqlite`));
  fill(db, count);
  // As the service does (src/main/bursts/burst-service.ts), step by step.
  const imaging = createEngine({ role: 'imaging', silenceMs: 3_600_000, ...engine });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const readAt = performance.now();
  const photos = await photosToGroup(db, new AbortController().signal);
  const askedAt = performance.now();
  const { fingerprints, takenAt } = photos;
  const { first } = await imaging.request({ kind: 'group-bursts', fingerprints, takenAt });
  const answeredAt = performance.now();
  const processor = processorSeconds(imaging.pid);
  const before = process.cpuUsage();
  const isNews = keepBursts(db, photos, first);
  const keptAt = performance.now();
  const { user, system } = process.cpuUsage(before);
  await new Promise((done) => setTimeout(done, 20));
  delay.disable();
  await imaging.kill();
  const grouped = burstsByPhoto(db);
  if (!isNews) throw new Error('Nothing was grouped.');
  db.close();
  const seconds = (from: number, to: number) => Number(((to - from) / 1000).toFixed(2));
  return {
    photos: count,
    groups: new Set(grouped.values()).size,
    'photos in them': grouped.size,
    'read, s': seconds(readAt, askedAt),
    'asked and answered, s': seconds(askedAt, answeredAt),
    'processor of that, s': processor,
    'kept, ms': Math.round(keptAt - answeredAt),
    'processor of that, ms': Math.round((user + system) / 1000),
    'main held up, ms': Math.round(delay.max / 1e6),
  };
}

/** A process's own so far (proc(5), fields 14 and 15 in hundredths of a second). */
function processorSeconds(pid: number | null): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function fill(db: Db, count: number): void {
  const random = randomStream(1);
  const photo = prepare(
    db,
    `INSERT INTO photo (sha256, width, height, format, bytes, added_at, taken_at, fingerprint, present)
     VALUES (?, 640, 480, 'jpeg', 1000, '2026-01-01', ?, ?, 1)`,
  );
  transact(db, () => {
    for (let at = 0, time = 0; at < count;) {
      const shots = random() < 0.1 ? 2 + Math.floor(random() * 7) : 1;
      const waves = scene(random);
      time += 60_000;
      for (let shot = 0; shot < shots && at < count; shot++, at++) {
        const taken = random() < 0.8 ? new Date(time + 700 * shot).toISOString().slice(0, -1) : null;
        photo.run(at.toString(16).padStart(64, '0'), taken, hexOf(waves, 0.004 * shot));
      }
    }
  });
}

interface Wave {
  /** Cycles across the picture. */
  x: number;
  y: number;
  phase: number;
  height: number;
}

/** Waves that are the lower the finer they are, as in photos (Field 1987). */
function scene(random: Random): Wave[] {
  return Array.from({ length: 12 }, () => {
    const [x, y] = [(random() - 0.5) * 8, (random() - 0.5) * 8];
    return { x, y, phase: 2 * Math.PI * random(), height: 60 / (1 + Math.hypot(x, y)) };
  });
}

/** The fingerprint of a scene moved by a share of its width, as `fingerprintOf` makes it. */
function hexOf(waves: readonly Wave[], moved: number): string {
  const grey = (x: number, y: number) =>
    waves.reduce(
      (sum, wave) =>
        sum + wave.height * Math.cos(2 * Math.PI * (wave.x * (x / 9 + moved) + (wave.y * y) / 9) + wave.phase),
      0,
    );
  const greys = Array.from({ length: 81 }, (_, i) => grey(i % 9, Math.floor(i / 9)));
  let bits = 0n;
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) {
      const lightFrom = greys[9 * y + x]! + 3;
      if (greys[9 * y + x + 1]! >= lightFrom) bits |= 1n << BigInt(8 * y + x);
      if (greys[9 * y + 9 + x]! >= lightFrom) bits |= 1n << BigInt(64 + 8 * y + x);
    }
  }
  return bits.toString(16).padStart(32, '0');
}

/** How many pairs of the cats and dogs differ in so many bits, up to 24, of those that set as many as are asked for. */
async function countPairs(): Promise<object> {
  const photos = join(folder, 'photos');
  unpack(requireTestData('cats-dogs-10k.tar'), photos);
  const files = readdirSync(photos, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jpg'));
  const prints: string[] = [];
  for (const file of files) {
    const { data, info } = await sharp(join(photos, file))
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    prints.push(fingerprintOf({ pixels: data, width: info.width, height: info.height }));
  }
  const words = wordsOf(Buffer.from(prints.join(''), 'hex'));
  const counts = new Array<number>(129).fill(0);
  for (let a = 0; a < prints.length; a++) {
    for (let b = 0; b < a; b++) {
      let bits = 0;
      for (let word = 0; word < 4; word++) bits += ones(words[4 * a + word]! ^ words[4 * b + word]!);
      counts[bits]! += 1;
    }
  }
  const few = counts.slice(0, 25).flatMap((pairs, bits) => (pairs > 0 ? [{ bits, pairs }] : []));
  return [{ bits: 'all', pairs: counts.reduce((sum, pairs) => sum + pairs) }, ...few];
}

function ones(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}
