// Where the code finds its words; the build has it call this.

import toRuntime, { type CatalogModule } from 'wuchale/runtime';
import { chooseLanguage } from '../language.ts';

/** catalogs: the words of each language. */
export const getRuntime = (catalogs: Record<string, CatalogModule>): ReturnType<typeof toRuntime> => {
  const language = chooseLanguage(Object.keys(catalogs));
  return toRuntime(catalogs[language], language);
};
export const getRuntimeRx = getRuntime;
