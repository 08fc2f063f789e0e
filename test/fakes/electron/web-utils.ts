/** Files made in JavaScript have no path, as in Electron; the test says which ones lie on disk. */
export class FakeWebUtils {
  readonly test = { paths: new Map<File, string>() };

  getPathForFile(file: File): string {
    if (!(file instanceof File)) throw new TypeError('getPathForFile expects a File');
    return this.test.paths.get(file) ?? '';
  }
}
