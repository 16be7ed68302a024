import { liveEventSchemas } from '@trainyard/contracts';
import { z } from 'zod';
import { referSchema } from './components/schemas.ts';
import type { JsonObject } from './components/tidy.ts';
import { EXAMPLES } from './examples.ts';

const MEANINGS: Readonly<Record<keyof typeof liveEventSchemas, string>> = {
  ready:
    "First live event of every stream, with the server's time. State that is read after it, plus all later live events, is complete.",
  reset: 'Gap: live events after `Last-Event-ID` are no longer stored. Load the state again.',
  'training.changed': 'A training has changed.',
  'training.progress': 'A run has reported its progress.',
  'batch.changed': 'An auto-train run has changed.',
  'dispatch.changed': 'Concurrency limit, pause, gate or budget has changed.',
  'subject.changed': 'Versions, verdicts, images, captions or training data of a subject have changed.',
  'tunnel.changed': 'The address at which callbacks arrive has changed.',
  'budgets.changed': 'Limits, spent, committed or reserved amounts have changed.',
  'schedule.changed': 'The schedule or the outcome of its ticks has changed.',
};

/** Names and meanings of the live events as a list in Markdown. */
export const LIVE_EVENTS_TEXT = Object.entries(MEANINGS)
  .map(([name, meaning]) => `- \`${name}\`: ${meaning}`)
  .join('\n');

/** Schema of a server-sent event: `data` is the JSON text of the schema that belongs to its name. */
export function createStreamedEvent(): JsonObject {
  const variants = Object.entries(liveEventSchemas).map(([name, schema]) => ({
    type: 'object',
    description: MEANINGS[name as keyof typeof MEANINGS],
    properties: {
      event: { type: 'string', const: name },
      id: { type: 'string', description: 'Position in the stream, for `Last-Event-ID`.' },
      data: {
        type: 'string',
        contentMediaType: 'application/json',
        contentSchema: referSchema(String(z.globalRegistry.get(schema)?.id)),
      },
      retry: { type: 'integer', description: 'Milliseconds after which a browser reconnects.' },
    },
    required: ['event', 'data'],
  }));
  return { description: 'A live event of the stream.', oneOf: variants };
}

/** Live event of a run that reports its progress. */
export const LIVE_EVENT_EXAMPLE = {
  event: 'training.progress',
  id: '1763889600000-0',
  data: JSON.stringify({
    training_id: EXAMPLES.trainings.running.id,
    rev: EXAMPLES.trainings.running.rev,
    status: EXAMPLES.trainings.running.status,
    progress: EXAMPLES.trainings.running.progress,
  }),
};
