/** Width of texts that are longer than a line. */
const TEXT_WIDTH = 79;

/** Breaks a text between words into lines of at most 79 columns. */
export function wrapText(text: string, width = TEXT_WIDTH): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines.splice(-1, 1, `${line} ${word}`);
    else lines.push(word);
  }
  return lines;
}

/** The time zone of the person at the terminal (`TZ`, else that of the machine). */
export function getOwnZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Formats a time as `Tue 1 Dec 22:00` in a zone. */
function formatInZone(at: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  return format.format(at).replaceAll(',', '');
}

/**
 * Formats a time in a zone, and in the zone of the person where that shows a different clock: `Tue 1 Dec 22:00
 * Europe/Berlin (here Tue 1 Dec 21:00 UTC)`. @param at ISO 8601 or epoch ms
 */
export function formatInZones(at: string | number, timeZone: string, ownZone = getOwnZone()): string {
  const ms = typeof at === 'number' ? at : Date.parse(at);
  const [there, here] = [formatInZone(ms, timeZone), formatInZone(ms, ownZone)];
  return `${there} ${timeZone}${there === here ? '' : ` (here ${here} ${ownZone})`}`;
}

/** Formats the clock time of a moment in the zone of the person, with its day unless that is today: `16:30`. */
export function formatClock(iso: string, now = Date.now(), ownZone = getOwnZone()): string {
  const [day, today] = [Date.parse(iso), now].map((ms) => formatInZone(ms, ownZone));
  const [text = '', before = ''] = [day, today];
  const clock = text.slice(-5);
  return text.slice(0, -5) === before.slice(0, -5) ? clock : text;
}
