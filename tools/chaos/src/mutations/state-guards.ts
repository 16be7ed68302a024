import { type Mutation, SCRIPTS } from './mutation.ts';

/** Guards of accepted trainings, their history and their manifests (I3, I4, I5). */
export const STATE_GUARDS: readonly Mutation[] = [
  {
    name: 'the sweep finds no pending effects',
    breaks: 'I3',
    edits: [
      {
        file: 'packages/application/src/maintenance/sweep.ts',
        from: 'deps.store.listPending()',
        to: '[] as string[]',
      },
    ],
    faults: ['killed_between_save_and_post'],
  },
  {
    name: 'no backup is written',
    breaks: 'I3',
    edits: [
      {
        file: 'packages/application/src/durability/backup.ts',
        from: '[backUpTrainings, ',
        to: '[',
      },
    ],
    faults: ['redis_lost'],
    // Trainings of the last 10 s may be lost; that span is not scaled, so the seed must last longer.
    timeFactor: 40,
  },
  {
    name: 'a repeated request is accepted as a new one',
    breaks: 'I3',
    edits: [
      {
        file: `${SCRIPTS}/accept-training.lua`,
        from: 'if c.claimKey then\n  local existing',
        to: 'if false then\n  local existing',
      },
      {
        file: 'packages/application/src/intake/accept.ts',
        from: 'claim && (await deps.store.findAccepted(claim))',
        to: 'undefined',
      },
    ],
    faults: ['killed_between_save_and_202'],
  },
  {
    name: 'a write is saved without a revision check',
    breaks: 'I4',
    edits: ['save-training', 'start-attempt'].map((script) => ({
      file: `${SCRIPTS}/${script}.lua`,
      from: "if stored[1] ~= tostring(c.rev - 1) then return 'stale' end",
      to: '',
    })),
    faults: ['redis_killed', 'redis_frozen', 'reconciler_frozen', 'frozen_with_stale_event'],
  },
  {
    name: 'a terminal training can be cancelled',
    breaks: 'I4',
    edits: [
      {
        file: 'packages/domain/src/training/table.ts',
        from: '  ...ignoredOnceTerminal,\n',
        to: "  ...ignoredOnceTerminal,\n  cancel_requested: (t) => ({ ...t, status: 'cancelled', recorded: false }),\n",
      },
    ],
    faults: ['cancelled'],
  },
  {
    name: 'a manifest is written without compare-and-swap',
    breaks: 'I5',
    edits: [
      {
        file: 'packages/storage/src/document.ts',
        from: 'current ? { ifMatch: current.etag } : ({ ifAbsent: true } as const)',
        to: 'undefined',
      },
    ],
    faults: ['reconciler_frozen', 'result_past_retention', 'redis_frozen', 'store_down'],
  },
];
