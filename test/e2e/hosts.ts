// The app in a page of a real browser, in each of its two hosts: what a test does there is the same in both.

import type { Browser, Page } from 'playwright-core';
import type { Calls } from '../../src/shared/contract.ts';
import type { Result } from '../../src/shared/errors.ts';
import { startOnFakes } from './desktop/on-fakes.ts';
import { askMain, openPage, shoot, startApp } from './harness.ts';

export interface HostedApp {
  page: Page;
  /** What the page complained of since it was opened. */
  complaints: string[];
  /** Picks a folder as a person does on the Open screen. */
  openFolder(folder: string): Promise<void>;
  /** Asks main directly, as a second witness of what the screen says. */
  ask<K extends keyof Calls>(name: K, input?: Calls[K]['input']): Promise<Calls[K]['output']>;
  /** Closes the page and ends the app. */
  stop(): Promise<void>;
}

/** Starts the built app with its data in `dataDir`, and shows its page. */
type Host = (browser: Browser, dataDir: string) => Promise<HostedApp>;

const chooseFolder = (page: Page) => page.getByRole('button', { name: 'Open a folder of photos' });

export const hosts = {
  /** `whisker serve`, in a browser. */
  async web(browser, dataDir) {
    const app = await startApp(dataDir);
    const { page, complaints } = await openPage(browser);
    await page.goto(app.url);
    return {
      page,
      complaints,
      async openFolder(folder) {
        await chooseFolder(page).click();
        await page.getByRole('textbox', { name: 'Folder' }).fill(folder);
        await page.getByRole('textbox', { name: 'Folder' }).press('Enter');
        await page.getByRole('list', { name: 'Folders' }).getByRole('button').first().waitFor();
        await shoot(page, '02-folder-picker');
        await page.getByRole('button', { name: 'Open this folder' }).click();
      },
      ask: (name, input) => askMain(page, name, input),
      async stop() {
        await page.context().close();
        await app.stop();
      },
    };
  },

  /** The desktop app: its built main on the fakes of Electron, its window in the browser. */
  async desktop(browser, dataDir) {
    const app = await startOnFakes(browser, { dataDir });
    return {
      page: app.page,
      complaints: app.complaints,
      async openFolder(folder) {
        await app.answerFolderDialog(folder);
        await chooseFolder(app.page).click();
      },
      ask: (name, input) => askThroughBridge(app.page, name, input),
      async stop() {
        await app.quit();
        await app.ended;
      },
    };
  },
} satisfies Record<string, Host>;

/** As `askMain`, over what the preload gave the page. */
export async function askThroughBridge<K extends keyof Calls>(
  page: Page,
  name: K,
  input?: Calls[K]['input'],
): Promise<Calls[K]['output']> {
  const call = `whisker.call(${JSON.stringify(name)}, ${JSON.stringify(input)})`;
  const result = await page.evaluate<Result<Calls[K]['output']>>(call);
  if (!result.ok) throw new Error(`${name}: ${result.error.message}`);
  return result.value;
}
