// A language that nobody speaks, made of the English catalogue: each letter has an accent, and it runs from right to
// left. What the window says without accents is not in the catalogue.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import PO from 'pofile';
import { build } from 'vite';
import { wuchale } from 'wuchale/vite';

const root = join(import.meta.dirname, '../..');
const locales = join(root, 'src/shared/locales');
const plain = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const accented = 'ȦƁƇḒḖƑƓĦĪĴĶĿḾȠǾƤɊŘŞŦŬṼẆẊẎẐȧƀƈḓḗƒɠħīĵķŀḿƞǿƥɋřşŧŭṽẇẋẏẑ';

/** Places for values, "{0}", and for elements, "<0/>", stay. */
const inAccents = (text: string): string =>
  text.replaceAll(/\{\d+\}|<\/?\d+\/?>|[a-z]/gi, (found) =>
    found.length > 1 ? found : (accented[plain.indexOf(found)] ?? found),
  );

/** The window in that language, for people whose own is Arabic. Returns the folder of the renderer. */
export async function buildPseudo(folder: string): Promise<string> {
  const catalogues = join(folder, 'locales');
  mkdirSync(catalogues, { recursive: true });
  const english = readFileSync(join(locales, 'en.po'), 'utf8');
  writeFileSync(join(catalogues, 'en.po'), english);
  const catalogue = PO.parse(english);
  catalogue.headers['Language'] = 'ar';
  for (const item of catalogue.items) item.msgstr = item.msgstr.map(inAccents);
  writeFileSync(join(catalogues, 'ar.po'), catalogue.toString());
  const loader = relative(catalogues, join(locales, 'whisker.loader.ts')).replaceAll('\\', '/');
  writeFileSync(join(catalogues, 'whisker.loader.ts'), `export * from '${loader}';\n`);

  process.env['WHISKER_LOCALES'] = relative(root, catalogues);
  const outDir = join(folder, 'renderer');
  try {
    await build({
      configFile: false,
      logLevel: 'warn',
      root: join(root, 'src/renderer'),
      plugins: [wuchale(), svelte()],
      build: { outDir, emptyOutDir: true, assetsInlineLimit: 0, reportCompressedSize: false },
    });
  } finally {
    delete process.env['WHISKER_LOCALES'];
  }
  return outDir;
}

/** What needs no translation: names, formats, units, keys. */
const names =
  /\b(JSON Lines|Parquet|COCO|Hugging Face ImageFolder|Croissant|Ctrl|Shift|Alt|SSGAN|CPU|GPU|NVIDIA|TensorFlow|ONNX|JPEG|PNG|CSV|JSON|[kMG]B|px|s|min|h|AMD \w+|\d+ cores)\b/g;
const files = /[\w./-]+\.(jpg|csv|json)\b/g;

/** Of texts that the window says, those that stand in no catalogue. */
export function outsideCatalogue(texts: readonly string[]): string[] {
  const { items } = PO.parse(readFileSync(join(locales, 'en.po'), 'utf8'));
  // The host of the tests speaks English, as it runs from its sources.
  const said = items.flatMap(({ msgid, references }) =>
    references.some((file) => /^src\/(main|shared|files)\//.test(file)) ? [patternOf(msgid)] : [],
  );
  return texts.filter((text) => {
    const rest = text.replaceAll(files, '').replaceAll(names, '').trim();
    return /[a-z]{2}/i.test(rest) && !said.some((pattern) => pattern.test(text.trim()));
  });
}

const patternOf = (message: string): RegExp => {
  const literal = message.replaceAll(/[$()*+.?[\\\]^|]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll(/\{\d+\}|#/g, '[^]*')}$`);
};
