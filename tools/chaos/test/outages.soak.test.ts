import { it } from 'vitest';
import { surviveInvalidKey, surviveSystemOutage } from './outages.ts';

const HOUR_MS = 3_600_000;

it('recovers the models of runs that ended while the whole system was down for two hours, without a second run', () =>
  surviveSystemOutage({ outageMs: 2 * HOUR_MS }));

it('keeps trainings queued behind a gate that closes once while the key is invalid for an hour', () =>
  surviveInvalidKey({ deniedMs: HOUR_MS }));
