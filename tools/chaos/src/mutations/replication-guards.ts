import type { Mutation } from './mutation.ts';

const WRITES = 'packages/redis/src/trainings/writes.ts';

/** Guards against writes that only a lost master has (docs/operations/high-availability.md). */
export const REPLICATION_GUARDS: readonly Mutation[] = [
  {
    name: 'a training is answered with 202 before a replica has it',
    breaks: 'I3',
    edits: [
      {
        file: WRITES,
        from: 'confirm(() => accept(redis, keys, training, options), isAccepted)',
        to: 'accept(redis, keys, training, options)',
      },
    ],
    faults: ['replication_cut_before_accept'],
  },
  {
    name: 'a request is sent to the provider before a replica has the start of its attempt',
    breaks: 'I2',
    edits: [{ file: WRITES, from: "(result) => result === 'started',", to: '() => false,' }],
    faults: ['replication_cut_before_start'],
  },
  {
    name: 'a high-water mark is published before a replica has it',
    breaks: 'I3',
    edits: [
      {
        file: 'packages/application/src/durability/high-water-mark.ts',
        from: 'await deps.store.getReplicatedControl();',
        to: 'await deps.store.getControl();',
      },
    ],
    faults: ['replication_cut_before_accept', 'replication_cut_before_start'],
  },
];
