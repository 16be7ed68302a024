import { it } from 'vitest';
import { surviveInvalidKey, surviveSystemOutage } from './outages.ts';

const MINUTE_MS = 60_000;

it('recovers the models of runs that ended while the whole system was down for 45 minutes, without a second run', () =>
  surviveSystemOutage({ outageMs: 45 * MINUTE_MS }));

it('keeps trainings queued behind a gate that closes once while the key is invalid for 5 minutes', () =>
  surviveInvalidKey({ deniedMs: 5 * MINUTE_MS }));
