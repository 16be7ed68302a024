import type { TrainingQuery } from '@trainyard/application';
import {
  SUBJECT_KINDS,
  type SubjectKind,
  TRAINING_STATUSES,
  type Training,
  type TrainingStatus,
} from '@trainyard/domain';
import type { Keys } from '../redis/keys.ts';

/*
 * A list is kept for every set of filters, so that none is ever searched: what a training bears for good (subject,
 * batch, user, tenant) makes its scopes, one for each selection of these names; what changes (status, mark) and what
 * has few values (kind) makes its class. A training stands once in each of its scopes, under its class; a query reads
 * exactly one scope and merges the classes that it asks for, 44 at most, however many trainings there are.
 */

interface ScopeNames {
  readonly subjectId?: string | undefined;
  readonly batchId?: string | undefined;
  readonly userId?: string | undefined;
  readonly tenantId?: string | undefined;
}

/** The lists that hold all answers to a query, and nothing else. */
export function findIndexes(keys: Keys, query: TrainingQuery): readonly string[] {
  const { subject, batchId, userId, tenantId, needsAttention } = query;
  const scope = [
    keys.trainingIndex,
    ...toScopeParts({ subjectId: subject?.id, batchId, userId, tenantId }),
  ].join('');
  const kinds = subject?.kind === undefined ? SUBJECT_KINDS : [subject.kind];
  const attention = needsAttention === undefined ? [true, false] : [needsAttention];
  return [...new Set(query.status ?? TRAINING_STATUSES)].flatMap((status) =>
    kinds.flatMap((kind) => attention.map((marked) => `${scope}${toClassName(status, kind, marked)}`)),
  );
}

/** In one order, so that a selection of names has one name itself. */
function toScopeParts({ subjectId, batchId, userId, tenantId }: ScopeNames): readonly string[] {
  return Object.entries({ s: subjectId, b: batchId, u: userId, t: tenantId }).flatMap(([letter, name]) =>
    name === undefined ? [] : [`&${letter}=${encodeURIComponent(name.toWellFormed())}`],
  );
}

/** The names of a training, each of which doubles its scopes. */
export function listScopeParts({ request }: Training): readonly string[] {
  return toScopeParts({
    subjectId: request.subject.id,
    batchId: request.batchId,
    userId: request.userId,
    tenantId: request.tenantId,
  });
}

function toClassName(status: TrainingStatus, kind: SubjectKind, needsAttention: boolean): string {
  return `:${status}:${kind}:${needsAttention ? 'marked' : 'plain'}`;
}

/** Where a training stands within its scopes. */
export function getClass({ status, request, needsAttention }: Training): string {
  return toClassName(status, request.subject.kind, needsAttention !== undefined);
}
