import { type RecoveredTraining, type RecoveryReport, recover } from '@trainyard/application';
import type { Command } from 'commander';
import { withLocalDeps } from '../../embedded/local-deps.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { EXIT, type ExitCode } from '../../terminal/exit-codes.ts';

interface RecoverOptions {
  readonly dryRun?: boolean;
  readonly withoutUnreadable?: boolean;
  readonly data: string;
}

/** What each action means to a person. */
const ACTIONS: { readonly [A in RecoveredTraining['action']]: string } = {
  requeued: 'wait again',
  unconfirmed: 'are in doubt, and are settled by evidence before anything is sent again',
  restored: 'are as they were',
  known: 'were not lost',
};

/** `trainyard recover`. */
export function addRecover(program: Command, run: CommandRunner): void {
  program
    .command('recover')
    .description('after Redis was lost or restored from an old copy: put back what the object store tells of')
    .option('--dry-run', 'only tell what would be done')
    .option('--without-unreadable', 'open it though documents cannot be read: what they held is lost')
    .option('--data <dir>', 'where `trainyard up` keeps its own Redis and store', '.trainyard')
    .action(async (options: RecoverOptions, command: Command) =>
      run(command, (context) => runRecover(context, options)),
    );
}

function countActions(
  recovered: readonly RecoveredTraining[],
): Readonly<Record<RecoveredTraining['action'], number>> {
  const counts = { requeued: 0, unconfirmed: 0, restored: 0, known: 0 };
  for (const { action } of recovered) counts[action] += 1;
  return counts;
}

/** What an operator has to know before the record is open. */
function unreadableLines({ unreadable, opened }: RecoveryReport, dryRun: boolean): readonly string[] {
  if (unreadable.length === 0) return [];
  const closed = dryRun ? 'would stay closed' : 'stays closed';
  return [
    `${unreadable.length} could not be read, and ${opened ? 'the record was opened without them' : `the record ${closed} for them`}.`,
    ...(opened
      ? []
      : ['Put them right or move them away and run it again, or open it --without-unreadable.']),
  ];
}

function recoveryLines(recovery: RecoveryReport, dryRun: boolean): readonly string[] {
  const { trainings, unreadable } = recovery;
  const counts = countActions(trainings);
  const actions = Object.keys(ACTIONS) as RecoveredTraining['action'][];
  return [
    ...trainings
      .filter(({ action }) => action !== 'known')
      .map(({ trainingId, action, status }) => `${trainingId}  ${action}  ${status}`),
    ...unreadable.map(({ fault }) => `refused  ${fault}`),
    ...(dryRun ? ['Nothing was changed. With a recovery:'] : []),
    ...actions.map((action) => `${counts[action]} ${ACTIONS[action]}`),
    ...unreadableLines(recovery, dryRun),
  ];
}

function toRecoveryView({ trainings, unreadable, opened }: RecoveryReport, dryRun: boolean) {
  return {
    dry_run: dryRun,
    opened,
    by_action: countActions(trainings),
    trainings: trainings.map(({ trainingId, ...rest }) => ({ training_id: trainingId, ...rest })),
    unreadable,
  };
}

async function runRecover(
  context: Context,
  { dryRun = false, withoutUnreadable = false, data }: RecoverOptions,
): Promise<ExitCode> {
  const recovery = await withLocalDeps(context, data, (deps) => recover(deps, { dryRun, withoutUnreadable }));
  context.output.writeResult(toRecoveryView(recovery, dryRun), recoveryLines(recovery, dryRun));
  return recovery.unreadable.length > 0 && !withoutUnreadable ? EXIT.unsuccessful : EXIT.ok;
}
