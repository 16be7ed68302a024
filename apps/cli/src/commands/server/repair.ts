import { type Repair, repair } from '@trainyard/application';
import type { Command } from 'commander';
import { withLocalDeps } from '../../embedded/local-deps.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { EXIT, type ExitCode } from '../../terminal/exit-codes.ts';

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
