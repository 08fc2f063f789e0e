// Which photos are nearly the same: the first photo of each one's group, NULL for a photo alone. Whether that is still
// true of the photos that are there is told by counting what changes about them.

export const bursts = `
ALTER TABLE photo ADD COLUMN burst INTEGER REFERENCES photo (id);
CREATE INDEX photo_burst ON photo (burst) WHERE burst IS NOT NULL;

-- The photos were grouped last as they were after so many changes.
CREATE TABLE grouping (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  changes INTEGER NOT NULL,
  grouped INTEGER NOT NULL CHECK (grouped <= changes)
) STRICT;
INSERT INTO grouping VALUES (1, 1, 0);

CREATE TRIGGER photo_came_or_went AFTER UPDATE OF present ON photo WHEN OLD.present <> NEW.present
BEGIN UPDATE grouping SET changes = changes + 1; END;
CREATE TRIGGER photo_looked_at AFTER UPDATE OF fingerprint, taken_at ON photo
BEGIN UPDATE grouping SET changes = changes + 1; END;
`;
