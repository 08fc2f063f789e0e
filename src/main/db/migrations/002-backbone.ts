// Runs know the backbone they learned on and what a person should hear of them; receipts say which head is in use and
// how it was measured.

export const backbone = `
-- JSON BackboneInfo; null for a run that learned from pixels.
ALTER TABLE run ADD COLUMN backbone TEXT;
-- JSON list of sentences.
ALTER TABLE run ADD COLUMN notices TEXT NOT NULL DEFAULT '[]';

UPDATE run SET options = json_set(options, '$.features', 'pixels');

-- The better of the two networks was in use: the SSGAN unless it was never measured, or measured worse.
UPDATE run SET receipt = json_set(receipt,
  '$.logistic', NULL,
  '$.measuredBy', CASE WHEN receipt ->> '$.labelsOnly.n' IS NULL AND receipt ->> '$.ssgan.n' IS NULL THEN NULL ELSE 'held-out' END,
  '$.gain', NULL,
  '$.active', CASE WHEN receipt ->> '$.labelsOnly.accuracy' > coalesce(receipt ->> '$.ssgan.accuracy', -1) THEN 'labels-only' ELSE 'ssgan' END,
  '$.temperature', NULL)
WHERE receipt IS NOT NULL;
`;
