import { StoreUnavailableError, UnreadableTrainingError } from '@trainyard/application';
import { describe, expect, it } from 'vitest';
import {
  classifyRedisError,
  findRefusal,
  toStoreError,
  toStoreUnavailable,
  unwrapPipeline,
  withStoreErrors,
} from './calls.ts';

const SCRIPT = 'script: 16a3c38cf4d034bb11a2a5457920fffd413, on @user_script:5.';
const OF_6_2 = 'ERR Error running script (call to f_16a3c38cf4): @user_script:5: @user_script: 5: -';

const MISCONF = 'MISCONF Errors writing to the AOF file: No space left on device';
const OOM = "OOM command not allowed when used memory > 'maxmemory'.";
const READONLY = "READONLY You can't write against a read only replica.";

describe('an error reply of Redis about its own state', () => {
  it.each([
    [MISCONF, 'Redis cannot write to its disk'],
    [`${MISCONF} ${SCRIPT}`, 'Redis cannot write to its disk'],
    [`${OF_6_2}${MISCONF}`, 'Redis cannot write to its disk'],
    [`${OOM} ${SCRIPT}`, 'Redis has no memory left (maxmemory)'],
    [`${OF_6_2}${OOM}`, 'Redis has no memory left (maxmemory)'],
    [`${READONLY} ${SCRIPT}`, 'Redis is a read-only replica'],
    ['NOREPLICAS Not enough good replicas to write.', 'Redis has too few replicas'],
    ['LOADING Redis is loading the dataset in memory', 'Redis is still loading its files'],
    ['BUSY Redis is busy running a script.', 'Redis is busy with a script'],
    ['MASTERDOWN Link with MASTER is down', 'the master of this Redis is down'],
    ['CLUSTERDOWN The cluster is down', 'the cluster of this Redis is down'],
    ['MOVED 7467 127.0.0.1:18841', 'Redis is a node of a cluster that does not own the keys of Trainyard'],
    [
      'TRYAGAIN Multiple keys request during rehashing of slot',
      'the cluster of this Redis is moving its keys',
    ],
  ])('becomes a retryable error with its reason: %s', (message, reason) => {
    const error = new Error(message);
    expect(findRefusal(error)).toBe(reason);
    expect(toStoreError(error)).toBeInstanceOf(StoreUnavailableError);
    expect(toStoreError(error)).toMatchObject({ retryable: true, message: expect.stringContaining(reason) });
  });
});

describe('a command without a reply', () => {
  it.each([
    'Command timed out',
    'Connection is closed.',
    "Stream isn't writeable and enableOfflineQueue options is false",
    'Reached the max retries per request limit (which is 3).',
  ])('becomes redis_unavailable without a reason, because it may have been executed: %s', (message) => {
    const error = new Error(message);
    expect(findRefusal(error)).toBeUndefined();
    expect(toStoreError(error)).toMatchObject({ code: 'redis_unavailable', cause: error });
  });
});

it.each([
  [MISCONF, 'disk_full'],
  [`${OF_6_2}${OOM}`, 'out_of_memory'],
  [READONLY, 'read_only'],
  ['NOREPLICAS Not enough good replicas to write.', 'too_few_replicas'],
  ['MOVED 7467 127.0.0.1:18841', 'cluster'],
  ['Command timed out', 'unreachable'],
  ['ERR syntax error', undefined],
])('the error %s is classified, also as the cause of a StoreUnavailableError', (message, fault) => {
  const error = new Error(message);
  expect(classifyRedisError(error)).toBe(fault);
  expect(classifyRedisError(toStoreUnavailable(error))).toBe(fault);
});

describe('an error that does not concern the state of Redis', () => {
  it.each([
    'ERR syntax error',
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    'NOSCRIPT No matching script.',
    'a subject called OOM does not exist',
    'BUSYGROUP Consumer Group name already exists',
  ])('is returned unchanged: %s', (message) => {
    const error = new Error(message);
    expect(toStoreError(error)).toBe(error);
    expect(findRefusal(error)).toBeUndefined();
  });

  it('is the cause of the StoreUnavailableError of a store call', async () => {
    const error = new Error('ERR syntax error');
    expect(toStoreUnavailable(error)).toMatchObject({ cause: error });
    await expect(withStoreErrors(() => Promise.reject(error))).rejects.toMatchObject({ cause: error });
  });

  it('passes a store call unchanged when it states whether it is retryable', async () => {
    const error = new UnreadableTrainingError('t1', 'it is not JSON');
    await expect(withStoreErrors(() => Promise.reject(error))).rejects.toBe(error);
  });
});

it('a pipeline throws the error of its first failed command', () => {
  const error = new Error('ERR');
  expect(unwrapPipeline([[null, 1]])).toEqual([1]);
  expect(() =>
    unwrapPipeline([
      [null, 1],
      [error, undefined],
    ]),
  ).toThrow(error);
});
