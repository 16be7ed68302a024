import { TRAINING_STATUSES, type Training } from '@trainyard/domain';
import { CorruptDocumentError } from '../../errors.ts';
import type { BatchWithPlan } from '../../ports/batches.ts';
import type { BackupSettings } from './backup.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A training of the journal, which stands under its own id. Throws CorruptDocumentError. */
export function parseTraining(key: string, body: Uint8Array): Training {
  return parseDocument(key, parseJson(key, body), ({ id, rev, status, request }) => {
    const subject = isObject(request) ? request['subject'] : undefined;
    const isOurs = typeof id === 'string' && key.endsWith(`/${id}.json`);
    return (
      isOurs &&
      typeof rev === 'number' &&
      TRAINING_STATUSES.some((each) => each === status) &&
      isObject(subject)
    );
  });
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(key: string, body: Uint8Array): Fields {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (isObject(value)) return value;
  } catch (error) {
    throw new CorruptDocumentError(key, error instanceof Error ? error.message : 'no JSON');
  }
  throw new CorruptDocumentError(key, 'is no object');
}

function parseDocument<T>(key: string, fields: Fields, isValid: (fields: Fields) => boolean): T {
  if (!isValid(fields)) throw new CorruptDocumentError(key, 'was written by somebody else');
  return fields as T;
}

/** A batch of the journal, likewise. Throws CorruptDocumentError. */
export function parseBatch(key: string, body: Uint8Array): BatchWithPlan {
  return parseDocument(
    key,
    parseJson(key, body),
    ({ batch }) => isObject(batch) && typeof batch['id'] === 'string' && key.endsWith(`/${batch['id']}.json`),
  );
}

/** Bound, pause and what is kept beside them. Throws CorruptDocumentError. */
export function parseSettings(key: string, body: Uint8Array): BackupSettings {
  return parseDocument(
    key,
    parseJson(key, body),
    ({ maxConcurrency, paused, schedule = {}, budgets = {} }) =>
      typeof maxConcurrency === 'number' &&
      typeof paused === 'boolean' &&
      isObject(schedule) &&
      isObject(budgets),
  );
}
