import {
  addProgressPoint,
  holdsSlot,
  MAX_PROGRESS_POINTS,
  type ProgressPoint,
  type Training,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { CorruptDocumentError, PreconditionFailedError, UnreadableTrainingError } from '../errors.ts';
import type { CurveRef } from '../ports/training-store/index.ts';
import { parseDocument, serializeDocument } from './documents.ts';

type CurveDeps = Pick<Deps, 'store' | 'objects' | 'log'>;

/** The key of the loss curve of an ended attempt. */
function toCurveKey({ trainingId, attempt }: CurveRef): string {
  return `trainings/${trainingId}/attempt-${attempt}.progress.json`;
}

/**
 * Moves the loss curves of ended attempts from the state store to `trainings/ID/attempt-N.progress.json`. A curve is
 * deleted from the state store after its write, so that a crash in between repeats the write. A point that was reported
 * before the end and saved after the move is added to the document.
 * Throws the first error of a curve at the end: ObjectStoreError, StoreUnavailableError.
 */
export async function moveCurves(deps: CurveDeps): Promise<void> {
  const results = [];
  for (const curve of await deps.store.listCurves())
    results.push(
      await moveCurve(deps, curve).then(
        () => undefined,
        (error: unknown) => ({ error }),
      ),
    );
  for (const failed of results) if (failed) throw failed.error;
}

async function moveCurve(deps: CurveDeps, curve: CurveRef): Promise<void> {
  if (await isLive(deps, curve)) return;
  const points = await deps.store.listProgressPoints(curve);
  if (points.length > 0) await writePoints(deps, curve, points);
  await deps.store.deleteCurve(curve, points.at(-1));
}

/** Whether the attempt may report further points. An unreadable training keeps its curve. */
async function isLive({ store }: CurveDeps, { trainingId, attempt }: CurveRef): Promise<boolean> {
  try {
    const training = await store.load(trainingId);
    return training !== undefined && holdsSlot(training) && training.attempt.number === attempt;
  } catch (error) {
    if (error instanceof UnreadableTrainingError) return true;
    throw error;
  }
}

/** Adds the points that are newer than the stored curve; an unreadable document is replaced. */
async function writePoints(
  { objects, log }: CurveDeps,
  curve: CurveRef,
  points: readonly ProgressPoint[],
): Promise<void> {
  const key = toCurveKey(curve);
  for (;;) {
    const stored = await objects.get(key);
    const known = stored ? parseOrReplace(log, key, stored.body) : [];
    const end = known.at(-1)?.[2] ?? Number.NEGATIVE_INFINITY;
    const added = points.filter(([, , at]) => at > end);
    if (added.length === 0) return;
    const document = { training_id: curve.trainingId, attempt: curve.attempt };
    const merged = added.reduce<readonly ProgressPoint[]>(addProgressPoint, known);
    const condition = stored ? { ifMatch: stored.etag } : ({ ifAbsent: true } as const);
    try {
      const body = serializeDocument({ ...document, points: merged });
      await objects.put(key, body, { condition, contentType: 'application/json' });
      return;
    } catch (error) {
      if (!(error instanceof PreconditionFailedError)) throw error;
    }
  }
}

function parseOrReplace(log: Deps['log'], key: string, body: Uint8Array): readonly ProgressPoint[] {
  try {
    return parseCurve(key, body);
  } catch (error) {
    if (!(error instanceof CorruptDocumentError)) throw error;
    log.warn('curve_replaced', { key, error });
    return [];
  }
}

/** Parses the loss curve of an attempt. Throws CorruptDocumentError. */
function parseCurve(key: string, body: Uint8Array): readonly ProgressPoint[] {
  const { points } = parseDocument<{ readonly points: readonly ProgressPoint[] }>(
    key,
    body,
    (fields) =>
      Array.isArray(fields['points']) &&
      fields['points'].length <= MAX_PROGRESS_POINTS &&
      fields['points'].every(isProgressPoint),
  );
  return points;
}

function isProgressPoint(value: unknown): value is ProgressPoint {
  if (!Array.isArray(value)) return false;
  const [step, loss, at] = value as readonly unknown[];
  return typeof step === 'number' && typeof at === 'number' && (loss === null || typeof loss === 'number');
}

/**
 * The loss curve of an attempt, from the state store while the attempt lives and from the object store afterwards; empty
 * for an attempt without progress. Throws ObjectStoreError, CorruptDocumentError, StoreUnavailableError.
 */
export async function readCurve(
  deps: Pick<Deps, 'store' | 'objects'>,
  training: Training,
  attempt: number,
): Promise<readonly ProgressPoint[]> {
  const curve = { trainingId: training.id, attempt };
  const live = await deps.store.listProgressPoints(curve);
  if (live.length > 0) return live;
  const stored = await deps.objects.get(toCurveKey(curve));
  return stored ? parseCurve(toCurveKey(curve), stored.body) : [];
}
