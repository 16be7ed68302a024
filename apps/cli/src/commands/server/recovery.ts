import {
  type RecoveredTraining,
  type RecoveryReport,
  type Repair,
  recover,
  repair,
} from '@trainyard/application';
import type { Command } from 'commander';
import { withLocalDeps } from '../../embedded/local-deps.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { EXIT, type ExitCode } from '../../terminal/exit.ts';

interface RecoverOptions {
  readonly dryRun?: boolean;
  readonly withoutUnreadable?: boolean;
  readonly data: string;
}

/** Text of each recovery action. */
const ACTIONS: { readonly [A in RecoveredTraining['action']]: string } = {
  requeued: 'requeued',
  unconfirmed: 'unconfirmed: evidence decides before any further submission',
  restored: 'restored',
  known: 'not lost',
};

/** Adds `trainyard recover` (docs/operations/backup-and-recovery.md). */
export function addRecover(program: Command, run: CommandRunner): void {
  program
    .command('recover')
    .description('restore the state after Redis lost data or was restored from an old copy')
    .option('--dry-run', 'report without changes')
    .option(
      '--without-unreadable',
      'resume dispatch without the unreadable documents; their contents are lost',
    )
    .option('--data <dir>', 'data folder of `trainyard up`', '.trainyard')
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

/** Lines about unreadable documents and the state of dispatch. */
function unreadableLines({ unreadable, opened }: RecoveryReport, dryRun: boolean): readonly string[] {
  if (unreadable.length === 0) return [];
  const stopped = dryRun ? 'dispatch would stay stopped' : 'dispatch stays stopped';
  return [
    `${unreadable.length} unreadable documents; ${opened ? 'dispatch was resumed without them' : stopped}.`,
    ...(opened ? [] : ['Repair or move them and run the command again, or pass --without-unreadable.']),
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
    ...(dryRun ? ['Dry run: no changes. A recovery would result in:'] : []),
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

interface RepairOptions {
  readonly dryRun?: boolean;
  readonly data: string;
}

const FAULTS: { readonly [W in Repair['what']]: string } = {
  version_missing: 'a version is missing',
  version_outdated: 'a version differs from the state store',
  flag: 'a flag of the catalogue differs from the manifest',
  unreadable: 'a document cannot be read and was not changed',
};

/** Adds `trainyard repair` (docs/operations/backup-and-recovery.md). */
export function addRepair(program: Command, run: CommandRunner): void {
  program
    .command('repair')
    .description('rebuild versions, manifests and good flags from the state store, and report each change')
    .option('--dry-run', 'report differences without changes; exit code 5 if there are any')
    .option('--data <dir>', 'data folder of `trainyard up`', '.trainyard')
    .action(async (options: RepairOptions, command: Command) =>
      run(command, (context) => runRepair(context, options)),
    );
}

function formatValue(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}

function repairLines(repairs: readonly Repair[], dryRun: boolean): readonly string[] {
  return [
    ...repairs.map(
      ({ subject, what, trainingId, from, to }) =>
        `${subject ? `${subject.kind} ${subject.id}` : 'unknown subject'}: ${FAULTS[what]}${trainingId === undefined ? '' : ` (training ${trainingId})`}: ${formatValue(from)} → ${formatValue(to)}`,
    ),
    repairs.length === 0
      ? 'No differences.'
      : `${repairs.filter(({ what }) => what !== 'unreadable').length} ${dryRun ? 'to repair; no changes made' : 'repaired'}.`,
  ];
}

function toRepairView(repairs: readonly Repair[], dryRun: boolean) {
  return {
    dry_run: dryRun,
    repairs: repairs.map(({ subject, what, trainingId, from, to }) => ({
      kind: subject?.kind ?? null,
      subject_id: subject?.id ?? null,
      what,
      training_id: trainingId ?? null,
      from: from ?? null,
      to: to ?? null,
    })),
  };
}

async function runRepair(context: Context, { dryRun = false, data }: RepairOptions): Promise<ExitCode> {
  const repairs = await withLocalDeps(context, data, (deps) => repair(deps, { dryRun }));
  context.output.writeResult(toRepairView(repairs, dryRun), repairLines(repairs, dryRun));
  return dryRun && repairs.length > 0 ? EXIT.unsuccessful : EXIT.ok;
}
