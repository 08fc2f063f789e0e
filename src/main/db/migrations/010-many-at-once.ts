// What is said of many photos at once. One action can say of several that they are not of a class: those of before
// named their one photo by itself. Labels that were accepted in bulk can be left out of a run: those of before learned
// from all.

export const manyAtOnce = `
UPDATE action SET change = json_set(
  json_remove(change, '$.refusal.photoId'), '$.refusal.photoIds', json_array(change ->> '$.refusal.photoId')
) WHERE kind = 'review.refuse';

UPDATE run SET options = json_set(options, '$.accepted', 'learn');
`;
