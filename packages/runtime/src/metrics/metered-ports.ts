import type { Clock, Log, Provider, TrainingStore } from '@trainyard/application';
import { isTerminal, type Training } from '@trainyard/domain';
import type { Instruments } from './metrics.ts';

function toSeconds(ms: number): number {
  return Math.max(0, ms) / 1_000;
}

function countTransition(meters: Instruments, event: string, before: Training, after: Training): void {
  if (before.status === after.status) return;
  meters.transitions.inc({ event, from: before.status, to: after.status });
  if (!isTerminal(after)) return;
  meters.trainingSeconds.observe({ state: after.status }, toSeconds(after.endedAt - after.acceptedAt));
  if ('failure' in after) meters.failures.inc({ class: after.failure.class });
}

/** Counts the status changes that this process saves in the state store. */
export function meterStore(store: TrainingStore, meters: Instruments): TrainingStore {
  return {
    ...store,
    accept: async (training, options) => {
      const answer = await store.accept(training, options);
      if (answer.kind === 'accepted') meters.transitions.inc({ event: 'accepted', from: '', to: 'queued' });
      return answer;
    },
    save: async (training, event, before, streaks) => {
      const answer = await store.save(training, event, before, streaks);
      if (answer === 'saved') countTransition(meters, event.type, before, training);
      return answer;
    },
    start: async (training, event, from) => {
      const answer = await store.start(training, event, from);
      if (answer !== 'started') return answer;
      countTransition(meters, event.type, from.before, training);
      if (from.before.status === 'queued')
        meters.waitSeconds.observe(toSeconds(event.at - from.before.queuedAt));
      return answer;
    },
  };
}

/** Counts and times the calls to RunPod. */
export function meterProvider(
  provider: Provider,
  meters: Instruments,
  clock: Pick<Clock, 'monotonic'>,
): Provider {
  const metered = async <A extends { readonly kind: string }>(
    call: string,
    send: () => Promise<A>,
  ): Promise<A> => {
    const since = clock.monotonic();
    const answer = await send();
    meters.providerSeconds.observe({ call }, toSeconds(clock.monotonic() - since));
    meters.providerAnswers.inc({ call, answer: answer.kind });
    return answer;
  };
  return {
    submit: (submission, mayGoOut) => metered('submit', () => provider.submit(submission, mayGoOut)),
    observe: (endpointId, runId) => metered('observe', () => provider.observe(endpointId, runId)),
    cancel: (endpointId, runId) => metered('cancel', () => provider.cancel(endpointId, runId)),
    health: (endpointId) => metered('health', () => provider.health(endpointId)),
  };
}

/** Counts the warnings and errors in the log. */
export function meterLog(log: Log, { logEvents }: Instruments): Log {
  return {
    ...log,
    warn: (event, fields) => {
      logEvents.inc({ level: 'warn', event });
      log.warn(event, fields);
    },
    error: (event, fields) => {
      logEvents.inc({ level: 'error', event });
      log.error(event, fields);
    },
  };
}
