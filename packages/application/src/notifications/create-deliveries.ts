import { isTerminal, type Training } from '@trainyard/domain';
import { trainingsOf } from '../auto-train/enqueue.ts';
import type { Deps } from '../deps.ts';
import {
  type Destination,
  type News,
  type NewsOfBatch,
  type NewsOfTraining,
  NOTIFY_URL,
} from '../ports/notifications.ts';
import { StoreUnavailableError } from '../ports/training-store.ts';
import { batchData, bodyOf, gateBody, trainingBody } from './payload.ts';
import { deliveryIdOf, newDelivery } from './delivery.ts';
import { seedBody } from './legacy-payload.ts';

export type AnnounceDeps = Pick<
  Deps,
  'store' | 'deliveries' | 'messenger' | 'messageErrands' | 'clock' | 'settings' | 'log'
>;

const AT_ONCE = 200;
const AGAIN_AFTER_MS = 30_000;

type Body = Readonly<Record<string, unknown>>;
type Told = Pick<News, 'id' | 'at' | 'type'> & { readonly trainingId?: string; readonly batchId?: string };

const wants = ({ events }: Destination, type: string): boolean =>
  events.some(
    (each) => each === '*' || each === type || (each.endsWith('.*') && type.startsWith(each.slice(0, -1))),
  );

const post = async (
  deps: AnnounceDeps,
  told: Told,
  to: { readonly destination: string; readonly lane: string; readonly body: Body },
): Promise<void> => {
  const { trainingId, batchId, type } = told;
  const delivery = newDelivery(
    {
      ...to,
      id: deliveryIdOf(told, to.destination),
      type,
      ...(trainingId !== undefined && { trainingId }),
      ...(batchId !== undefined && { batchId }),
    },
    deps.clock.now(),
  );
  if ((await deps.deliveries.create(delivery)) === 'created') await deps.messageErrands.hurry(to.lane);
};

const postToAll = async (
  deps: AnnounceDeps,
  told: Told,
  { body, spare }: { readonly body: Body; readonly spare?: Destination['batch'] },
): Promise<void> => {
  for (const destination of deps.messenger.destinations)
    if (wants(destination, told.type) && destination.batch !== spare)
      await post(deps, told, { destination: destination.name, lane: destination.name, body });
};

/** Whoever asked for the training, at the address that came with it; the seeds' own callers in the seeds' words. */
const postToCaller = async (deps: AnnounceDeps, news: NewsOfTraining, training: Training): Promise<void> => {
  const { notifyUrl, notifyPayload } = training.request;
  if (notifyUrl === undefined || (notifyPayload === 'seed' && !isTerminal(training))) return;
  const body = notifyPayload === 'seed' ? seedBody(training) : trainingBody(news, training);
  await post(deps, news, { destination: NOTIFY_URL, lane: `${NOTIFY_URL}@${new URL(notifyUrl).host}`, body });
};

const announceTraining = async (deps: AnnounceDeps, news: NewsOfTraining): Promise<void> => {
  const training = await deps.store.load(news.trainingId);
  if (!training) return;
  const { batchId } = training.request;
  const inBatch = batchId !== undefined && news.type !== 'training.needs_attention';
  await postToCaller(deps, news, training);
  await postToAll(deps, news, {
    body: trainingBody(news, training),
    ...(inBatch && { spare: 'digest' as const }),
  });
};

const announceBatch = async (deps: AnnounceDeps, news: NewsOfBatch): Promise<void> => {
  const trainings = await trainingsOf(deps, news.batchId);
  const body = bodyOf(news.type, news.at, batchData(news.batchId, trainings));
  await postToAll(deps, news, { body, spare: 'each' });
};

const announceOne = (deps: AnnounceDeps, news: News): Promise<void> => {
  if ('trainingId' in news) return announceTraining(deps, news);
  if ('batchId' in news) return announceBatch(deps, news);
  const body = 'gate' in news ? gateBody(news) : bodyOf(news.type, news.at, news.data);
  return postToAll(deps, news, { body });
};

/**
 * Makes of each piece of news one delivery for everyone who asked for it, and only then forgets it. A crash in between
 * repeats it, and finds the same deliveries. What cannot be told keeps nothing else waiting.
 * @returns after how many ms there is news again; undefined when there is none
 */
export const announce = async (deps: AnnounceDeps): Promise<number | undefined> => {
  let waitMs = 0;
  for (const { news, receipt } of await deps.deliveries.untold(deps.clock.now(), AT_ONCE)) {
    try {
      await announceOne(deps, news);
      await deps.deliveries.told(receipt);
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      deps.log.error('news_not_told', { news: news.id, type: news.type, error });
      waitMs = AGAIN_AFTER_MS;
    }
  }
  const nextAt = await deps.deliveries.nextNewsAt();
  return nextAt === undefined ? undefined : Math.max(waitMs, nextAt - deps.clock.now());
};
