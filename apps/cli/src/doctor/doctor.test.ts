import { createMemoryObjectStore, type ObjectStore } from '@trainyard/application';
import { describe, expect, test } from 'vitest';
import { evaluateHealth, examineStore } from './dependencies.ts';
import { checkNotifications } from './notifications.ts';

function listFaults(findings: readonly { readonly verdict: string; readonly text: string }[]) {
  return findings.filter(({ verdict }) => verdict !== 'ok').map(({ verdict, text }) => `${verdict}: ${text}`);
}

describe('the doctor on the object store', () => {
  test('is content with one that keeps conditions, and leaves nothing behind', async () => {
    const store = createMemoryObjectStore();
    expect(listFaults(await examineStore(store))).toEqual([]);
    const left = await Array.fromAsync(store.list(''));
    expect(left).toEqual([]);
  });

  test('finds out one that takes conditions and ignores them', async () => {
    const store = createMemoryObjectStore();
    const careless: ObjectStore = { ...store, put: (key, body) => store.put(key, body) };
    expect(listFaults(await examineStore(careless)).join()).toMatch(
      /ignores If-None-Match.*ignores If-Match/,
    );
  });
});

describe('the doctor on the endpoint', () => {
  const jobs = { inQueue: 0, inProgress: 1, completed: 5, failed: 0, retried: 0 };

  test('tells its workers and jobs', () => {
    const finding = evaluateHealth({ kind: 'health', health: { jobs, workers: { idle: 2 } } });
    expect(finding).toMatchObject({ verdict: 'ok', text: 'workers: 2 idle; jobs: 0 waiting, 1 running' });
  });

  test('warns of throttled workers, and calls a refused key a fault', () => {
    const health = { jobs, workers: { throttled: 1 } };
    expect(evaluateHealth({ kind: 'health', health }).verdict).toBe('warning');
    expect(evaluateHealth({ kind: 'denied', scope: 'account', message: '401' }).text).toMatch(
      /the key is refused/,
    );
  });
});

describe('the doctor on messages', () => {
  const nobody = { NOTIFY_ALLOW_PRIVATE: false } as Parameters<typeof checkNotifications>[0];
  const judged = (settings: Partial<typeof nobody>, canSignNotifyUrl = true) =>
    listFaults(checkNotifications({ ...nobody, ...settings }, { canSignNotifyUrl }));

  test('warns where nobody is told, and where nothing is signed', () => {
    expect(judged({}, false)).toEqual([
      expect.stringMatching(/^warning: nobody is told/),
      expect.stringMatching(/^warning: posts to a notify_url bear no signature/),
    ]);
  });

  test('is content with sound addresses and says no secret; names one that is none of Slack’s', () => {
    const slack = 'https://hooks.slack.com/services/T/B/hidden';
    const mail = { SMTP_URL: 'smtps://user:hidden@mail.example.com', MAIL_TO: ['op@example.com'] };
    const sound = { ...nobody, ...mail, SLACK_WEBHOOK_URL: slack };
    expect(judged(sound)).toEqual([]);
    expect(JSON.stringify(checkNotifications(sound, { canSignNotifyUrl: true }))).not.toContain('hidden');
    expect(judged({ SLACK_WEBHOOK_URL: 'https://hooks.slack.com/' })).toEqual([
      expect.stringMatching(/^fault: SLACK_WEBHOOK_URL is no address/),
    ]);
  });
});
