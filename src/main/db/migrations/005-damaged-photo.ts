// A photo of which a part can't be read is used as it is, and is said to be damaged. Photos of before count as whole
// until their content is met anew.

export const damagedPhoto = `
ALTER TABLE photo ADD COLUMN damaged INTEGER NOT NULL DEFAULT 0 CHECK (damaged IN (0, 1));
CREATE INDEX photo_damaged ON photo (id) WHERE damaged = 1;
`;
