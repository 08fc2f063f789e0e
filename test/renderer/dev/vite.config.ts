// Serves the look-at page. Photos come from the folder in WHISKER_DEV_PHOTOS, or are drawn.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

const folder = process.env['WHISKER_DEV_PHOTOS'];
const files = folder
  ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.jpe?g$/i.test(name))
      .sort()
  : [];

const photos: Plugin = {
  name: 'photos',
  configureServer(server) {
    server.middlewares.use((request, response, next) => {
      const id = /^\/photo\/(\d+)\//.exec(request.url ?? '')?.[1];
      if (!id) return next();
      const file = files[Number(id) % (files.length || 1)];
      if (folder && file) response.setHeader('content-type', 'image/jpeg').end(readFileSync(join(folder, file)));
      else response.setHeader('content-type', 'image/svg+xml').end(drawn(Number(id)));
    });
  },
};

const drawn = (id: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30" preserveAspectRatio="xMidYMid slice"><path fill="hsl(${(id * 47) % 360} 30% 55%)" d="M0 0h40v30H0z"/><circle cx="${10 + (id % 20)}" cy="15" r="8" fill="hsl(${(id * 91) % 360} 40% 75%)"/></svg>`;

export default defineConfig({
  root: import.meta.dirname,
  plugins: [svelte(), photos],
});
