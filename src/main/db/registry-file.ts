// Where the registry lies, and how to tell it from the database of a library.

import { basename, join } from 'node:path';

const name = 'registry.sqlite';

export const registryFile = (dataDir: string): string => join(dataDir, name);
export const isRegistry = (file: string): boolean => basename(file) === name;
