// All that Whisker says in one catalogue, src/shared/locales/en.po, taken from where it stands in the code: `npm run
// words` brings it up to date, and the build puts the words of a language in their places. A language is one more such
// file beside it.

import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { adapter as markup, svelteDefaultHeuristic } from '@wuchale/svelte';
import { defineConfig, type Adapter, type Message } from 'wuchale';
import { varNames } from 'wuchale/adapter-utils';
import { adapter as code } from 'wuchale/adapter-vanilla';

/** Tests have catalogues of their own. */
const localesDir = process.env['WHISKER_LOCALES'] ?? 'src/shared/locales';
const others = readdirSync(localesDir)
  .filter((name) => name.endsWith('.po') && name !== 'en.po')
  .map((name) => basename(name, '.po'));

const modifier = '(Mod|Control|Ctrl|Shift|Alt|AltGraph|Meta|CapsLock|Fn)';
const key =
  '(Arrow(Left|Right|Up|Down)?|Home|End|Page(Up|Down)|Space|Enter|Escape|Esc|Tab|Plus|ContextMenu|Dead|Process|F\\d+)';
/** Names of keys, as `KeyboardEvent.key` and src/shared/commands.ts have them. */
const keys = new RegExp(`^((${modifier}|#)\\+)*(${modifier}|${key}|[A-Z]|#)?$`);
/** Calls whose strings are looked for, and said to nobody. */
const lookups =
  /(^|\.)(startsWith|endsWith|includes|closest|matches|querySelector|querySelectorAll|getAttribute|matchMedia)$/;
/** Attributes that are read to people, whatever they begin with. */
const said = /^(aria-(label|description|valuetext|roledescription)|title|alt|placeholder|label|text|valueText|verb)$/;
/** Words with a space between them, and none of the signs of a style sheet, a selector, a query or a path. */
const phrase = /^(?!.*(\p{L}\(|[\p{L}\d]_|[=[\]{}<>|\\]|\/\/|\d(px|ms|fr)\b))(?=.*\p{Ll}{2})[^]*\S\s[^]*$/u;
/** Shapes of SVG. */
const path = /^[Mm]\s?-?[\d.][^]*$/;
const sentence = /^[\p{Lu}0“"][^]*\s[^]*[.…!?:]["”)]?$/u;
const query = /^(SELECT|INSERT|UPDATE|DELETE|CREATE|WITH|PRAGMA|BEGIN)\s/;

/** A sentence in markup or in code; in code of the window, words with a space between them as well. */
function isSaid(message: Message): 'message' | false {
  const { scope, call = '', file, attribute = '' } = message.details;
  const text = message.msgStr.join(' ');
  if (scope === 'markup' || (scope === 'attribute' && !said.test(attribute)))
    return svelteDefaultHeuristic(message) ? 'message' : false;
  if (keys.test(text) || path.test(text) || lookups.test(call) || call.startsWith('console.')) return false;
  // A value that comes into it is a "#" here.
  const plain = text.replaceAll('#', '0');
  if (!/^src\/(renderer|shared)\//.test(file)) return sentence.test(plain) && !query.test(plain) ? 'message' : false;
  return phrase.test(plain) || svelteDefaultHeuristic(message) ? 'message' : false;
}

const inMarkup = markup({
  files: {
    include: 'src/**/*.{svelte,ts}',
    ignore: ['**/*.d.ts', '**/locales/**', 'src/engine/**', 'src/main/db/migrations/**'],
  },
  bundleLoad: true,
  loader: 'custom',
  heuristic: isSaid,
});
/** The language is chosen once, when a module is loaded: nothing has to follow it. */
const inCode = code({ heuristic: isSaid, runtime: { initReactive: () => null, useReactive: false } });

/** Texts as they stand in the code, by what the catalogue finds them by. */
const texts = new Map<string, string>();

/** The catalogue would take two texts for one that differ in the spaces around them alone. Throws. */
function refuseTwins(messages: readonly Message[], file: string): void {
  for (const { msgStr } of messages) {
    const [text, found] = [msgStr.join('\n'), msgStr.join('\n').trim()];
    if ((texts.get(found) ?? text) !== text) throw new Error(`${file}: “${text}” has a twin but for its spaces.`);
    texts.set(found, text);
  }
}

const transform: Adapter['transform'] = async (file) => {
  const isMarkup = file.filename.endsWith('.svelte');
  const { output, msgs } = await (isMarkup ? inMarkup : inCode).transform(file);
  refuseTwins(msgs, file.filename);
  if (isMarkup) return { msgs, output };
  return { msgs, output: (header) => output(`${header}\nconst ${varNames.rt} = ${file.expr.plain};\n`) };
};

export default defineConfig({
  locales: ['en', ...others],
  localesDir,
  logLevel: 'warn',
  adapters: { whisker: { ...inMarkup, transform } },
});
