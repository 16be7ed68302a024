import { createConnection } from '@trainyard/client';
import { createCloseStack, createLog } from '@trainyard/runtime';
import { openObjectStore } from '@trainyard/storage';
import { expect, onTestFinished, test } from 'vitest';
import { openDemo } from '../src/demo/open-demo.ts';
import { checkContainer } from '../src/doctor/container.ts';

test('doctor --train runs a training of 10 steps, evaluates the container and leaves no image', async () => {
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
    expect.stringMatching(/^ok: uses output_key: /),
    expect.stringMatching(/^(ok|warning): reports/),
    // In scaled time, a short delay of a busy machine delays the webhook by minutes, so polling may come first.
    expect.stringMatching(/^(ok: RunPod sent a webhook|warning: RunPod sent no webhook)/),
  ]);
  expect(seen.at(-1)).toBe('completed');
  expect(await Array.fromAsync(store.list('trainyard-doctor/'))).toEqual([]);
});
