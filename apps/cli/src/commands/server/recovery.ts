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

interface RepairOptions {
  readonly dryRun?: boolean;
  readonly data: string;
}

const FAULTS: { readonly [W in Repair['what']]: string } = {
  version_missing: 'a version is missing',
  version_outdated: 'a version is not as the record has it',
  flag: 'a flag of the catalogue is not as the manifest has it',
  unreadable: 'a document cannot be read, and was left alone',
};

/** `trainyard repair`. */
export function addRepair(program: Command, run: CommandRunner): void {
  program
    .command('repair')
    .description('rebuild versions, manifests and good flags from the record, and tell what was changed')
    .option('--dry-run', 'only tell what is wrong; exit code 5 if anything is')
    .option('--data <dir>', 'where `trainyard up` keeps its own Redis and store', '.trainyard')
    .action(async (options: RepairOptions, command: Command) =>
      run(command, (context) => runRepair(context, options)),
    );
}

function formatValue(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function repairLines(repairs: readonly Repair[], dryRun: boolean): readonly string[] {
  return [
    ...repairs.map(
      ({ subject, what, trainingId, from, to }) =>
        `${subject.kind} ${subject.id}: ${FAULTS[what]}${trainingId === undefined ? '' : ` (training ${trainingId})`}: ${formatValue(from)} → ${formatValue(to)}`,
    ),
    repairs.length === 0
      ? 'Everything is as the record has it.'
      : `${repairs.length} ${dryRun ? 'to be put right; nothing was changed' : 'put right'}.`,
  ];
}

function toRepairView(repairs: readonly Repair[], dryRun: boolean) {
  return {
    dry_run: dryRun,
    repairs: repairs.map(({ subject, what, trainingId, from, to }) => ({
      kind: subject.kind,
      subject_id: subject.id,
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
