import { accept } from '@trainyard/application';
import { transition } from '@trainyard/domain';
import { createLog, openDeps, readSettings } from '@trainyard/runtime';

/**
 * Accepts a training and saves that it was cancelled, as the API would, and is killed before it does anything else
 * about it. The address to be told stands in NOTIFY_URL; the training's id is written out.
 */
const settings = readSettings(process.env);
const { deps } = await openDeps(settings, { log: createLog({ name: 'dies', level: 'silent' }) });
const { training } = await accept(deps, {
  subject: { kind: 'actor', id: process.env['SUBJECT'] ?? 'a1' },
  images: [deps.objects.toUri('images/a.png')],
  source: 'person',
  ...(process.env['NOTIFY_URL'] !== undefined && { notifyUrl: process.env['NOTIFY_URL'] }),
});
const event = { type: 'cancel_requested', at: deps.clock.now(), cause: 'api', by: 'test' } as const;
await deps.store.save(transition(training, event).training, event, training);
process.kill(process.pid, 'SIGKILL');
