// A language that nobody speaks, made of the English catalogue: each letter has an accent, and it runs from right to
// left. What the window says without accents is not in the catalogue.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import PO from 'pofile';
import { build } from 'vite';
import { wuchale } from 'wuchale/vite';

const root = join(import.meta.dirname, '../../..');
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

/** Whether a text has letters that stand in no catalogue. */
export const isPlain = (text: string): boolean => /[a-z]/i.test(text);
