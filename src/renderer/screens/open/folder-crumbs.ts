// The way to a folder, part by part; understands both kinds of path, since main may run on another system.

export interface Crumb {
  name: string;
  path: string;
}

/** "/a/b" → "/", "/a", "/a/b"; "C:\a" → "C:\", "C:\a". */
export function crumbsOf(path: string): Crumb[] {
  const drive = /^[A-Za-z]:\\?/.exec(path)?.[0];
  const separator = drive || path.startsWith('\\\\') ? '\\' : '/';
  const root = drive ? `${drive.slice(0, 2)}\\` : separator === '/' ? '/' : '\\\\';
  const parts = path
    .slice(drive ? drive.length : root.length)
    .split(separator)
    .filter(Boolean);
  const crumbs: Crumb[] = [{ name: drive ? drive.slice(0, 2) : root, path: root }];
  for (const name of parts) {
    const before = crumbs.at(-1)?.path ?? root;
    crumbs.push({ name, path: before.endsWith(separator) ? before + name : before + separator + name });
  }
  return crumbs;
}

/** The folder that it lies in; the root is its own. */
export const folderAbove = (path: string): string => crumbsOf(path).at(-2)?.path ?? path;
