// Lines for a terminal. Names of files and classes come from anywhere, so no character of theirs may steer it.

/**
 * The text with each character that a terminal would obey, and not show, as \uXXXX: control characters, line breaks
 * among them, and those that turn the direction of what follows. In JSON that is the same string, escaped.
 */
export const visible = (text: string): string =>
  text.replace(
    /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

export const writeLines = (stream: Pick<NodeJS.WriteStream, 'write'>, ...lines: string[]): void =>
  void stream.write(lines.map((line) => `${visible(line)}\n`).join(''));

/** One result on stdout: an object for programs, or in its stead a line or several for people. */
export type Print = (object: object, ...lines: string[]) => void;

export const printer =
  ({ json }: { json?: true | undefined }): Print =>
  (object, ...lines) =>
    writeLines(process.stdout, ...(json ? [JSON.stringify(object)] : lines));
