import type { TrainingQuery } from '@trainyard/application';
import {
  SUBJECT_KINDS,
  type SubjectKind,
  TRAINING_STATUSES,
  type Training,
  type TrainingStatus,
  toSubjectId,
} from '@trainyard/domain';
import type { Keys } from '../redis/keys.ts';

/*
 * Every combination of filters has its own sorted lists of ids, so that a query never scans trainings. The constant
 * properties of a training (subject, batch, user, tenant) form its scopes: a scope for each subset of them, at most 16.
 * Its changing properties (status, attention) and its kind form its class. Each training is in each of its scopes once,
 * under its class. A query reads a single scope and merges the classes that it matches, at most 44 lists.
 */

interface ScopeNames {
  readonly subjectId?: string | undefined;
  readonly batchId?: string | undefined;
  readonly userId?: string | undefined;
  readonly tenantId?: string | undefined;
}

/** The lists of a query; together they contain exactly the matching trainings. */
export function findIndexes(keys: Keys, query: TrainingQuery): readonly string[] {
  const { subject, batchId, userId, tenantId, needsAttention } = query;
  /** A query without a kind matches a spelling as an actor's number and as a style's text. */
  const toScope = (kind: SubjectKind): string => {
    const subjectId = subject?.id === undefined ? undefined : toSubjectId(kind, subject.id);
    return [keys.trainingIndex, ...toScopeParts({ subjectId, batchId, userId, tenantId })].join('');
  };
  const kinds = subject?.kind === undefined ? SUBJECT_KINDS : [subject.kind];
  const attention = needsAttention === undefined ? [true, false] : [needsAttention];
  return [...new Set(query.status ?? TRAINING_STATUSES)].flatMap((status) =>
    kinds.flatMap((kind) =>
      attention.map((needed) => `${toScope(kind)}${toClassName(status, kind, needed)}`),
    ),
  );
}

/** The parts are always in the same order, so that each subset has a single scope name. */
function toScopeParts({ subjectId, batchId, userId, tenantId }: ScopeNames): readonly string[] {
  return Object.entries({ s: subjectId, b: batchId, u: userId, t: tenantId }).flatMap(([letter, name]) =>
    name === undefined ? [] : [`&${letter}=${encodeURIComponent(name.toWellFormed())}`],
  );
}

/** The scope parts of a training; each part doubles the number of its scopes. */
export function listScopeParts({ request }: Training): readonly string[] {
  return toScopeParts({
    subjectId: toSubjectId(request.subject.kind, request.subject.id),
    batchId: request.batchId,
    userId: request.userId,
    tenantId: request.tenantId,
  });
}

function toClassName(status: TrainingStatus, kind: SubjectKind, needsAttention: boolean): string {
  return `:${status}:${kind}:${needsAttention ? 'attention' : 'normal'}`;
}

/** The class of a training within its scopes: status, kind, and whether it needs attention. */
export function getClass({ status, request, needsAttention }: Training): string {
  return toClassName(status, request.subject.kind, needsAttention !== undefined);
}
