// How many scans a JPEG has. A progressive one is refined scan by scan, each over the whole picture, so that thousands
// of them keep the decoder busy for minutes, where no time limit reaches it. Cameras and programs write about ten.

const SOI_BYTES = 2;
const [STUFFING, FIRST_RESTART, LAST_RESTART, END, SCAN, FILL] = [0x00, 0xd0, 0xd7, 0xd9, 0xda, 0xff];

/** The number of scans, counted no further than `limit` + 1. What is damaged ends the count; the decoder tells. */
export function countScans(jpeg: Buffer, limit: number): number {
  let scans = 0;
  for (let at = SOI_BYTES; at + 4 <= jpeg.length && jpeg[at] === 0xff;) {
    const marker = jpeg[at + 1];
    if (marker === FILL) at++;
    else if (marker === END) break;
    else {
      // A segment says how long it is; whatever a preview in it holds is no scan of this picture.
      at += 2 + jpeg.readUInt16BE(at + 2);
      if (marker !== SCAN) continue;
      if (++scans > limit) break;
      at = endOfScan(jpeg, at);
    }
  }
  return scans;
}

/** Where the next marker is. Within a scan 0xff is followed by a zero or by a restart marker. */
function endOfScan(jpeg: Buffer, from: number): number {
  for (let at = jpeg.indexOf(0xff, from); at !== -1; at = jpeg.indexOf(0xff, at + 1)) {
    const next = jpeg[at + 1] ?? END;
    if (next !== STUFFING && (next < FIRST_RESTART || next > LAST_RESTART)) return at;
  }
  return jpeg.length;
}
