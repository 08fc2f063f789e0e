// Builds the four bundles of the app: main (desktop host, command line, engine process), preload, renderer.

import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';

const at = (path: string) => resolve(import.meta.dirname, path);

export default defineConfig({
  main: {
    build: {
      // Dependencies stay in node_modules: native addons can't be bundled, and the rest gains nothing by it.
      externalizeDeps: true,
      rollupOptions: {
        input: { index: at('src/main/index.ts'), cli: at('src/main/cli.ts'), engine: at('src/engine/entry.ts') },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload is one CommonJS file.
      rollupOptions: {
        input: { index: at('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src/renderer'),
    plugins: [svelte()],
    build: {
      rollupOptions: { input: at('src/renderer/index.html') },
      // The pages' policy lets images and fonts come from our origin only, not from data: URLs.
      assetsInlineLimit: 0,
    },
  },
});
