import type { ProviderHistory, StoredTraining } from './evidence.ts';

/** One thing that must be so after the demo. */
export interface Check {
  readonly ok: boolean;
  readonly text: string;
}

export interface Evidence {
  readonly maxConcurrency: number;
  readonly trained: number;
  readonly providerHistory: ProviderHistory;
  readonly stored: readonly StoredTraining[];
}

/** How full the slots must be while work waits. */
const MIN_SLOT_USAGE = 0.95;

/** Everything that must be so, with what was found. Pure. */
export function evaluateChecks(evidence: Evidence): readonly Check[] {
  const { stored } = evidence;
  const storedChecks = [
    checkStored(stored, 'trainings that completed', ({ training }) => training.status === 'completed'),
    checkStored(stored, 'models in the object store', ({ modelBytes }) => modelBytes > 0),
    checkStored(stored, 'manifests with exactly one entry of the training', isRecorded),
    checkStored(
      stored,
      'actors in the catalogue, their model not yet judged',
      ({ inCatalogue }) => inCatalogue,
    ),
  ];
  return [...providerChecks(evidence), ...(stored.length === 0 ? [] : storedChecks)];
}

function providerChecks({ maxConcurrency, trained, providerHistory }: Evidence): readonly Check[] {
  const { jobCount, maxLive, meanLiveWhileWaiting: mean, doubleAcceptances } = providerHistory;
  const expectedMaxLive = Math.min(maxConcurrency, trained);
  return [
    {
      ok: jobCount === trained,
      text: `runs that the provider accepted: ${jobCount} for ${trained} training(s)`,
    },
    { ok: doubleAcceptances === 0, text: `attempts that were accepted twice: ${doubleAcceptances}` },
    {
      ok: maxLive === expectedMaxLive,
      text: `most runs alive at once: ${maxLive} of ${maxConcurrency} slots`,
    },
    ...(mean === undefined
      ? []
      : [
          {
            ok: mean >= maxConcurrency * MIN_SLOT_USAGE,
            text: `mean of live runs while work waited: ${mean.toFixed(2)} (at least ${(maxConcurrency * MIN_SLOT_USAGE).toFixed(2)})`,
          },
        ]),
  ];
}

function isRecorded({ training, versions }: StoredTraining): boolean {
  return (
    versions.length === 1 &&
    versions[0]?.status === 'completed' &&
    versions[0].loraUrl === training.model?.lora_url
  );
}

function checkStored(
  stored: readonly StoredTraining[],
  text: string,
  isOk: (each: StoredTraining) => boolean,
): Check {
  const failing = stored.filter((each) => !isOk(each)).map(({ training }) => training.subject_id);
  return {
    ok: failing.length === 0,
    text:
      failing.length === 0
        ? `${text}: ${stored.length} of ${stored.length}`
        : `${text}: not for ${failing.join(', ')}`,
  };
}

/** The checks as lines. */
export function checkLines(checks: readonly Check[]): readonly string[] {
  return [
    '',
    'What the provider and the store say',
    ...checks.map(({ ok, text }) => `  ${ok ? '✓' : '✗'} ${text}`),
  ];
}
