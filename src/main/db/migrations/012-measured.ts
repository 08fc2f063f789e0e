// What measured a run, photo by photo: its label of then, and what the run said that had not learned from it. And the
// run that one repeats, with the labels of then.

export const measured = `
CREATE TABLE measured (
  run_id     INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  photo_id   INTEGER NOT NULL REFERENCES photo (id),
  truth      INTEGER NOT NULL REFERENCES class (id),
  predicted  INTEGER NOT NULL REFERENCES class (id),
  confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  PRIMARY KEY (run_id, photo_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE run ADD COLUMN repeats INTEGER REFERENCES run (id);
`;
