import { StoreUnavailableError } from '@trainyard/application';
import { describe, expect, it } from 'vitest';
import { findRefusal, toStoreError, toStoreUnavailable } from './store-errors.ts';

const SCRIPT = 'script: 16a3c38cf4d034bb11a2a5457920fffd413, on @user_script:5.';
const OF_6_2 = 'ERR Error running script (call to f_16a3c38cf4): @user_script:5: @user_script: 5: -';

const MISCONF = 'MISCONF Errors writing to the AOF file: No space left on device';
const OOM = "OOM command not allowed when used memory > 'maxmemory'.";
const READONLY = "READONLY You can't write against a read only replica.";

describe('a Redis that refuses for its own sake', () => {
  it.each([
    [MISCONF, 'Redis cannot write to its disk'],
    [`${MISCONF} ${SCRIPT}`, 'Redis cannot write to its disk'],
    [`${OF_6_2}${MISCONF}`, 'Redis cannot write to its disk'],
    [`${OOM} ${SCRIPT}`, 'Redis has no memory left (maxmemory)'],
    [`${OF_6_2}${OOM}`, 'Redis has no memory left (maxmemory)'],
    [`${READONLY} ${SCRIPT}`, 'Redis is a read-only replica'],
    ['NOREPLICAS Not enough good replicas to write.', 'Redis has too few replicas'],
    ['LOADING Redis is loading the dataset in memory', 'Redis is still reading its files'],
    ['BUSY Redis is busy running a script.', 'Redis is busy with a script'],
    ['MASTERDOWN Link with MASTER is down', 'the master of this Redis is away'],
    ['CLUSTERDOWN The cluster is down', 'the cluster of this Redis is down'],
    ['TRYAGAIN Multiple keys request during rehashing of slot', 'the cluster of this Redis moves its keys'],
  ])('is away for a while, and says why: %s', (words, why) => {
    const error = new Error(words);
    expect(findRefusal(error)).toBe(why);
    expect(toStoreError(error)).toBeInstanceOf(StoreUnavailableError);
    expect(toStoreError(error)).toMatchObject({ retryable: true, message: expect.stringContaining(why) });
  });
});

describe('a Redis that does not answer', () => {
  it.each([
    'Command timed out',
    'Connection is closed.',
    "Stream isn't writeable and enableOfflineQueue options is false",
    'Reached the max retries per request limit (which is 3).',
  ])('is away, and nobody says that nothing was done: %s', (words) => {
    const error = new Error(words);
    expect(findRefusal(error)).toBeUndefined();
    expect(toStoreError(error)).toMatchObject({ code: 'redis_unavailable', cause: error });
  });
});

describe('another fault', () => {
  it.each([
    'ERR syntax error',
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    'NOSCRIPT No matching script.',
    'a subject called OOM does not exist',
    'BUSYGROUP Consumer Group name already exists',
  ])('stays what it is: %s', (words) => {
    const error = new Error(words);
    expect(toStoreError(error)).toBe(error);
    expect(findRefusal(error)).toBeUndefined();
  });

  it('of a call to the record says that the record is away all the same, and keeps its cause', () => {
    const error = new Error('ERR syntax error');
    expect(toStoreUnavailable(error)).toMatchObject({ cause: error });
  });
});
