import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** The counters and histograms of a process; the sum over all processes is that of the system. */
export interface Instruments {
  /** Status changes that this process saved. */
  readonly transitions: Counter<'event' | 'from' | 'to'>;
  readonly failures: Counter<'class'>;
  /** From acceptance to the end of a training. */
  readonly trainingSeconds: Histogram<'state'>;
  /** From the entry into the queue to the slot. */
  readonly waitSeconds: Histogram;
  /** From the wake-up of a dispatcher to its first claim. */
  readonly dispatchLatencySeconds: Histogram;
  readonly providerAnswers: Counter<'call' | 'answer'>;
  readonly providerSeconds: Histogram<'call'>;
  readonly webhooks: Counter<'result'>;
  /** Requests and connections that a limit refused. */
  readonly refusals: Counter<'limit'>;
  readonly logEvents: Counter<'level' | 'event'>;
}

/** The metrics of a process in Prometheus' text format. */
export interface Metrics extends Instruments {
  readonly contentType: string;
  /** Renders the metrics of this process, those of Node.js included. */
  text(): Promise<string>;
}

/** Creates the instruments. The metrics of Node.js need observers, which start with the first call of `text`. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  let observed = false;
  return {
    ...createInstruments(registry),
    contentType: registry.contentType,
    text: () => {
      if (!observed) collectDefaultMetrics({ register: registry });
      observed = true;
      return registry.metrics();
    },
  };
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

/** Creates the instruments in a registry, with the prefix `trainyard_`. */
function createInstruments(registry: Registry): Instruments {
  const { counter, histogram } = createFactories(registry);
  return {
    transitions: counter('transitions_total', 'Status changes that this process saved.', [
      'event',
      'from',
      'to',
    ]),
    failures: counter('failures_total', 'Trainings that failed or timed out, by failure class.', ['class']),
    trainingSeconds: histogram(
      'training_seconds',
      'Seconds from acceptance to the end of a training.',
      TRAINING_BUCKETS,
      ['state'],
    ),
    waitSeconds: histogram(
      'wait_seconds',
      'Seconds from the entry into the queue to the slot.',
      WAIT_BUCKETS,
    ),
    dispatchLatencySeconds: histogram(
      'dispatch_latency_seconds',
      'Seconds from the wake-up of a dispatcher to its first claim.',
      DISPATCH_LATENCY_BUCKETS,
    ),
    providerAnswers: counter('provider_answers_total', 'Results of calls to RunPod, by call and kind.', [
      'call',
      'answer',
    ]),
    providerSeconds: histogram('provider_seconds', 'Seconds of calls to RunPod.', CALL_BUCKETS, ['call']),
    webhooks: counter('webhooks_total', 'Webhooks by result: accepted, refused or failed.', ['result']),
    refusals: counter('refusals_total', 'Requests and connections that a limit refused, by limit.', [
      'limit',
    ]),
    logEvents: counter('log_events_total', 'Warnings and errors in the log, by event.', ['level', 'event']),
  };
}

function createFactories(registry: Registry) {
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> =>
    new Counter({ name: `trainyard_${name}`, help, labelNames, registers: [registry] });
  const histogram = <L extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: readonly L[] = [],
  ): Histogram<L> =>
    new Histogram({ name: `trainyard_${name}`, help, registers: [registry], labelNames, buckets });
  return { counter, histogram };
}
