import { z } from 'zod';
import { type RunningDemo, startDemo } from './demo.ts';

/** A running demo scene, and the trainings that its pictures show. */
export interface Scene {
  readonly url: string;
  /** Ids of trainings by their state in the scene. */
  readonly trainings: Readonly<Record<'running' | 'loading' | 'queued' | 'failed' | 'review', string>>;
  close(): Promise<void>;
}

const listSchema = z.object({
  trainings: z.array(z.object({ id: z.string(), status: z.string(), subject_id: z.string() })),
});

/** Starts `npm run demo -- --keep`, or uses the scene that runs at this URL. */
export async function openScene(runningUrl?: string): Promise<Scene> {
  const demo = runningUrl === undefined ? startDemo(['--keep']) : undefined;
  const url = runningUrl ?? (await waitForUrl(demo));
  try {
    const response = await fetch(`${url}/api/trainings?limit=100`);
    const { trainings } = listSchema.parse(await response.json());
    return { url, trainings: findTrainings(trainings), close: async () => demo?.close() };
  } catch (error) {
    await demo?.close();
    throw error;
  }
}

async function waitForUrl(demo: RunningDemo | undefined): Promise<string> {
  await demo?.waitFor(/^Running until Ctrl-C/);
  const [, url = ''] = (await demo?.waitFor(/^Studio +(\S+)/)) ?? [];
  return url;
}

function findTrainings(list: z.output<typeof listSchema>['trainings']): Scene['trainings'] {
  const find = (...statuses: readonly string[]): string => {
    const found = list.filter(({ status }) => statuses.includes(status));
    const id = found.at(-1)?.id;
    if (id === undefined) throw new Error(`The scene has no training with status ${statuses.join(' or ')}`);
    return id;
  };
  const live = list.filter(({ status }) => status === 'running' || status === 'submitted');
  return {
    running: live.at(-1)?.id ?? find('completed'),
    loading: live[0]?.id ?? find('completed'),
    queued: find('queued'),
    failed: find('failed'),
    review: list.find(({ status, subject_id: id }) => status === 'completed' && id !== '0001')?.id ?? '',
  };
}
