// Reads vitest's JSON report into the numbers that the test command ends with.

/**
 * { passed, failed, skipped } of a report. A file that could not run counts as one failure, and so does a run that
 * ended with a bad exit code without naming a failed test (an unhandled error, a crash, no report at all).
 */
export function count(report, exitCode) {
  const files = report?.testResults ?? [];
  const broken = files.filter((file) => file.status === 'failed' && !file.assertionResults.some(hasFailed)).length;
  const failed = (report?.numFailedTests ?? 0) + broken;
  return {
    passed: report?.numPassedTests ?? 0,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  };
}

const hasFailed = (test) => test.status === 'failed';
