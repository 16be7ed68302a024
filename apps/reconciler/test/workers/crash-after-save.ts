import { accept } from '@trainyard/application';
import { transition } from '@trainyard/domain';
import { createLog, openDeps, readSettings } from '@trainyard/runtime';

/**
 * Accepts a training, saves its cancellation as the API would, and kills itself before it performs any effect of it.
 * NOTIFY_URL is the URL that the training is to notify.
 */
const settings = readSettings(process.env);
const { deps } = await openDeps(settings, { log: createLog({ name: 'crash', level: 'silent' }) });
const { training } = await accept(deps, {
  subject: { kind: 'actor', id: process.env['SUBJECT'] ?? 'a1' },
  images: [deps.objects.toUri('images/a.png')],
  trigger: 'ohwx',
  source: 'person',
  ...(process.env['NOTIFY_URL'] !== undefined && { notifyUrl: process.env['NOTIFY_URL'] }),
});
const event = { type: 'cancel_requested', at: deps.clock.now(), cause: 'api', by: 'test' } as const;
await deps.store.save(transition(training, event).training, event, training);
process.kill(process.pid, 'SIGKILL');
