import { trainingDataGoodSchema, versionResponseSchema } from '@trainyard/contracts';
import type { Command } from 'commander';
import { resolveSubject } from '../../subjects/subject-names.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { UsageError } from '../../terminal/exit.ts';
import { parseChoice } from '../../terminal/options.ts';

interface MarkOptions {
  readonly kind?: 'actor' | 'style';
  readonly data?: boolean;
  readonly undo?: boolean;
  readonly unverified?: boolean;
}

/** Adds `trainyard mark-good`. */
export function addMarkGood(program: Command, run: CommandRunner): void {
  program
    .command('mark-good <subject> [version]')
    .description(
      'mark a version as good, by its id, name or training id; with --data the training data of an actor',
    )
    .option(
      '--kind <kind>',
      'actor or style (default: the kind of the subject)',
      parseChoice('actor', 'style'),
    )
    .option('--data', 'mark the training data instead of a version')
    .option('--undo', 'remove the mark')
    .option('--unverified', 'confirm that you checked a model that Trainyard could not verify')
    .action(async (text: string, version: string | undefined, options: MarkOptions, command: Command) =>
      run(command, (context) => mark(context, { text, version, options })),
    );
}

interface Mark {
  readonly text: string;
  readonly version: string | undefined;
  readonly options: MarkOptions;
}

async function mark({ server, output }: Context, { text, version, options }: Mark): Promise<undefined> {
  const good = !options.undo;
  const label = good ? 'good' : 'not good';
  const connection = server();
  const { kind, id } = await resolveSubject(connection, text, options.kind);
  const subject = `/api/${kind}s/${encodeURIComponent(id)}`;
  if (options.data) {
    if (kind === 'style') throw new UsageError('--data applies to actors only.');
    const answer = await connection.request(`${subject}/training-data/mark-good`, trainingDataGoodSchema, {
      method: 'POST',
      body: { good },
    });
    output.writeResult(answer, [`Training data of actor ${id}: ${label}`]);
    return;
  }
  if (version === undefined) throw new UsageError('Pass a version or --data.');
  const answer = await connection.request(`${subject}/mark-good`, versionResponseSchema, {
    method: 'POST',
    body: { version_id: version, good, ...(options.unverified && { unverified: true }) },
  });
  output.writeResult(answer, [`Version ${answer.version.name} of ${kind} ${id}: ${label}`]);
}
