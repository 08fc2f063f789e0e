// A run knows which run's model was in use when it began: what it changed is told against that one.

export const inUseBefore = `
ALTER TABLE run ADD COLUMN in_use_before INTEGER REFERENCES run (id);
`;
