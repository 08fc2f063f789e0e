// Every sentence of the window in one catalogue, src/renderer/locales/en.po, taken from where it stands in the code:
// `npm run words` brings it up to date, and the build puts the words of a language in their places. A language is one
// more such file beside it.

import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { adapter as markup, svelteDefaultHeuristic } from '@wuchale/svelte';
import { defineConfig, type Message, type TransformFunc, type TransformOutput } from 'wuchale';
import { varNames } from 'wuchale/adapter-utils';
import { adapter as code } from 'wuchale/adapter-vanilla';

/** Tests have catalogues of their own. */
const localesDir = process.env['WHISKER_LOCALES'] ?? 'src/renderer/locales';
const others = readdirSync(localesDir)
  .filter((name) => name.endsWith('.po') && name !== 'en.po')
  .map((name) => basename(name, '.po'));

/** Names of keys, as `KeyboardEvent.key` and src/shared/commands.ts have them. */
const keys = /^((Mod|Ctrl|Shift|Alt|Meta)\+)*(Arrow(Left|Right|Up|Down)?|Home|End|Page(Up|Down)|Space|Enter|Escape|Esc|Tab|Plus|Mod|Ctrl|Shift|Alt|Meta|\{0\})$/;
/** Calls whose strings are looked for, and said to nobody. */
const lookups = /(^|\.)(startsWith|endsWith|includes|closest|matches|querySelector|querySelectorAll|getAttribute)$/;

const isSaid = (message: Message) =>
  !keys.test(message.msgStr.join('')) &&
  !lookups.test(message.details.call ?? '') &&
  svelteDefaultHeuristic(message);

const files = { include: 'src/{renderer,shared}/**/*.{svelte,ts}', ignore: ['**/*.d.ts', `${localesDir}/**`] };
const inMarkup = markup({ files, bundleLoad: true, loader: 'custom', heuristic: isSaid });
/** The language is chosen once, before anything is shown: a module asks for it when it is loaded, and follows nothing. */
const inCode = code({ heuristic: isSaid, runtime: { initReactive: () => null, useReactive: false } });

const transformCode: TransformFunc = (file) => {
  const { output, msgs } = inCode.transform(file) as TransformOutput;
  return { msgs, output: (header) => output(`${header}\nconst ${varNames.rt} = ${file.expr.plain};\n`) };
};

export default defineConfig({
  locales: ['en', ...others],
  localesDir,
  logLevel: 'warn',
  adapters: {
    window: {
      ...inMarkup,
      transform: (file) => (file.filename.endsWith('.svelte') ? inMarkup.transform(file) : transformCode(file)),
    },
  },
});
