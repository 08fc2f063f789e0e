// What finds and orders photos quickly: the words of every place in which a photo lies, for which the triggers answer,
// and an index for each order. A row of words is numbered photo * 2^32 + file, so that a word leads to its photos
// without a look at anything else. A word is what has no space and no sign in it; emoji are words.

const number = (row: 'NEW' | 'OLD'): string => `(${row}.photo_id << 32) + ${row}.id`;

export const find = `
CREATE VIRTUAL TABLE path_word USING fts5 (
  path, content = '', contentless_delete = 1, prefix = '1 2 3',
  tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co So'"
);
INSERT INTO path_word (rowid, path)
SELECT (photo_id << 32) + id, path FROM file WHERE photo_id IS NOT NULL AND missing = 0 ORDER BY 1;

CREATE TRIGGER file_words_came AFTER INSERT ON file WHEN NEW.photo_id IS NOT NULL AND NEW.missing = 0
BEGIN
  INSERT INTO path_word (rowid, path) VALUES (${number('NEW')}, NEW.path);
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
  INSERT INTO path_word (rowid, path)
  SELECT ${number('NEW')}, NEW.path WHERE NEW.photo_id IS NOT NULL AND NEW.missing = 0;
END;

CREATE INDEX file_place ON file (path, photo_id) WHERE photo_id IS NOT NULL AND missing = 0;
CREATE INDEX photo_bytes ON photo (bytes) WHERE present = 1;
CREATE INDEX photo_format ON photo (format) WHERE present = 1;
CREATE INDEX label_chosen ON label (chosen);
CREATE INDEX prediction_confidence ON prediction (run_id, confidence);

-- A search and an order under a name.
CREATE TABLE saved_view (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  name   TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (length(name) BETWEEN 1 AND 60),
  search TEXT NOT NULL,
  sort   TEXT NOT NULL
) STRICT;
`;
