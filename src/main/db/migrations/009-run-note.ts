// A person's own words about a run, and whether its model is kept however many runs come after it.

export const runNote = `
ALTER TABLE run ADD COLUMN note TEXT NOT NULL DEFAULT '' CHECK (length(note) <= 500);
ALTER TABLE run ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1));
`;
