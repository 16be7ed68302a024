import { type Recovered, recover } from '@trainyard/application';
import type { Command } from 'commander';
import { onSite } from '../../embedded/on-site.ts';
import type { Context, Run } from '../../program/context.ts';
import { EXIT, type ExitCode } from '../../program/exit-codes.ts';

interface Options {
  readonly dryRun?: boolean;
  readonly data: string;
}

/** What each action means to a person. */
const ACTIONS: { readonly [A in Recovered['action']]: string } = {
  requeued: 'wait again',
  doubted: 'are in doubt, and are settled by evidence before anything is sent again',
  restored: 'are as they were',
  known: 'were not lost',
};

const countsOf = (recovered: readonly Recovered[]): Readonly<Record<Recovered['action'], number>> => {
  const counts = { requeued: 0, doubted: 0, restored: 0, known: 0 };
  for (const { action } of recovered) counts[action] += 1;
  return counts;
};

const linesOf = (recovered: readonly Recovered[], dryRun: boolean): readonly string[] => {
  const counts = countsOf(recovered);
  const actions = Object.keys(ACTIONS) as Recovered['action'][];
  return [
    ...recovered
      .filter(({ action }) => action !== 'known')
      .map(({ trainingId, action, status }) => `${trainingId}  ${action}  ${status}`),
    ...(dryRun ? ['Nothing was changed. With a recovery:'] : []),
    ...actions.map((action) => `${counts[action]} ${ACTIONS[action]}`),
  ];
};

const act = async (context: Context, { dryRun = false, data }: Options): Promise<ExitCode> => {
  const recovered = await onSite(context, data, (deps) => recover(deps, { dryRun }));
  const trainings = recovered.map(({ trainingId, ...rest }) => ({ training_id: trainingId, ...rest }));
  const answer = { dry_run: dryRun, by_action: countsOf(recovered), trainings };
  context.output.answer(answer, linesOf(recovered, dryRun));
  return EXIT.ok;
};

/** `trainyard recover`. */
export const addRecover = (program: Command, run: Run): void => {
  program
    .command('recover')
    .description('after Redis was lost: put back what the object store tells of, and open the gate again')
    .option('--dry-run', 'only tell what would be done')
    .option('--data <dir>', 'where `trainyard up` keeps its own Redis and store', '.trainyard')
    .action(async (options: Options, command: Command) => run(command, (context) => act(context, options)));
};
