import { randomUUID } from 'node:crypto';
import type { RequestOptions as CallOptions } from '@trainyard/client';
import { type trainingResolveSchema, trainingViewSchema } from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import { Argument, type Command } from 'commander';
import type { z } from 'zod';
import { watchTraining } from '../../report/follow-training.ts';
import { loadTimeNote } from '../../report/simulated-time.ts';
import { trainingLines } from '../../report/training-lines.ts';
import { findTrainingId } from '../../subjects/find-training.ts';
import { loadSubjectNames, resolveSubject } from '../../subjects/subject-names.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { type ExitCode, UsageError } from '../../terminal/exit.ts';
import { toShortId } from '../../terminal/format.ts';
import { type Assignments, collectAssignments, parseWholeNumber } from '../../terminal/options.ts';
import { addRequestOptions, buildRequestBody, type RequestOptions } from './request-body.ts';

interface RetryOptions {
  readonly policy?: string;
  readonly set?: Assignments;
  readonly priority?: number;
}

/** Adds `trainyard cancel`, `trainyard retry` and `trainyard resolve`. */
export function addActions(program: Command, run: CommandRunner): void {
  for (const add of [addCancel, addRetry, addResolve]) add(program, run);
}

function toActionPath(id: string, action: string): string {
  return `/api/trainings/${encodeURIComponent(id)}/${action}`;
}

/** Posts the action and writes the resulting training. */
async function postAction(
  { server, output }: Context,
  path: string,
  requestOptions: Pick<CallOptions, 'body' | 'idempotencyKey'>,
): Promise<undefined> {
  const connection = server();
  const training = await connection.request(path, trainingViewSchema, { method: 'POST', ...requestOptions });
  output.writeResult(training, trainingLines(training, await loadSubjectNames(connection)));
}

function addCancel(program: Command, run: CommandRunner): void {
  program
    .command('cancel <training>')
    .description(
      'cancel a training, or the live training of a subject by id or name; a running training costs until RunPod confirms its end',
    )
    .option('--by <name>', 'name of the operator')
    .action(async (id: string, { by }: { readonly by?: string }, command: Command) =>
      run(command, async (context) => {
        const found = await findTrainingId(context.server(), id);
        return postAction(context, toActionPath(found, 'cancel'), { body: omitUndefined({ by }) });
      }),
    );
}

function addRetry(program: Command, run: CommandRunner): void {
  program
    .command('retry <training>')
    .description('create a new training with the same inputs')
    .option('--policy <name>', 'policy of the hyperparameters')
    .option('-s, --set <name=value>', 'hyperparameter, overrides the policy; repeatable', collectAssignments)
    .option('--priority <number>', 'lower runs first', parseWholeNumber)
    .action(async (id: string, { policy, set, priority }: RetryOptions, command: Command) =>
      run(command, (context) =>
        postAction(context, toActionPath(id, 'retry'), {
          body: omitUndefined({ policy, hyperparameters: set, priority }),
          idempotencyKey: randomUUID(),
        }),
      ),
    );
}

interface ResolveOptions {
  readonly run?: string;
  readonly runIsDead?: boolean;
  readonly attempt: number;
}

type ResolveBody = z.input<typeof trainingResolveSchema>;

function toResolveBody(action: ResolveBody['action'], options: ResolveOptions): ResolveBody {
  const { attempt } = options;
  if (action !== 'adopt') return { attempt, action, run_is_dead: options.runIsDead ?? false };
  if (options.run === undefined) throw new UsageError('Pass the run to adopt with --run.');
  return { attempt, action, runpod_job_id: options.run };
}

function addResolve(program: Command, run: CommandRunner): void {
  const action = new Argument('<action>', 'adopt a run, submit again, or give up');
  program
    .command('resolve <training>')
    .description('resolve an attempt that needs an operator (docs/concepts/unconfirmed-submissions.md)')
    .addArgument(action.choices(['adopt', 'resubmit', 'fail']))
    .option('--run <runpod-job-id>', 'the run to adopt')
    .option('--run-is-dead', 'confirm that no run of the attempt is alive; the confirmation is recorded')
    .requiredOption(
      '--attempt <n>',
      'attempt of the decision; refused if a different attempt is current by then',
      parseWholeNumber,
    )
    .action(async (id: string, decision: ResolveBody['action'], options: ResolveOptions, command: Command) =>
      run(command, (context) =>
        postAction(context, toActionPath(id, 'resolve'), { body: toResolveBody(decision, options) }),
      ),
    );
}

interface EnqueueOptions extends RequestOptions {
  readonly watch?: boolean;
  readonly idempotencyKey?: string;
}

/** Adds `trainyard enqueue`. */
export function addEnqueue(program: Command, run: CommandRunner): void {
  addRequestOptions(program.command('enqueue <subject>'))
    .description(
      'create a training of a subject by id or name; without --image the catalogue supplies the images',
    )
    .option('--idempotency-key <key>', 'makes a repeated request safe')
    .option('--watch', 'follow it to its end')
    .action(async (subject: string, options: EnqueueOptions, command: Command) =>
      run(command, (context) => enqueue(context, subject, options)),
    );
}

async function enqueue(
  context: Context,
  text: string,
  options: EnqueueOptions,
): Promise<ExitCode | undefined> {
  const server = context.server();
  const subject = await resolveSubject(server, text, options.kind);
  const training = await server.request('/api/trainings', trainingViewSchema, {
    method: 'POST',
    body: await buildRequestBody(subject, options),
    idempotencyKey: options.idempotencyKey ?? randomUUID(),
  });
  if (options.watch) return watchTraining(context, server, training.id);
  context.output.writeResult(training, [
    ...(await loadTimeNote(server, context.output)),
    ...trainingLines(training, await loadSubjectNames(server)),
    `Follow it:  npx trainyard watch ${toShortId(training.id)}`,
  ]);
  return undefined;
}

/** Adds `trainyard priority`. */
export function addPriority(program: Command, run: CommandRunner): void {
  program
    .command('priority')
    .argument('<training>')
    .argument('<priority>', 'lower runs first', parseWholeNumber)
    .description('change the priority of a queued training, or of that of a subject; lower runs first')
    .action(async (id: string, priority: number, _: object, command: Command) =>
      run(command, async ({ server, output }) => {
        const connection = server();
        const path = `/api/trainings/${await findTrainingId(connection, id)}`;
        const change = { method: 'PATCH', body: { priority } } as const;
        const training = await connection.request(path, trainingViewSchema, change);
        output.writeResult(training, trainingLines(training, await loadSubjectNames(connection)));
        return undefined;
      }),
    );
}
