import { createConnection } from '@trainyard/client';
import { createCloseStack, createLog } from '@trainyard/runtime';
import { openObjectStore } from '@trainyard/storage';
import { expect, onTestFinished, test } from 'vitest';
import { openDemo } from '../src/demo/open-demo.ts';
import { checkContainer } from '../src/doctor/container.ts';

test('a trial trains ten steps by the same road as any training, judges what came, and leaves no image', async () => {
  const closing = createCloseStack(createLog({ name: 'test', level: 'silent' }));
  onTestFinished(() => closing.close());
  const { trainyard, home } = await openDemo({ closing, report: () => undefined });
  const store = await openObjectStore(home.storeUrl);
  onTestFinished(() => store.close());
  const seen: string[] = [];
  const findings = await checkContainer({
    server: createConnection({ url: trainyard.api.url }),
    store,
    hasWebhookUrl: true,
    onChange: ({ status }) => seen.push(status),
    everyMs: 20,
  });
  expect(findings.map(({ verdict, text }) => `${verdict}: ${text}`)).toEqual([
    expect.stringMatching(/^ok: trained 10 steps in \d+ s, for \$0\.\d+$/),
    expect.stringMatching(/^ok: obeys output_key: /),
    expect.stringMatching(/^(ok|warning): tells/),
    // In the demo's time a call that a busy machine holds up for a blink comes minutes late, and polling is first.
    expect.stringMatching(/^(ok: its end was called back|warning: its end was not called back)/),
  ]);
  expect(seen.at(-1)).toBe('completed');
  expect(await Array.fromAsync(store.list('trainyard-doctor/'))).toEqual([]);
});
