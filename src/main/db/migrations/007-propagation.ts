// Receipts name the graph propagation, which runs of before did not have.

export const propagation = `
UPDATE run SET receipt = json_set(receipt, '$.propagation', NULL) WHERE receipt IS NOT NULL;
`;
