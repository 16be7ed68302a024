import { describe, expect, test } from 'vitest';
import type { SettingsError } from '../env/parse-env.ts';
import { readSettings } from './settings.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const base = {
  MODEL_TRAINING_RUNPOD_API_KEY: 'k',
  MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'e',
  REDIS_URL: 'redis://127.0.0.1:1',
  OBJECT_STORE_URL: 's3://bucket',
};
function read(source: Readonly<Record<string, string>>) {
  return readSettings({ ...base, ...source });
}
function getFaults(source: Readonly<Record<string, string>>): string {
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
const SUBSCRIBER = { name: 'studio', url: 'https://studio.example.com/hook', secret };

describe('the settings of notifications', () => {
  test('parse subscribers with one or more secrets, and their events', () => {
    const settings = read(
      subscribers(SUBSCRIBER, { ...SUBSCRIBER, name: 'b', secret: [secret, secret], events: ['gate.*'] }),
    );
    expect(settings.NOTIFY_SUBSCRIBERS).toEqual([
      { name: 'studio', url: SUBSCRIBER.url, secrets: [secret] },
      { name: 'b', url: SUBSCRIBER.url, secrets: [secret, secret], events: ['gate.*'] },
    ]);
    expect(settings).toMatchObject({
      NOTIFY_EVENTS: ['*'],
      NOTIFY_BATCH: 'digest',
      NOTIFY_ALLOW_PRIVATE: false,
    });
  });

  test('name the path of a fault in a subscriber, never its value', () => {
    const faults = [
      getFaults({ NOTIFY_SUBSCRIBERS: 'hunter2' }),
      getFaults(subscribers({ ...SUBSCRIBER, secret: 'whsec_hunter2' })),
      getFaults(subscribers({ ...SUBSCRIBER, url: 'ftp://hunter2' })),
      getFaults(subscribers({ ...SUBSCRIBER, events: ['training.hunted'] })),
      getFaults(subscribers(SUBSCRIBER, SUBSCRIBER)),
      getFaults(subscribers({ ...SUBSCRIBER, name: 'mail' })),
      getFaults({ NOTIFY_SECRET: 'hunter2' }),
      getFaults({ SLACK_WEBHOOK_URL: 'hunter2' }),
    ];
    expect(faults).toEqual([
      expect.stringMatching(/^NOTIFY_SUBSCRIBERS must be a JSON list/),
      expect.stringContaining(
        'subscriber "studio": secret must be whsec_ and 24 to 64 bytes in base64; make one with: echo whsec_$(openssl rand -base64 32)',
      ),
      expect.stringContaining('url must be an http or https URL'),
      expect.stringContaining('events.0 must be one of *'),
      expect.stringContaining('names must be unique'),
      expect.stringContaining('names must be unique'),
      expect.stringMatching(/^NOTIFY_SECRET must be whsec_/),
      expect.stringMatching(/^SLACK_WEBHOOK_URL must be a URL/),
    ]);
    expect(faults.join()).not.toContain('hunter2');
  });

  test('require mail server, sender and recipients together', () => {
    const mail = {
      SMTP_URL: 'smtps://u:p@mail.example.com',
      MAIL_FROM: 'a@example.com',
      MAIL_TO: 'b@example.com',
    };
    expect(getFaults(mail)).toBe('');
    for (const name of Object.keys(mail))
      expect(getFaults({ ...mail, [name]: '' })).toBe('SMTP_URL, MAIL_FROM and MAIL_TO must be set together');
  });
});
