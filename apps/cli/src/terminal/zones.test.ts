import { formatClock, wrapText } from '@trainyard/client/report';
import { describe, expect, it } from 'vitest';
import { formatInZones } from './zones.ts';

describe('a time', () => {
  it('is printed in the zone asked for and in the zone of the person', () => {
    const at = '2026-12-01T21:00:00Z';
    expect(formatInZones(at, 'Europe/Berlin', 'America/New_York')).toBe(
      'Tue 1 Dec 22:00 Europe/Berlin (here Tue 1 Dec 16:00 America/New_York)',
    );
    expect(formatInZones(at, 'Europe/Berlin', 'Europe/Berlin')).toBe('Tue 1 Dec 22:00 Europe/Berlin');
    expect(formatInZones(at, 'Europe/Berlin', 'Europe/Paris')).toBe('Tue 1 Dec 22:00 Europe/Berlin');
    expect(formatInZones(Date.parse(at), 'UTC', 'Asia/Kathmandu')).toBe(
      'Tue 1 Dec 21:00 UTC (here Wed 2 Dec 02:45 Asia/Kathmandu)',
    );
  });

  it('is a clock time today, and has its day on other days', () => {
    const now = Date.parse('2026-12-01T20:00:00Z');
    expect(formatClock('2026-12-01T21:30:00Z', now, 'UTC')).toBe('21:30');
    expect(formatClock('2026-12-02T01:30:00Z', now, 'UTC')).toBe('Wed 2 Dec 01:30');
  });
});

it('a long text is broken between its words', () => {
  const lines = wrapText('one two three four five six', 10);
  expect(lines).toEqual(['one two', 'three four', 'five six']);
  expect(lines.join(' ')).toBe('one two three four five six');
});
