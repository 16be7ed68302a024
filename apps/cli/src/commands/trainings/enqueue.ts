import { randomUUID } from 'node:crypto';
import { trainingViewSchema } from '@trainyard/contracts';
import type { Command } from 'commander';
import { watchTraining } from '../../report/follow-training.ts';
import { trainingLines } from '../../report/training-lines.ts';
import type { CommandRunner } from '../../terminal/context.ts';
import { addRequestOptions, buildRequestBody, type RequestOptions } from './request-body.ts';

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
