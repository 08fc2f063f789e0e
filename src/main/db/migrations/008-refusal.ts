// What a photo is not, in the person's word: no prediction says so again. It belongs to the photo, not to a run.

export const refusal = `
CREATE TABLE refusal (
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  class_id INTEGER NOT NULL REFERENCES class (id),
  PRIMARY KEY (photo_id, class_id)
) STRICT, WITHOUT ROWID;
`;
