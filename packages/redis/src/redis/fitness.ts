import type { RedisFacts } from './facts.ts';

/** What one property of a Redis means to us. */
export interface RedisFinding {
  readonly property: 'version' | 'eviction' | 'files';
  /** `fault`: nothing may be kept there. `warning`: it may, and something can be lost, or it is not known. */
  readonly verdict: 'ok' | 'warning' | 'fault';
  readonly text: string;
}

/** What is let pass. */
export interface RedisLeniency {
  /** A Redis that keeps no append-only file is warned of, not refused. */
  readonly withoutAof?: boolean;
}

/** Thrown when a Redis would lose trainings, or cannot run our scripts; names every fault. */
export class UnfitRedisError extends Error {
  readonly code = 'unfit_redis';
  readonly retryable = false;
  readonly faults: readonly RedisFinding[];
  constructor(faults: readonly RedisFinding[]) {
    super(`This Redis cannot be used: ${faults.map(({ text }) => text).join('; ')}`);
    this.name = 'UnfitRedisError';
    this.faults = faults;
  }
}

/** BullMQ's scripts and ours are run against 6.2 and newer. */
const OLDEST = [6, 2] as const;

const finding =
  (property: RedisFinding['property']) =>
  (verdict: RedisFinding['verdict'], text: string): RedisFinding => ({ property, verdict, text });

const judgeVersion = ({ version }: RedisFacts): RedisFinding => {
  const found = finding('version');
  if (version === undefined) return found('warning', 'version unknown: the server does not tell');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNewEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return isNewEnough
    ? found('ok', `version ${version}`)
    : found('fault', `version ${version}, ${OLDEST.join('.')} or newer is needed`);
};

const judgeEviction = ({ evictionPolicy: policy }: RedisFacts): RedisFinding => {
  const found = finding('eviction');
  if (policy === undefined) return found('warning', 'maxmemory-policy unknown: the server does not tell');
  return policy === 'noeviction'
    ? found('ok', 'evicts nothing')
    : found('fault', `maxmemory-policy is ${policy}; only noeviction keeps every training`);
};

const judgeFiles = (
  { appendOnly, appendFsync: fsync }: RedisFacts,
  { withoutAof = false }: RedisLeniency,
): RedisFinding => {
  const found = finding('files');
  if (appendOnly === undefined) return found('warning', 'appendonly unknown: the server does not tell');
  if (!appendOnly)
    return found(
      withoutAof ? 'warning' : 'fault',
      'appendonly is off; what was accepted would not survive a restart',
    );
  if (fsync === 'always') return found('ok', 'writes each change to its file');
  return fsync === undefined
    ? found('warning', 'appendfsync unknown: the server does not tell')
    : found('warning', `appendfsync is ${fsync}; only «always» keeps what a 202 promises`);
};

/**
 * The one set of rules for a Redis that holds the record (DESIGN §6), for the doctor as for every start: it evicts
 * nothing, writes each change to a file before it answers, and is new enough. Pure.
 */
export const judgeRedis = (facts: RedisFacts, leniency: RedisLeniency = {}): readonly RedisFinding[] => [
  judgeVersion(facts),
  judgeEviction(facts),
  judgeFiles(facts, leniency),
];

/** Keeps a process from a Redis that is not fit. @returns what it must be warned of. Throws UnfitRedisError. */
export const requireFitRedis = (facts: RedisFacts, leniency?: RedisLeniency): readonly RedisFinding[] => {
  const findings = judgeRedis(facts, leniency);
  const faults = findings.filter(({ verdict }) => verdict === 'fault');
  if (faults.length > 0) throw new UnfitRedisError(faults);
  return findings.filter(({ verdict }) => verdict === 'warning');
};
