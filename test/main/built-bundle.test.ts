// The main bundle as it ships: it starts, works and ends on the fakes of Electron, under Electron's own version of Node
// where one is at hand; it needs no module that is not shipped, and nothing of Electron that Electron has not.

import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { expect, onTestFinished, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import type { Calls } from '../../src/shared/contract.ts';
import type { Result } from '../../src/shared/errors.ts';
import { ipcChannels } from '../../src/shared/ipc-channels.ts';
import { startMain, type Notice } from '../e2e/desktop/main-on-fakes.ts';
import { electronsNode } from '../fixtures/electrons-node.ts';
import { temporaryFolder } from '../fixtures/folder.ts';
import { drawPhotos } from './photo-folder.ts';

const root = resolve(import.meta.dirname, '../..');
const bundles = join(root, 'out/main');

const nodes = [
  ['the pinned Node', process.execPath],
  ['Electron’s version of Node', electronsNode],
] as const;

for (const [name, node] of nodes) {
  test(`under ${name} it opens a window, serves it, opens a folder, and quits`, async ({ skip }) => {
    skip(node === null, `${name} is not here; npm test downloads it, or says why not`);
    const folder = temporaryFolder();
    await drawPhotos(join(folder, 'photos'), 0, 2);
    const main = startMain({ dataDir: join(folder, 'data'), node: node ?? '' });
    onTestFinished(() => main.kill());
    const notices: Notice[] = [];
    main.onNotice((notice) => notices.push(notice));
    const origin = `http://127.0.0.1:${await main.order('serve')}`;
    expect(notices).toEqual([]);

    await main.order('becomeReady');
    await expect.poll(() => notices.length, { timeout: 30_000 }).toBeGreaterThan(0);
    const [opened] = notices;
    if (opened?.kind !== 'opened') throw new Error(`It did not open a window: ${JSON.stringify(opened)}`);
    expect(opened.url).toBe('app://whisker/');
    expect(existsSync(opened.preload)).toBe(true);

    const page = await fetch(`${origin}/`);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const assets = [...(await page.text()).matchAll(/(?:src|href)="([^"]*assets[^"]+)"/g)].map(([, path = '']) => path);
    expect(assets.length).toBeGreaterThan(1);
    for (const path of assets) expect((await fetch(new URL(path, origin))).status, path).toBe(200);

    const call = async <K extends keyof Calls>(name: K, input?: Calls[K]['input']): Promise<Calls[K]['output']> => {
      const frame = { url: 'app://whisker/', isMain: true };
      // What a handler of that name answers.
      const result = (await main.order('invoke', frame, ipcChannels.call, [name, input])) as Result<Calls[K]['output']>;
      if (!result.ok) throw new Error(result.error.message);
      return result.value;
    };
    await call('library.open', { folder: join(folder, 'photos') });
    await expect.poll(async () => (await call('library.state'))?.counts.photos, { timeout: 30_000 }).toBe(4);
    const { ids } = await call('photos.list', { filter: { kind: 'all' } });
    const thumb = await fetch(`${origin}/photo/${ids[0]}/thumb`);
    expect([thumb.status, thumb.headers.get('content-type')]).toEqual([200, 'image/jpeg']);

    await main.order('quit').catch(() => {});
    expect(await main.ended).toBe(0);
    expect(main.errors()).toBe('');
  });
}

const names = readdirSync(bundles, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.js'))
  .map((name) => join(bundles, name));
const program = ts.createProgram(names, { allowJs: true, noResolve: true, noLib: true, noEmit: true });
const checker = program.getTypeChecker();
const files = names.flatMap((name) => program.getSourceFile(name) ?? []);

function nodesOf(file: ts.SourceFile): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return nodes;
}

test('every module it imports is a file of its own, of Node, of Electron, or a shipped dependency', () => {
  const dependencies = Object.keys(manifest.dependencies);
  const known = (specifier: string): boolean =>
    /^(\.|node:)/.test(specifier) ||
    specifier === 'electron' ||
    dependencies.some((name) => specifier === name || specifier.startsWith(`${name}/`));
  const imported = files.flatMap((file) =>
    nodesOf(file).flatMap((node) => {
      const from =
        ts.isImportDeclaration(node) || ts.isExportDeclaration(node) ? node.moduleSpecifier : calledFor(node);
      return from && ts.isStringLiteralLike(from) ? [from.text] : [];
    }),
  );
  expect(imported).toEqual(expect.arrayContaining(['electron', 'better-sqlite3', 'sharp']));
  expect(imported.filter((specifier) => !known(specifier))).toEqual([]);
});

/** What `import(x)` and `require(x)` name. */
function calledFor(node: ts.Node): ts.Expression | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const { expression } = node;
  const loads = expression.kind === ts.SyntaxKind.ImportKeyword || expression.getText() === 'require';
  return loads ? node.arguments[0] : undefined;
}

test('every member of Electron that it uses is one that Electron declares', () => {
  const used = new Set(files.flatMap(electronMembers));
  expect(used).toContain('app.whenReady');
  expect(used).toContain('BrowserWindow');
  // The second one shows that the check finds what isn't there.
  expect(notDeclared([...used, 'app.noSuchMember'])).toEqual(['app.noSuchMember']);
});

/** `app.quit` for every use of a member, `BrowserWindow` for the thing alone. */
function electronMembers(file: ts.SourceFile): string[] {
  const nodes = nodesOf(file);
  // Symbols and not names: a function may call its parameter `session`.
  const imported = new Map<ts.Symbol | undefined, string>();
  for (const node of nodes) {
    if (!ts.isImportSpecifier(node) || !isFromElectron(node)) continue;
    imported.set(checker.getSymbolAtLocation(node.name), (node.propertyName ?? node.name).text);
  }
  if (imported.size === 0) return [];
  return nodes.flatMap((node) => {
    const name = ts.isIdentifier(node) ? imported.get(checker.getSymbolAtLocation(node)) : undefined;
    if (name === undefined || ts.isImportSpecifier(node.parent)) return [];
    const { parent } = node;
    return ts.isPropertyAccessExpression(parent) ? [`${name}.${parent.name.text}`] : [name];
  });
}

function isFromElectron(specifier: ts.ImportSpecifier): boolean {
  const { moduleSpecifier } = specifier.parent.parent.parent;
  return ts.isStringLiteral(moduleSpecifier) && moduleSpecifier.text === 'electron';
}

/** Those of the uses that the compiler does not find in electron.d.ts. */
function notDeclared(uses: readonly string[]): string[] {
  const file = join(root, 'test/main/electron-uses.ts');
  const text = uses.map((use) => `void electron.${use};`).join('\n');
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    skipLibCheck: true,
    types: ['node'],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === file || fileExists(path);
  host.getSourceFile = (path, version, ...rest) =>
    path === file
      ? ts.createSourceFile(path, `import * as electron from 'electron';\n${text}`, version)
      : getSourceFile(path, version, ...rest);
  const ofUses = ts.createProgram([file], options, host);
  return ofUses.getSemanticDiagnostics(ofUses.getSourceFile(file)).map(({ file: source, start = 0 }) => {
    const { line = 0 } = source?.getLineAndCharacterOfPosition(start) ?? {};
    return uses[line - 1] ?? `line ${line}`;
  });
}
