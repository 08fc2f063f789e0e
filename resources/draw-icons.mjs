// Draws icon.png, icon.ico (Windows) and icon.icns (macOS) from icon.svg: node resources/draw-icons.mjs.
// Run it when the SVG changes.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

const at = (name) => join(import.meta.dirname, name);
const svg = await readFile(at('icon.svg'));
// The SVG is 512 units wide at 72 dpi; drawn at the size asked for, it stays sharp.
const png = (sizePx) =>
  sharp(svg, { density: (72 * sizePx) / 512 })
    .resize(sizePx, sizePx)
    .png({ compressionLevel: 9, palette: true })
    .toBuffer();

/** ICO: a directory of PNG files; a side of 256 is written as 0. */
async function ico(sizesPx) {
  const images = await Promise.all(sizesPx.map(png));
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  images.forEach((image, i) => {
    const entry = 6 + 16 * i;
    header.writeUInt8(sizesPx[i] % 256, entry);
    header.writeUInt8(sizesPx[i] % 256, entry + 1);
    header.writeUInt16LE(1, entry + 4);
    header.writeUInt16LE(32, entry + 6);
    header.writeUInt32LE(image.length, entry + 8);
    header.writeUInt32LE(offset, entry + 12);
    offset += image.length;
  });
  return Buffer.concat([header, ...images]);
}

/** ICNS: chunks of four letters, a length that counts its own eight bytes, and a PNG. */
async function icns(sizesPx) {
  const chunk = (type, body) => {
    const head = Buffer.from(`${type}....`, 'latin1');
    head.writeUInt32BE(body.length + 8, 4);
    return Buffer.concat([head, body]);
  };
  const images = Object.entries(sizesPx).map(async ([type, sizePx]) => chunk(type, await png(sizePx)));
  return chunk('icns', Buffer.concat(await Promise.all(images)));
}

await writeFile(at('icon.png'), await png(1024));
await writeFile(at('icon.ico'), await ico([16, 24, 32, 48, 64, 128, 256]));
await writeFile(
  at('icon.icns'),
  await icns({
    icp4: 16,
    icp5: 32,
    ic11: 32,
    ic12: 64,
    ic07: 128,
    ic13: 256,
    ic08: 256,
    ic14: 512,
    ic09: 512,
    ic10: 1024,
  }),
);
