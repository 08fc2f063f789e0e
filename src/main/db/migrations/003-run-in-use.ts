// Which run's model is in use is a person's choice, and said so; a run that was deleted can come back until the app
// closes.

export const runInUse = `
ALTER TABLE run ADD COLUMN in_use INTEGER NOT NULL DEFAULT 0 CHECK (in_use IN (0, 1));
CREATE UNIQUE INDEX run_in_use ON run (in_use) WHERE in_use = 1;
ALTER TABLE run ADD COLUMN deleted_at TEXT;
-- Only the newest models are kept, and the one in use.
ALTER TABLE run ADD COLUMN model_kept INTEGER NOT NULL DEFAULT 1 CHECK (model_kept IN (0, 1));

-- Receipts were kept with a model that may be gone since: what has no predictions any more has none.
UPDATE run SET model_kept = 0 WHERE NOT EXISTS (SELECT 1 FROM prediction WHERE run_id = run.id);
-- Until now it was the newest that ended well and has predictions.
UPDATE run SET in_use = 1 WHERE id = (
  SELECT max(id) FROM run WHERE status IN ('finished', 'stopped') AND model_kept = 1
);
`;
