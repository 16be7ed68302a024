import { describe, expect, test } from 'vitest';
import type { SettingsError } from './error.ts';
import { readSettings } from './settings.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const base = {
  MODEL_TRAINING_RUNPOD_API_KEY: 'k',
  MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'e',
  REDIS_URL: 'redis://127.0.0.1:1',
  OBJECT_STORE_URL: 'file:/tmp/x',
};
function read(source: Readonly<Record<string, string>>) {
  return readSettings({ ...base, ...source });
}
function faultsOf(source: Readonly<Record<string, string>>): string {
  try {
    read(source);
    return '';
  } catch (error) {
    return (error as SettingsError).message;
  }
}
function subscribers(...all: readonly object[]) {
  return { NOTIFY_SUBSCRIBERS: JSON.stringify(all) };
}
const one = { name: 'studio', url: 'https://studio.example.com/hook', secret };

describe('who is told', () => {
  test('is read with secrets old and new, and wishes', () => {
    const settings = read(
      subscribers(one, { ...one, name: 'b', secret: [secret, secret], events: ['gate.*'] }),
    );
    expect(settings.NOTIFY_SUBSCRIBERS).toEqual([
      { name: 'studio', url: one.url, secrets: [secret] },
      { name: 'b', url: one.url, secrets: [secret, secret], events: ['gate.*'] },
    ]);
    expect(settings).toMatchObject({
      NOTIFY_EVENTS: ['*'],
      NOTIFY_BATCH: 'digest',
      NOTIFY_ALLOW_PRIVATE: false,
    });
  });

  test('is refused by the place of the fault, and no secret is said', () => {
    const faults = [
      faultsOf({ NOTIFY_SUBSCRIBERS: 'hunter2' }),
      faultsOf(subscribers({ ...one, secret: 'whsec_hunter2' })),
      faultsOf(subscribers({ ...one, url: 'ftp://hunter2' })),
      faultsOf(subscribers({ ...one, events: ['training.hunted'] })),
      faultsOf(subscribers(one, one)),
      faultsOf(subscribers({ ...one, name: 'mail' })),
      faultsOf({ NOTIFY_SECRET: 'hunter2' }),
      faultsOf({ SLACK_WEBHOOK_URL: 'hunter2' }),
    ];
    expect(faults).toEqual([
      expect.stringMatching(/^NOTIFY_SUBSCRIBERS must be a JSON list/),
      expect.stringContaining('0.secret: must be whsec_'),
      expect.stringContaining('0.url: must be an http or https URL'),
      expect.stringContaining('0.events.0: may hold *'),
      expect.stringContaining('names must differ'),
      expect.stringContaining('names must differ'),
      expect.stringMatching(/^NOTIFY_SECRET must be whsec_/),
      expect.stringMatching(/^SLACK_WEBHOOK_URL must be a URL/),
    ]);
    expect(faults.join()).not.toContain('hunter2');
  });

  test('by mail needs server, sender and recipients together', () => {
    const mail = {
      SMTP_URL: 'smtps://u:p@mail.example.com',
      MAIL_FROM: 'a@example.com',
      MAIL_TO: 'b@example.com',
    };
    expect(faultsOf(mail)).toBe('');
    for (const name of Object.keys(mail))
      expect(faultsOf({ ...mail, [name]: '' })).toBe(
        'SMTP_URL, MAIL_FROM and MAIL_TO are only of use together',
      );
  });
});
