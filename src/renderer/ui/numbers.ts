// Amounts, shares, durations and times in a person's words. Pure; no DOM.

/** "2.4 MB": decimal units, as file managers show them. */
export function bytesInWords(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

/** "just now", "3 days ago": how long ago an ISO 8601 time was. */
export function agoInWords(iso: string, now = Date.now()): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 31_557_600],
    ['month', 2_629_800],
    ['week', 604_800],
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ];
  const unit = units.find(([, length]) => Math.abs(seconds) >= length);
  return unit ? format.format(Math.round(seconds / unit[1]), unit[0]) : 'just now';
}

/** "8 s", "3 min", "3 min 20 s", "1 h 5 min". Seconds fall away from ten minutes on. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  if (minutes < 10 && rest > 0) return `${minutes} min ${rest} s`;
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What is left, without false precision: "a few seconds", "about 40 s", "about 3 min"; a dash while unknown. */
export function timeLeft(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 8) return 'a few seconds';
  if (seconds < 90) return `about ${Math.round(seconds / 10) * 10} s`;
  return `about ${duration(Math.round(seconds / 60) * 60)}`;
}

/** Share as whole percent; only true 0 and 1 show as 0% and 100%. */
export function percent(share: number): string {
  return `${wholePercent(share)}%`;
}

/** "64–95": a 95 % interval in whole percent, rounded outwards so that it never leaves out the share it is about. */
export const intervalWords = ({ low, high }: { low: number; high: number }): string =>
  `${Math.floor(100 * low)}–${Math.ceil(100 * high)}`;

/** "About 97 in 100 right (88–100)": a measured share as a person says it, with its 95 % interval. */
export const rightInWords = (found: { accuracy: number; low: number; high: number; n: number }): string =>
  `${found.accuracy === 1 ? `All ${found.n} right` : `About ${wholePercent(found.accuracy)} in 100 right`} (${intervalWords(found)})`;

function wholePercent(share: number): number {
  if (share <= 0) return 0;
  if (share >= 1) return 100;
  return Math.min(99, Math.max(1, Math.round(share * 100)));
}

const sameDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const otherDay = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** "14:05" today, "12 Mar, 14:05" before. */
export function startTime(iso: string, now = new Date()): string {
  const at = new Date(iso);
  return (at.toDateString() === now.toDateString() ? sameDay : otherDay).format(at);
}

const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'short' });

/** "12 March 2026 at 14:05", for what is looked at years later. */
export const dateAndTime = (iso: string): string => whole.format(new Date(iso));
