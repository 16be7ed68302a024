import { z } from 'zod';
import { list } from '../env/kinds.ts';

const SCOPES = ['read', 'write', 'admin'] as const;
const PREFIXES = SCOPES.map((scope) => `${scope}:`).join(', ');
const MIN_LENGTH = 16;

/** An API key with its scope. */
export interface ApiKey {
  readonly key: string;
  readonly scope: (typeof SCOPES)[number];
}

/**
 * The comma-separated API keys: `read:…`, `write:…` or `admin:…`; a key without a prefix is an admin key. Any other prefix
 * is a fault, because a misspelled scope would otherwise make an admin key. A fault names the position of its entry.
 */
export const apiKeys = list.transform((entries, context): readonly ApiKey[] => {
  const keys = entries.map(parseApiKey);
  const faults = entries.flatMap((entry, index) => {
    const fault = findFault(entry, keys, index);
    return fault === undefined ? [] : [`entry ${index + 1} ${fault}`];
  });
  for (const message of faults) context.addIssue({ code: 'custom', message });
  return faults.length === 0 ? keys : z.NEVER;
});

function parseApiKey(entry: string): ApiKey {
  const scope = SCOPES.find((each) => entry.startsWith(`${each}:`));
  return scope === undefined ? { key: entry, scope: 'admin' } : { key: entry.slice(scope.length + 1), scope };
}

function findFault(entry: string, keys: readonly ApiKey[], index: number): string | undefined {
  const key = keys[index]?.key ?? '';
  if (key === entry && entry.includes(':'))
    return `has an unknown scope prefix; a key has one of the prefixes ${PREFIXES} or no colon`;
  if (key.length < MIN_LENGTH) return `must be at least ${MIN_LENGTH} characters long without its prefix`;
  if (!/^[\x21-\x7e]+$/.test(key))
    return 'must consist of visible ASCII characters, because an HTTP header carries it';
  const first = keys.findIndex((each) => each.key === key);
  return first === index ? undefined : `repeats the key of entry ${first + 1}`;
}
