// Letters and digits of a path are words of their own, and numbers are words without their zeros as well
// (path-words.ts), so that "1234" leads to DSC01234. What a search asks of the photos themselves lies in one index. The
// groups of photos that are nearly the same are one value, which takes the place of another in one short statement:
// photo and first of its group, four bytes each with the highest first, by photo.

const number = (row: 'NEW' | 'OLD'): string => `(${row}.photo_id << 32) + ${row}.id`;

export const wordsAndGroups = `
DROP TRIGGER file_words_came;
DROP TRIGGER file_words_went;
DROP TRIGGER file_words_changed;
DROP TABLE path_word;
CREATE VIRTUAL TABLE path_word USING fts5 (
  path, numbers, content = '', contentless_delete = 1, prefix = '1 2 3',
  tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co So'"
);
INSERT INTO path_word (rowid, path, numbers)
SELECT (photo_id << 32) + id, apart(path), bare_numbers(path) FROM file
WHERE photo_id IS NOT NULL AND missing = 0 ORDER BY 1;

CREATE TRIGGER file_words_came AFTER INSERT ON file WHEN NEW.photo_id IS NOT NULL AND NEW.missing = 0
BEGIN
  INSERT INTO path_word (rowid, path, numbers) VALUES (${number('NEW')}, apart(NEW.path), bare_numbers(NEW.path));
END;
CREATE TRIGGER file_words_went AFTER DELETE ON file WHEN OLD.photo_id IS NOT NULL AND OLD.missing = 0
BEGIN
  DELETE FROM path_word WHERE rowid = ${number('OLD')};
END;
-- One trigger, since the words of a row that is written anew must go before they come back.
CREATE TRIGGER file_words_changed AFTER UPDATE OF id, path, photo_id, missing ON file
WHEN OLD.id <> NEW.id OR OLD.path <> NEW.path OR OLD.photo_id IS NOT NEW.photo_id OR OLD.missing <> NEW.missing
BEGIN
  DELETE FROM path_word WHERE rowid = ${number('OLD')} AND OLD.missing = 0;
  INSERT INTO path_word (rowid, path, numbers)
  SELECT ${number('NEW')}, apart(NEW.path), bare_numbers(NEW.path) WHERE NEW.photo_id IS NOT NULL AND NEW.missing = 0;
END;

DROP INDEX photo_format;
DROP INDEX photo_taken;
CREATE INDEX photo_taken ON photo (taken_at) WHERE present = 1 AND taken_at IS NOT NULL;
CREATE INDEX photo_facts ON photo (format, bytes, taken_at, damaged) WHERE present = 1;

CREATE TABLE burst_pairs (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  pairs BLOB NOT NULL CHECK (length(pairs) % 8 = 0)
) STRICT;
INSERT INTO burst_pairs
SELECT 1, coalesce(unhex(group_concat(printf('%08x%08x', id, burst), '')), x'')
FROM (SELECT id, burst FROM photo WHERE burst IS NOT NULL ORDER BY id);
DROP INDEX photo_burst;
ALTER TABLE photo DROP COLUMN burst;
`;
