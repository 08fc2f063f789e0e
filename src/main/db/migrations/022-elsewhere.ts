// Photos of which no file is in the folder, and which other machines have looked at: they lie at a URI, and are there
// all the same. What is there now is what a file holds, or what lies elsewhere. The words of a URI are found as those
// of a path, as file 0 of its photo.

const isThere = `EXISTS (SELECT 1 FROM file WHERE photo_id = photo.id AND missing = 0)
    OR EXISTS (SELECT 1 FROM elsewhere WHERE photo_id = photo.id)`;

export const elsewhere = `
CREATE TABLE elsewhere (
  photo_id INTEGER PRIMARY KEY REFERENCES photo (id),
  uri      TEXT NOT NULL CHECK (uri <> '')
) STRICT;

DROP TRIGGER file_changed;
DROP TRIGGER file_went;
CREATE TRIGGER file_changed AFTER UPDATE OF photo_id, missing ON file
WHEN OLD.photo_id IS NOT NEW.photo_id OR OLD.missing <> NEW.missing
BEGIN
  UPDATE photo SET present = ${isThere} WHERE id IN (OLD.photo_id, NEW.photo_id);
END;
CREATE TRIGGER file_went AFTER DELETE ON file
BEGIN
  UPDATE photo SET present = ${isThere} WHERE id = OLD.photo_id;
END;

CREATE TRIGGER elsewhere_came AFTER INSERT ON elsewhere
BEGIN
  UPDATE photo SET present = 1 WHERE id = NEW.photo_id AND present = 0;
  INSERT INTO path_word (rowid, path, numbers) VALUES (NEW.photo_id << 32, apart(NEW.uri), bare_numbers(NEW.uri));
END;
CREATE TRIGGER elsewhere_went AFTER DELETE ON elsewhere
BEGIN
  DELETE FROM path_word WHERE rowid = OLD.photo_id << 32;
  UPDATE photo SET present = ${isThere} WHERE id = OLD.photo_id;
END;
`;
