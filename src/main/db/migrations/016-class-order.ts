// Classes stand in an order of the person's, and may have a key of their own. Old ones stand as they were made.

export const classOrder = `
ALTER TABLE class ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
ALTER TABLE class ADD COLUMN key TEXT CHECK (key IS NULL OR length(key) = 1);
UPDATE class SET position = id;
`;
