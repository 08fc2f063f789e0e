import type { CrashReporterStartOptions } from 'electron';

/** Remembers how it was started. */
export class FakeCrashReporter {
  readonly test = { started: null as CrashReporterStartOptions | null };

  start(options: CrashReporterStartOptions): void {
    if (options.uploadToServer !== false && options.submitURL === undefined) {
      throw new Error('submitURL must be specified when uploadToServer is true');
    }
    this.test.started = options;
  }
}
