// What a photo can be in place of a class: none of the classes, or unsure, beside excluded. What was skipped in the
// review of the run in use is unsure from here on; that it was skipped in others means nothing any more. And what the
// history of things done lists: how many photos each was about, and whether a later one takes it back.

export const meanings = `
-- 2: none of the classes, 3: unsure, the code of the label without its sign; 0: whatever the other columns say.
ALTER TABLE label_event ADD COLUMN mark INTEGER NOT NULL DEFAULT 0
  CHECK (mark IN (0, 2, 3) AND (mark = 0 OR (class_id IS NULL AND excluded = 0)));
ALTER TABLE label ADD COLUMN mark INTEGER NOT NULL DEFAULT 0;
CREATE INDEX label_marked ON label (class_id, excluded, mark) WHERE class_id IS NULL;

DROP TRIGGER label_event_sets_label;
DROP TRIGGER label_event_takes_label;
CREATE TRIGGER label_event_sets_label AFTER INSERT ON label_event
WHEN NEW.class_id IS NOT NULL OR NEW.excluded = 1 OR NEW.mark <> 0
BEGIN
  INSERT INTO label (photo_id, class_id, excluded, mark, source, chosen, event_id)
  VALUES (NEW.photo_id, NEW.class_id, NEW.excluded, NEW.mark, NEW.source, NEW.chosen, NEW.id)
  ON CONFLICT (photo_id) DO UPDATE SET
    class_id = excluded.class_id, excluded = excluded.excluded, mark = excluded.mark, source = excluded.source,
    chosen = excluded.chosen, event_id = excluded.event_id;
END;
CREATE TRIGGER label_event_takes_label AFTER INSERT ON label_event
WHEN NEW.class_id IS NULL AND NEW.excluded = 0 AND NEW.mark = 0
BEGIN
  DELETE FROM label WHERE photo_id = NEW.photo_id;
END;

INSERT INTO label_event (photo_id, class_id, excluded, mark, source, chosen, action_id, at)
SELECT skip.photo_id, NULL, 0, 3, 'person', 'review', max(action.id), max(action.at)
FROM review_skip AS skip JOIN action
  ON kind = 'review.skip' AND state = 'done' AND change ->> '$.skip.photoId' = skip.photo_id
    AND change ->> '$.skip.runId' = skip.run_id
WHERE skip.run_id = (SELECT id FROM run WHERE in_use = 1) AND skip.photo_id NOT IN (SELECT photo_id FROM label)
GROUP BY skip.photo_id;
UPDATE action SET kind = 'label', change = '{}', description = 'Mark 1 photo as unsure'
WHERE kind = 'review.skip' AND id IN (SELECT action_id FROM label_event WHERE mark = 3);
UPDATE action SET kind = 'label', change = '{}', state = 'dropped' WHERE kind = 'review.skip';
DROP TABLE review_skip;

ALTER TABLE action ADD COLUMN taken_back_by INTEGER REFERENCES action (id);
ALTER TABLE action ADD COLUMN photos INTEGER NOT NULL DEFAULT 0;
UPDATE action SET photos = (SELECT count(DISTINCT photo_id) FROM label_event WHERE action_id = action.id);
UPDATE action SET photos = max(photos, json_array_length(change, '$.refusal.photoIds')) WHERE kind = 'review.refuse';
UPDATE action SET photos = 1 WHERE kind = 'label.keep';
`;
