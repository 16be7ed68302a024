import { describe, expect, it } from 'vitest';
import { stripQuery, toFastifyLog } from './logging.ts';

function createRecordingLog() {
  const lines: unknown[] = [];
  const write = (event: string, fields: unknown) => lines.push([event, fields]);
  return { lines, log: toFastifyLog({ info: write, warn: write, error: write }) };
}

describe('the log adapter of the API', () => {
  it('writes ids and errors without requests and their headers', () => {
    const { lines, log } = createRecordingLog();
    const fault = new Error('broken');
    log.error(
      { err: fault, req: { headers: { authorization: 'Bearer x' } }, request_id: 'r' },
      'request_failed',
    );
    expect(lines).toEqual([['request_failed', { error: fault, request_id: 'r' }]]);
  });

  it('drops debug and trace lines', () => {
    const { lines, log } = createRecordingLog();
    log.debug({ a: 1 }, 'detail');
    log.trace('detail');
    expect(lines).toEqual([]);
  });

  it('removes queries from URLs', () => {
    expect(stripQuery('/api/training-webhook?token=abc')).toBe('/api/training-webhook');
    expect(stripQuery('/a#b?c')).toBe('/a');
  });
});
