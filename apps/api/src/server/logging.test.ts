import { describe, expect, it } from 'vitest';
import { stripQuery, toFastifyLog } from './logging.ts';

function createRecordingLog() {
  const lines: unknown[] = [];
  const write = (event: string, fields: unknown) => lines.push([event, fields]);
  return { lines, log: toFastifyLog({ info: write, warn: write, error: write }) };
}

describe('the log of the API', () => {
  it('passes on ids and errors, never a request with its headers', () => {
    const { lines, log } = createRecordingLog();
    const fault = new Error('broken');
    log.error(
      { err: fault, req: { headers: { authorization: 'Bearer x' } }, request_id: 'r' },
      'request_failed',
    );
    expect(lines).toEqual([['request_failed', { error: fault, request_id: 'r' }]]);
  });

  it('leaves out what no operator reads', () => {
    const { lines, log } = createRecordingLog();
    log.debug({ a: 1 }, 'detail');
    log.trace('detail');
    expect(lines).toEqual([]);
  });

  it('names paths without what may prove something', () => {
    expect(stripQuery('/api/training-webhook?token=abc')).toBe('/api/training-webhook');
    expect(stripQuery('/a#b?c')).toBe('/a');
  });
});
