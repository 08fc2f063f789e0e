// Each label knows how its photo came to be labelled, and each run how the photos that measured it did. Labels of
// before say that nobody knows.

const choices = `'hand', 'review', 'suggested', 'audit', 'import', 'unknown'`;

export const labelChoice = `
ALTER TABLE label_event ADD COLUMN chosen TEXT NOT NULL DEFAULT 'unknown' CHECK (chosen IN (${choices}));
ALTER TABLE label ADD COLUMN chosen TEXT NOT NULL DEFAULT 'unknown';

DROP TRIGGER label_event_sets_label;
CREATE TRIGGER label_event_sets_label AFTER INSERT ON label_event WHEN NEW.class_id IS NOT NULL OR NEW.excluded = 1
BEGIN
  INSERT INTO label (photo_id, class_id, excluded, source, chosen, event_id)
  VALUES (NEW.photo_id, NEW.class_id, NEW.excluded, NEW.source, NEW.chosen, NEW.id)
  ON CONFLICT (photo_id) DO UPDATE SET
    class_id = excluded.class_id, excluded = excluded.excluded, source = excluded.source, chosen = excluded.chosen,
    event_id = excluded.event_id;
END;

-- JSON, choice -> how many of the photos that measured the run; null where nothing was measured, or before this was kept.
ALTER TABLE run ADD COLUMN measured_on TEXT;
`;
