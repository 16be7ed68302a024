import { trainingDataGoodSchema, versionListSchema } from '@trainyard/contracts';
import type { Subject } from '@trainyard/domain';
import type { Command } from 'commander';
import { resolveSubject } from '../../subjects/subject-names.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { UsageError } from '../../terminal/exit.ts';
import { parseChoice } from '../../terminal/options.ts';

interface MarkOptions {
  readonly kind?: 'actor' | 'style';
  readonly data?: boolean;
  readonly notGood?: boolean;
  readonly clear?: boolean;
  readonly undo?: boolean;
  readonly unverified?: boolean;
}

/** Adds `trainyard mark-good`. */
export function addMarkGood(program: Command, run: CommandRunner): void {
  program
    .command('mark-good <subject> [versions...]')
    .description(
      'judge versions, by id, name or training id: one good, or many not good; with --data the training data of an actor',
    )
    .option(
      '--kind <kind>',
      'actor or style (default: the kind of the subject)',
      parseChoice('actor', 'style'),
    )
    .option('--data', 'mark the training data instead of versions')
    .option('--not-good', 'record that the versions or the data are not good')
    .option('--clear', 'take the verdicts back')
    .option('--undo', 'same as --clear; with --data same as --not-good')
    .option('--unverified', 'confirm that you checked a model that Trainyard could not verify')
    .action(async (text: string, versions: readonly string[], options: MarkOptions, command: Command) =>
      run(command, (context) => mark(context, { text, versions, options })),
    );
}

interface Mark {
  readonly text: string;
  readonly versions: readonly string[];
  readonly options: MarkOptions;
}

async function mark(context: Context, { text, versions, options }: Mark): Promise<undefined> {
  if (options.notGood && (options.clear || options.undo))
    throw new UsageError('Pass one of --not-good and --clear.');
  const subject = await resolveSubject(context.server(), text, options.kind);
  await (options.data ? markData(context, subject, options) : judge(context, subject, { versions, options }));
}

async function markData(
  { server, output }: Context,
  { kind, id }: Subject,
  options: MarkOptions,
): Promise<void> {
  if (kind === 'style') throw new UsageError('--data applies to actors only.');
  if (options.clear) throw new UsageError('--clear applies to versions only; pass --not-good.');
  const good = !(options.notGood || options.undo);
  const path = `/api/actors/${encodeURIComponent(id)}/training-data/mark-good`;
  const answer = await server().request(path, trainingDataGoodSchema, { method: 'POST', body: { good } });
  const consequence = [
    `Auto-train skips actor ${id} until its training data are marked as good:`,
    `  npx trainyard mark-good ${quoteArgument(id)} --data`,
  ];
  output.writeResult(answer, [
    `Training data of actor ${id}: ${good ? 'good' : 'not good'}`,
    ...(good ? [] : consequence),
  ]);
}

async function judge(
  { server, output }: Context,
  { kind, id }: Subject,
  { versions, options }: Pick<Mark, 'versions' | 'options'>,
): Promise<void> {
  if (versions.length === 0) throw new UsageError('Pass a version or --data.');
  const good = options.clear || options.undo ? null : !options.notGood;
  if (good && versions.length > 1)
    throw new UsageError(
      `A subject has at most one good version, not ${versions.length}: pass one version, or --not-good.`,
    );
  const confirmed = options.unverified ? { unverified: true } : {};
  const body = { versions: versions.map((version) => ({ version_id: version, good, ...confirmed })) };
  const path = `/api/${kind}s/${encodeURIComponent(id)}/verdicts`;
  const answer = await server().request(path, versionListSchema, { method: 'POST', body });
  const lines = answer.versions.map(
    ({ name, verdict }) => `Version ${name} of ${kind} ${id}: ${VERDICT_LABELS[verdict ?? 'none']}`,
  );
  const [version] = answer.versions;
  output.writeResult(answer, [...lines, ...(good && version ? goodLines({ kind, id }, version.name) : [])]);
}

/** The consequence of a good version, and the command that takes the verdict back. */
function goodLines({ kind, id }: Subject, version: string): readonly string[] {
  const undo = `npx trainyard mark-good ${quoteArgument(id)} ${quoteArgument(version)}`;
  return kind === 'actor'
    ? [`Auto-train skips actor ${id} while it has a good version. To take it back:`, `  ${undo} --clear`]
    : ['To take it back:', `  ${undo} --kind style --clear`];
}

/** Quotes an argument that a shell would split or expand. */
function quoteArgument(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

const VERDICT_LABELS = { good: 'good', not_good: 'not good', none: 'no verdict' } as const;
