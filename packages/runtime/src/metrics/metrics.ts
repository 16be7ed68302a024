import { collectDefaultMetrics, Registry } from 'prom-client';
import { createInstruments, type Instruments } from './instruments.ts';

/** What a process tells of itself to Prometheus. */
export interface Metrics extends Instruments {
  readonly contentType: string;
  /** Everything of this process, in Prometheus' text format. */
  text(): Promise<string>;
}

/** Node's own numbers need observers: they are kept from the first time that somebody asks. */
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
