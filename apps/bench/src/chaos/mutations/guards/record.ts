import { type Mutation, SCRIPTS } from '../mutation.ts';

/** What keeps an accepted training and its history (I3, I4, I5). */
export const STATE_GUARDS: readonly Mutation[] = [
  {
    name: 'nobody asks again what a training is owed',
    breaks: 'I3',
    edits: [
      {
        file: 'packages/application/src/maintenance/sweep.ts',
        from: 'deps.store.owed()',
        to: '[] as string[]',
      },
    ],
    faults: ['killed_between_save_and_post'],
  },
  {
    name: 'nothing is kept beside Redis',
    breaks: 'I3',
    edits: [{ file: 'packages/application/src/durability/backup/backup-cycle.ts', from: '[writeJournal, ', to: '[' }],
    faults: ['redis_lost'],
    // What was accepted in the last ten seconds, which do not shrink with the rest, may be lost.
    timeFactor: 40,
  },
  {
    name: 'a request that is sent again is another request',
    breaks: 'I3',
    edits: [
      { file: SCRIPTS, from: 'if c.claim then\n  local had', to: 'if false then\n  local had' },
      {
        file: 'packages/application/src/intake/accept.ts',
        from: 'claim && (await deps.store.claimed(claim))',
        to: 'undefined',
      },
    ],
    faults: ['killed_between_save_and_202'],
  },
  {
    name: 'a write is saved whatever was written since it was read',
    breaks: 'I4',
    edits: [{ file: SCRIPTS, from: "if now[1] ~= tostring(c.rev - 1) then return 'stale' end", to: '' }],
    faults: ['redis_killed', 'redis_cut_off', 'reconciler_frozen', 'frozen_with_old_news'],
  },
  {
    name: 'a training that has ended can still be cancelled',
    breaks: 'I4',
    edits: [
      {
        file: 'packages/domain/src/training/terminal-row.ts',
        from: 'cancel_requested: stay',
        to: "cancel_requested: (t) => ({ ...t, status: 'cancelled', recorded: false })",
      },
    ],
    faults: ['cancelled'],
  },
  {
    name: 'a manifest is written whatever another has written since',
    breaks: 'I5',
    edits: [
      {
        file: 'packages/storage/src/documents/document.ts',
        from: 'current ? { ifMatch: current.etag } : ({ ifAbsent: true } as const)',
        to: 'undefined',
      },
    ],
    faults: ['reconciler_frozen', 'result_past_retention', 'redis_cut_off', 'store_down'],
  },
];
