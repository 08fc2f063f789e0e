// When a photo was taken, by its camera's clock (ISO 8601 to the millisecond, without a zone), and what it looks like
// (32 hex digits, see engine/imaging/fingerprint.ts). Photos of before have no fingerprint until the next scan.

export const captured = `
ALTER TABLE photo ADD COLUMN taken_at TEXT;
ALTER TABLE photo ADD COLUMN fingerprint TEXT CHECK (length(fingerprint) = 32);
CREATE INDEX photo_taken ON photo (taken_at) WHERE taken_at IS NOT NULL;
CREATE INDEX photo_incomplete ON photo (id) WHERE fingerprint IS NULL;
`;
