import { randomUUID } from 'node:crypto';
import type { RequestOptions } from '@trainyard/client';
import { type trainingResolveSchema, trainingViewSchema } from '@trainyard/contracts';
import { Argument, type Command } from 'commander';
import type { z } from 'zod';
import { watchTraining } from '../../report/follow-training.ts';
import { trainingLines } from '../../report/training-lines.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { UsageError } from '../../terminal/exit.ts';
import {
  type Assignments,
  collectAssignments,
  omitUndefined,
  parseWholeNumber,
} from '../../terminal/options.ts';
import { addRequestOptions, buildRequestBody, type RequestOptions } from './request-body.ts';

interface RetryOptions {
  readonly policy?: string;
  readonly set?: Assignments;
  readonly priority?: number;
}

/** `trainyard cancel`, `trainyard retry` and `trainyard resolve`. */
export function addActions(program: Command, run: CommandRunner): void {
  for (const add of [addCancel, addRetry, addResolve]) add(program, run);
}

function toActionPath(id: string, action: string): string {
  return `/api/trainings/${encodeURIComponent(id)}/${action}`;
}

/** Tells the server, and shows the training as it is then. */
async function postAction(
  { server, output }: Context,
  path: string,
  requestOptions: Pick<RequestOptions, 'body' | 'idempotencyKey'>,
): Promise<undefined> {
  const training = await server().request(path, trainingViewSchema, { method: 'POST', ...requestOptions });
  output.writeResult(training, trainingLines(training));
}

function addCancel(program: Command, run: CommandRunner): void {
  program
    .command('cancel <training>')
    .description('cancel it; one that runs is cancelling until the provider confirms it')
    .option('--by <name>', 'who wants it')
    .action(async (id: string, { by }: { readonly by?: string }, command: Command) =>
      run(command, (context) =>
        postAction(context, toActionPath(id, 'cancel'), { body: omitUndefined({ by }) }),
      ),
    );
}

function addRetry(program: Command, run: CommandRunner): void {
  program
    .command('retry <training>')
    .description('train the same inputs again, as a training of its own')
    .option('--policy <name>', 'another policy')
    .option('-s, --set <name=value>', 'another hyperparameter; may come several times', collectAssignments)
    .option('--priority <number>', 'lower is sooner', parseWholeNumber)
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
  readonly attempt?: number;
}

type ResolveBody = z.input<typeof trainingResolveSchema>;

function toResolveBody(action: ResolveBody['action'], options: ResolveOptions): ResolveBody {
  const { attempt } = options;
  const attemptField = attempt === undefined ? {} : { attempt };
  if (action !== 'adopt') return { ...attemptField, action, run_is_dead: options.runIsDead ?? false };
  if (options.run === undefined) throw new UsageError('Name the run to adopt with --run.');
  return { ...attemptField, action, runpod_job_id: options.run };
}

function addResolve(program: Command, run: CommandRunner): void {
  const action = new Argument('<action>', 'take a run for its own, send it again, or give it up');
  program
    .command('resolve <training>')
    .description('settle a submission that may or may not have reached the provider')
    .addArgument(action.choices(['adopt', 'resubmit', 'fail']))
    .option('--run <runpod-job-id>', 'the run to adopt')
    .option('--run-is-dead', 'your word, which is recorded, that no run of it lives')
    .option(
      '--attempt <n>',
      'of which attempt you speak: refused when another one is in doubt by then',
      Number,
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

/** `trainyard enqueue`. */
export function addEnqueue(program: Command, run: CommandRunner): void {
  addRequestOptions(program.command('enqueue <subject-id>'))
    .description('ask for a training; without images they come from the catalogue')
    .option('--idempotency-key <key>', 'makes it safe to ask again')
    .option('--watch', 'follow it to its end')
    .action(async (subjectId: string, options: EnqueueOptions, command: Command) =>
      run(command, async (context) => {
        const server = context.server();
        const training = await server.request('/api/trainings', trainingViewSchema, {
          method: 'POST',
          body: await buildRequestBody(subjectId, options),
          idempotencyKey: options.idempotencyKey ?? randomUUID(),
        });
        if (options.watch) return watchTraining(server, training.id, context.output);
        context.output.writeResult(training, trainingLines(training));
        return undefined;
      }),
    );
}
