import type { CurveRef, ProgressStore, RunCheck } from '@trainyard/application';
import { MAX_PROGRESS_POINTS, type ProgressPoint, THINNED_SPANS } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import { withStoreErrors } from '../redis/calls.ts';
import type { Keys } from '../redis/keys.ts';
import { runScript } from '../scripts/commands.ts';

const RUN_CHECK_TTL_SECONDS = 24 * 3600;
const POLL_CLAIM_MS = 1_000;

/** The loss curve of each attempt: a list of at most {@link MAX_PROGRESS_POINTS} points; and the last check of each run. */
export function createProgress(redis: Redis, keys: Keys): ProgressStore {
  const toKeys = ({ trainingId, attempt }: CurveRef) => [keys.curve(trainingId, attempt), keys.curves];
  return {
    addProgressPoint: (curve, point) =>
      withStoreErrors(async () => {
        const args = [toMember(curve), JSON.stringify(point), MAX_PROGRESS_POINTS, THINNED_SPANS];
        await runScript(redis, 'add-progress-point', toKeys(curve), args);
      }),
    listProgressPoints: ({ trainingId, attempt }) =>
      withStoreErrors(async () => {
        const points = await redis.lrange(keys.curve(trainingId, attempt), 0, -1);
        return points.map((point) => JSON.parse(point) as ProgressPoint);
      }),
    listCurves: () => withStoreErrors(async () => (await redis.smembers(keys.curves)).map(parseMember)),
    deleteCurve: (curve, last) =>
      withStoreErrors(async () => {
        const args = [toMember(curve), last === undefined ? '' : JSON.stringify(last)];
        await runScript(redis, 'delete-curve', toKeys(curve), args);
      }),
    ...createRunChecks(redis, keys),
  };
}

function createRunChecks(
  redis: Redis,
  keys: Keys,
): Pick<ProgressStore, 'recordRunCheck' | 'findRunCheck' | 'claimPoll'> {
  return {
    recordRunCheck: (id, check) =>
      withStoreErrors(async () => {
        await redis.set(keys.runCheck(id), JSON.stringify(check), 'EX', RUN_CHECK_TTL_SECONDS);
      }),
    findRunCheck: (id) =>
      withStoreErrors(async () => {
        const check = await redis.get(keys.runCheck(id));
        return check === null ? undefined : (JSON.parse(check) as RunCheck);
      }),
    claimPoll: (id) =>
      withStoreErrors(
        async () => (await redis.set(keys.pollClaim(id), 1, 'PX', POLL_CLAIM_MS, 'NX')) === 'OK',
      ),
  };
}

function toMember({ trainingId, attempt }: CurveRef): string {
  return `${attempt}:${trainingId}`;
}

function parseMember(member: string): CurveRef {
  const [attempt = '', ...id] = member.split(':');
  return { trainingId: id.join(':'), attempt: Number(attempt) };
}
