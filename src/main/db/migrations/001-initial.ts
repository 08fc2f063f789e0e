// The first schema. Labels are events and are never changed or deleted; the current label of a photo is derived by a
// trigger.

export const initial = `
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A photo is one distinct content. 'present' says whether a file in the folder holds it now; the triggers on file keep it.
CREATE TABLE photo (
  id       INTEGER PRIMARY KEY,
  sha256   TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
  width    INTEGER NOT NULL CHECK (width > 0),
  height   INTEGER NOT NULL CHECK (height > 0),
  format   TEXT NOT NULL,
  bytes    INTEGER NOT NULL CHECK (bytes > 0),
  added_at TEXT NOT NULL,
  present  INTEGER NOT NULL DEFAULT 0 CHECK (present IN (0, 1))
) STRICT;
CREATE INDEX photo_absent ON photo (id) WHERE present = 0;

-- Every file met in the folder: it holds a photo, or it is a problem with a reason. Never neither, never both.
CREATE TABLE file (
  id             INTEGER PRIMARY KEY,
  path           TEXT NOT NULL UNIQUE,
  photo_id       INTEGER REFERENCES photo (id),
  bytes          INTEGER NOT NULL,
  mtime_ms       REAL NOT NULL,
  problem_code   TEXT,
  problem_reason TEXT,
  missing        INTEGER NOT NULL DEFAULT 0 CHECK (missing IN (0, 1)),
  CHECK ((photo_id IS NULL) <> (problem_code IS NULL)),
  CHECK ((problem_code IS NULL) = (problem_reason IS NULL))
) STRICT;
CREATE INDEX file_photo ON file (photo_id, missing);
CREATE INDEX file_problem ON file (path) WHERE problem_code IS NOT NULL;

CREATE TRIGGER file_came AFTER INSERT ON file
BEGIN
  UPDATE photo SET present = 1 WHERE id = NEW.photo_id AND NEW.missing = 0 AND present = 0;
END;
CREATE TRIGGER file_changed AFTER UPDATE OF photo_id, missing ON file
WHEN OLD.photo_id IS NOT NEW.photo_id OR OLD.missing <> NEW.missing
BEGIN
  UPDATE photo SET present = EXISTS (SELECT 1 FROM file WHERE photo_id = photo.id AND missing = 0)
  WHERE id IN (OLD.photo_id, NEW.photo_id);
END;
CREATE TRIGGER file_went AFTER DELETE ON file
BEGIN
  UPDATE photo SET present = EXISTS (SELECT 1 FROM file WHERE photo_id = photo.id AND missing = 0) WHERE id = OLD.photo_id;
END;

-- Removed classes stay, marked, because old events and old runs name them; a merged one says where it went.
CREATE TABLE class (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  name        TEXT NOT NULL COLLATE NOCASE CHECK (length(name) BETWEEN 1 AND 60),
  colour      TEXT NOT NULL,
  shape       TEXT NOT NULL,
  removed     INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
  merged_into INTEGER REFERENCES class (id),
  CHECK (merged_into IS NULL OR removed = 1)
) STRICT;
CREATE UNIQUE INDEX class_name ON class (name) WHERE removed = 0;

-- What a class that a run knew is called today: itself, or the class it was merged into. Deleted classes have no row.
CREATE VIEW class_now AS
WITH RECURSIVE step (id, now_id) AS (
  SELECT id, id FROM class
  UNION ALL
  SELECT step.id, class.merged_into FROM step JOIN class ON class.id = step.now_id WHERE class.merged_into IS NOT NULL
)
SELECT step.id, step.now_id FROM step JOIN class ON class.id = step.now_id WHERE class.removed = 0;

-- What the person did, in order: the unit of undo. 'change' holds, as JSON, what the label events of the action don't say.
CREATE TABLE action (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  kind        TEXT NOT NULL,
  description TEXT NOT NULL,
  change      TEXT NOT NULL,
  state       TEXT NOT NULL DEFAULT 'done' CHECK (state IN ('done', 'undone', 'dropped')),
  at          TEXT NOT NULL
) STRICT;
CREATE INDEX action_state ON action (state, id);

CREATE TABLE label_event (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  photo_id  INTEGER NOT NULL REFERENCES photo (id),
  class_id  INTEGER REFERENCES class (id),
  excluded  INTEGER NOT NULL CHECK (excluded IN (0, 1)),
  source    TEXT NOT NULL CHECK (source IN ('person', 'import', 'suggestion')),
  action_id INTEGER NOT NULL REFERENCES action (id),
  at        TEXT NOT NULL,
  CHECK (NOT (excluded = 1 AND class_id IS NOT NULL))
) STRICT;
CREATE INDEX label_event_photo ON label_event (photo_id, id);
CREATE INDEX label_event_action ON label_event (action_id, photo_id, id);

CREATE TRIGGER label_event_is_final_update BEFORE UPDATE ON label_event
BEGIN SELECT RAISE(ABORT, 'label events are never changed'); END;
CREATE TRIGGER label_event_is_final_delete BEFORE DELETE ON label_event
BEGIN SELECT RAISE(ABORT, 'label events are never deleted'); END;

-- Current label of each photo that has one: the newest event, kept by the two triggers below and by nothing else.
CREATE TABLE label (
  photo_id INTEGER PRIMARY KEY REFERENCES photo (id),
  class_id INTEGER REFERENCES class (id),
  excluded INTEGER NOT NULL,
  source   TEXT NOT NULL,
  event_id INTEGER NOT NULL REFERENCES label_event (id)
) STRICT;
CREATE INDEX label_class ON label (class_id);

CREATE TRIGGER label_event_sets_label AFTER INSERT ON label_event WHEN NEW.class_id IS NOT NULL OR NEW.excluded = 1
BEGIN
  INSERT INTO label (photo_id, class_id, excluded, source, event_id)
  VALUES (NEW.photo_id, NEW.class_id, NEW.excluded, NEW.source, NEW.id)
  ON CONFLICT (photo_id) DO UPDATE SET
    class_id = excluded.class_id, excluded = excluded.excluded, source = excluded.source, event_id = excluded.event_id;
END;
CREATE TRIGGER label_event_takes_label AFTER INSERT ON label_event WHEN NEW.class_id IS NULL AND NEW.excluded = 0
BEGIN
  DELETE FROM label WHERE photo_id = NEW.photo_id;
END;

CREATE TABLE run (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  status       TEXT NOT NULL CHECK (status IN ('running', 'finished', 'stopped', 'failed')),
  options      TEXT NOT NULL,
  started_at   TEXT NOT NULL,
  started_from INTEGER REFERENCES run (id),
  seconds      REAL NOT NULL DEFAULT 0,
  steps        INTEGER NOT NULL DEFAULT 0,
  device       TEXT,
  labelled     INTEGER NOT NULL,
  photos       INTEGER NOT NULL,
  classes      TEXT NOT NULL,
  receipt      TEXT,
  samples      BLOB,
  error        TEXT
) STRICT;

CREATE TABLE run_metric (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  stage  TEXT NOT NULL,
  step   INTEGER NOT NULL,
  point  TEXT NOT NULL,
  PRIMARY KEY (run_id, stage, step)
) STRICT, WITHOUT ROWID;

-- What a run says of a photo. Never a label. 'margin' is confidence minus that of the runner-up; 'other_class' is what the run's
-- other network says; 'reason' is a SuspectReason, from which the sentence is made with the class names of the day.
CREATE TABLE prediction (
  run_id      INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  photo_id    INTEGER NOT NULL REFERENCES photo (id),
  class_id    INTEGER NOT NULL REFERENCES class (id),
  confidence  REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  runner_up   INTEGER REFERENCES class (id),
  margin      REAL NOT NULL CHECK (margin BETWEEN 0 AND 1),
  other_class INTEGER REFERENCES class (id),
  suspicion   REAL NOT NULL CHECK (suspicion BETWEEN 0 AND 1),
  reason      TEXT NOT NULL,
  PRIMARY KEY (run_id, photo_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX prediction_class ON prediction (run_id, class_id, confidence);
CREATE INDEX prediction_suspicion ON prediction (run_id, suspicion DESC);

CREATE TABLE review_skip (
  run_id   INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  PRIMARY KEY (run_id, photo_id)
) STRICT, WITHOUT ROWID;
`;
