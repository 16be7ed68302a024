import { Counter, Histogram, type Registry } from 'prom-client';

/** What this process itself counts and measures; the sum over all processes is the system's. */
export interface Instruments {
  /** Changes of a training's state that this process saved. */
  readonly transitions: Counter<'event' | 'from' | 'to'>;
  readonly failures: Counter<'class'>;
  /** From its acceptance to its end. */
  readonly trainingSeconds: Histogram<'state'>;
  /** From its place in the line to its slot. */
  readonly waitSeconds: Histogram;
  /** From the word that something may be accepted until it was. */
  readonly dispatchLatencySeconds: Histogram;
  readonly providerAnswers: Counter<'call' | 'answer'>;
  readonly providerSeconds: Histogram<'call'>;
  readonly webhooks: Counter<'result'>;
  readonly logEvents: Counter<'level' | 'event'>;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const WAIT_BUCKETS = [
  1,
  10,
  MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
];
const TRAINING_BUCKETS = [10, 20, 30, 45, 60, 90, 120, 240, 480, 1440].map((minutes) => minutes * MINUTE);
const DISPATCH_LATENCY_BUCKETS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5];
const CALL_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Makes them in a registry of their own. */
export function createInstruments(registry: Registry): Instruments {
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> =>
    new Counter({ name: `trainyard_${name}`, help, labelNames, registers: [registry] });
  const histogram = <L extends string>(
    name: string,
    help: string,
    shape: { readonly labelNames?: readonly L[]; readonly buckets: number[] },
  ): Histogram<L> =>
    new Histogram({ name: `trainyard_${name}`, help, registers: [registry], labelNames: [], ...shape });
  return {
    transitions: counter('transitions_total', 'Changes of state that this process saved.', [
      'event',
      'from',
      'to',
    ]),
    failures: counter('failures_total', 'Trainings that failed or timed out, by class.', ['class']),
    trainingSeconds: histogram('training_seconds', 'From acceptance to the end.', {
      labelNames: ['state'],
      buckets: TRAINING_BUCKETS,
    }),
    waitSeconds: histogram('wait_seconds', 'From the place in the line to the slot.', {
      buckets: WAIT_BUCKETS,
    }),
    dispatchLatencySeconds: histogram(
      'dispatch_latency_seconds',
      'From the word that something may be accepted until it was.',
      {
        buckets: DISPATCH_LATENCY_BUCKETS,
      },
    ),
    providerAnswers: counter('provider_answers_total', 'What the provider said.', ['call', 'answer']),
    providerSeconds: histogram('provider_seconds', 'How long the provider took to say it.', {
      labelNames: ['call'],
      buckets: CALL_BUCKETS,
    }),
    webhooks: counter('webhooks_total', 'Webhooks that came in: accepted, refused or failed.', ['result']),
    logEvents: counter('log_events_total', 'Warnings and errors in the log, by event.', ['level', 'event']),
  };
}
