// Builds the bundles of the app: main (desktop host, command line), the engine process, preload, renderer.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { build, type Plugin } from 'vite';
import { wuchale } from 'wuchale/vite';
import { ENGINE_PACKAGES } from './scripts/packaging/packages.mjs';

const at = (path: string) => resolve(import.meta.dirname, path);

/**
 * The engine, after main: with chunks of its own, and with all packages built in but for those that can't be. Plain
 * Node can't read a packaged app's archive, so what it runs lies beside the archive, where nothing checks it, and main
 * must run none of that.
 */
const engine: Plugin = {
  name: 'whisker:engine',
  async closeBundle() {
    await build({
      configFile: false,
      root: import.meta.dirname,
      publicDir: false,
      ssr: { noExternal: true, external: ENGINE_PACKAGES },
      build: {
        ssr: true,
        target: 'node26',
        outDir: at('out/main'),
        emptyOutDir: false,
        reportCompressedSize: false,
        rollupOptions: {
          // A lane of a network is a thread with a program of its own, beside the chunk that starts it.
          input: { engine: at('src/engine/entry.ts'), 'engine/onnx-lane': at('src/engine/backbone/onnx-lane.ts') },
          output: { entryFileNames: '[name].js', chunkFileNames: 'engine/[name]-[hash].js' },
        },
      },
    });
  },
};

/** The Python file of a job, as it is, beside the command line that hands it out. */
const jobScript: Plugin = {
  name: 'whisker:job-script',
  generateBundle() {
    const source = readFileSync(at('src/main/job/whisker_job.py'));
    this.emitFile({ type: 'asset', fileName: 'whisker_job.py', source });
  },
};

export default defineConfig({
  main: {
    plugins: [wuchale(), engine, jobScript],
    build: {
      // Dependencies stay in node_modules: native addons can't be bundled, and the rest gains nothing by it.
      externalizeDeps: true,
      rollupOptions: {
        input: { index: at('src/main/index.ts'), cli: at('src/main/cli.ts') },
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
    plugins: [wuchale(), svelte()],
    build: {
      rollupOptions: { input: at('src/renderer/index.html') },
      // The pages' policy lets images and fonts come from our origin only, not from data: URLs.
      assetsInlineLimit: 0,
    },
  },
});
