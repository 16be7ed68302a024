import type { Connection } from '@trainyard/client';
import {
  type DeliveryView,
  deliveryPageSchema,
  deliveryViewSchema,
  notificationTestResponseSchema,
  trainingDetailSchema,
} from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import type { Command } from 'commander';
import { alignColumns } from '../../report/training-lines.ts';
import { findDeliveryId } from '../../subjects/find-listed.ts';
import type { CommandRunner } from '../../terminal/context.ts';
import { formatTime, toShortId } from '../../terminal/format.ts';
import { parseChoice, parseWholeNumber } from '../../terminal/options.ts';

/** Adds `trainyard deliveries`, `trainyard redeliver` and `trainyard notify-test`. */
export function addNotifications(program: Command, run: CommandRunner): void {
  for (const add of [addDeliveries, addRedeliver, addNotifyTest]) add(program, run);
}

function formatLastTry({ tries }: DeliveryView): string {
  const last = tries.at(-1);
  return last ? (last.reason ?? `${last.outcome}${last.status === null ? '' : ` ${last.status}`}`) : '–';
}

function deliveryLines(deliveries: readonly DeliveryView[]): readonly string[] {
  return alignColumns([
    ['DELIVERY', 'STATE', 'TYPE', 'DESTINATION', 'TRIES', 'LAST', 'NEXT'],
    ...deliveries.map((each) => [
      toShortId(each.id),
      each.state,
      each.type,
      each.destination,
      String(each.tries.length),
      formatLastTry(each),
      each.next_at === null ? '–' : formatTime(each.next_at),
    ]),
  ]);
}

interface ListOptions {
  readonly training?: string;
  readonly destination?: string;
  readonly state?: string;
  readonly limit: number;
  readonly cursor?: string;
}

function addDeliveries(program: Command, run: CommandRunner): void {
  program
    .command('deliveries')
    .description('list deliveries of notifications, newest first')
    .option('--training <id>', 'deliveries of this training')
    .option('--destination <name>', 'subscriber name, notify_url, mail or slack')
    .option('--state <state>', 'pending, delivered or failed', parseChoice('pending', 'delivered', 'failed'))
    .option('--limit <number>', 'maximum number of deliveries', parseWholeNumber, 50)
    .option('--cursor <cursor>', 'cursor of the page')
    .action((options: ListOptions, command: Command) =>
      run(command, async ({ output, server }) => {
        const { training, ...query } = options;
        const connection = server();
        const id = training === undefined ? undefined : await findTrainingId(connection, training);
        const page = await connection.request('/api/deliveries', deliveryPageSchema, {
          query: { ...query, training_id: id },
        });
        const more = page.next_cursor === null ? [] : [`More: --cursor ${page.next_cursor}`];
        output.writeResult(page, [...deliveryLines(page.deliveries), ...more]);
        return undefined;
      }),
    );
}

/** The list of deliveries knows whole ids only. */
async function findTrainingId({ request }: Connection, text: string): Promise<string> {
  return (await request(`/api/trainings/${encodeURIComponent(text)}`, trainingDetailSchema)).id;
}

function addRedeliver(program: Command, run: CommandRunner): void {
  program
    .command('redeliver <delivery>')
    .description('send a notification again under the same id')
    .action((id: string, _options: object, command: Command) =>
      run(command, async ({ output, server }) => {
        const connection = server();
        const path = `/api/deliveries/${encodeURIComponent(await findDeliveryId(connection, id))}/redeliver`;
        const delivery = await connection.request(path, deliveryViewSchema, { method: 'POST' });
        output.writeResult(delivery, deliveryLines([delivery]));
        return undefined;
      }),
    );
}

function addNotifyTest(program: Command, run: CommandRunner): void {
  program
    .command('notify-test')
    .description('send a test notification to every configured destination; see `deliveries` for the result')
    .option('--destination <name>', 'only to this destination')
    .action(({ destination }: { readonly destination?: string }, command: Command) =>
      run(command, async ({ output, server }) => {
        const sent = await server().request('/api/notifications/test', notificationTestResponseSchema, {
          method: 'POST',
          body: omitUndefined({ destination }),
        });
        output.writeResult(sent, deliveryLines(sent.deliveries));
        return undefined;
      }),
    );
}
