// What only Windows needs beside TensorFlow itself: Node's functions as a library to link to, Microsoft's C++ library
// beside TensorFlow's, and a python312.dll, which TensorFlow's library is bound to but does not need for what we ask.
import { renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const EMPTY_PYTHON = ['empty-python.c', 'python312.def'].map((name) => fileURLToPath(new URL(name, import.meta.url)));
const libraries = (site) => join(site, 'tensorflow', 'python');

const MICROSOFT = 'msvc_runtime-14.44.35112.data';

/** What of Microsoft's wheel is unpacked: the three that TensorFlow is linked to. */
export const MICROSOFT_PARTS = ['msvcp140.dll', 'vcruntime140.dll', 'vcruntime140_1.dll'].map(
  (name) => `${MICROSOFT}/data/Scripts/${name}`,
);

/** Moves Microsoft's libraries from where their wheel has them to beside TensorFlow's, where Windows looks. */
export function gatherLibraries(site) {
  for (const part of MICROSOFT_PARTS) renameSync(join(site, part), join(libraries(site), basename(part)));
  rmSync(join(site, MICROSOFT), { recursive: true });
}

/** Makes the library through which the addon is linked to the functions of node.exe; returns its path. */
export async function importLibraryOfNode(compiler, { nodeApi }, folder) {
  const library = join(folder, 'node.lib');
  const definitions = join(nodeApi, 'def', 'node_api.def');
  await compiler.zig(['dlltool', '-m', 'i386:x86-64', '-D', 'node.exe', '-d', definitions, '-l', library]);
  return library;
}

/** Places a python312.dll in which each function that TensorFlow's library is bound to answers nothing. */
export async function placeEmptyPython(compiler, { site, partial }, { zigTarget }) {
  const made = join(partial, 'python312.dll');
  await compiler.zig(['cc', '-target', zigTarget, '-shared', '-O2', '-s', ...EMPTY_PYTHON, '-o', made]);
  renameSync(made, join(libraries(site), 'python312.dll'));
}
