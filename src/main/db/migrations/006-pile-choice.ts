// A photo can also come to be labelled because it was shown as typical of a pile that was named. SQLite can't change a
// CHECK, so the table of events is written anew, each event as it was; its triggers come back last, to hear of none.

const choices = `'hand', 'review', 'suggested', 'audit', 'pile', 'import', 'unknown'`;
const columns = `id, photo_id, class_id, excluded, source, chosen, action_id, at`;

export const pileChoice = `
CREATE TABLE label_event_now (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  photo_id  INTEGER NOT NULL REFERENCES photo (id),
  class_id  INTEGER REFERENCES class (id),
  excluded  INTEGER NOT NULL CHECK (excluded IN (0, 1)),
  source    TEXT NOT NULL CHECK (source IN ('person', 'import', 'suggestion')),
  chosen    TEXT NOT NULL CHECK (chosen IN (${choices})),
  action_id INTEGER NOT NULL REFERENCES action (id),
  at        TEXT NOT NULL,
  CHECK (NOT (excluded = 1 AND class_id IS NOT NULL))
) STRICT;
INSERT INTO label_event_now (${columns}) SELECT ${columns} FROM label_event ORDER BY id;
DROP TABLE label_event;
ALTER TABLE label_event_now RENAME TO label_event;

CREATE INDEX label_event_photo ON label_event (photo_id, id);
CREATE INDEX label_event_action ON label_event (action_id, photo_id, id);

CREATE TRIGGER label_event_is_final_update BEFORE UPDATE ON label_event
BEGIN SELECT RAISE(ABORT, 'label events are never changed'); END;
CREATE TRIGGER label_event_is_final_delete BEFORE DELETE ON label_event
BEGIN SELECT RAISE(ABORT, 'label events are never deleted'); END;

CREATE TRIGGER label_event_sets_label AFTER INSERT ON label_event WHEN NEW.class_id IS NOT NULL OR NEW.excluded = 1
BEGIN
  INSERT INTO label (photo_id, class_id, excluded, source, chosen, event_id)
  VALUES (NEW.photo_id, NEW.class_id, NEW.excluded, NEW.source, NEW.chosen, NEW.id)
  ON CONFLICT (photo_id) DO UPDATE SET
    class_id = excluded.class_id, excluded = excluded.excluded, source = excluded.source, chosen = excluded.chosen,
    event_id = excluded.event_id;
END;
CREATE TRIGGER label_event_takes_label AFTER INSERT ON label_event WHEN NEW.class_id IS NULL AND NEW.excluded = 0
BEGIN
  DELETE FROM label WHERE photo_id = NEW.photo_id;
END;
`;
