import type { ProviderHistory, StoredTraining } from './evidence.ts';

/** A condition that must hold after the demo. */
export interface Check {
  readonly ok: boolean;
  readonly text: string;
}

/** Facts that the checks evaluate. */
export interface Evidence {
  readonly maxConcurrency: number;
  readonly trained: number;
  /** Runs that Trainyard counted for all trainings, those of dead workers included. */
  readonly submittedRuns: number;
  readonly providerHistory: ProviderHistory;
  readonly stored: readonly StoredTraining[];
}

/** Minimum usage of the slots while work waits. */
const MIN_SLOT_USAGE = 0.95;

/** Evaluates all checks with their findings. Pure. */
export function evaluateChecks(evidence: Evidence): readonly Check[] {
  const { stored } = evidence;
  const storedChecks = [
    checkStored(stored, 'completed trainings', ({ training }) => training.status === 'completed'),
    checkStored(stored, 'models in the object store', ({ modelBytes }) => modelBytes > 0),
    checkStored(stored, 'manifests with a single entry of the training', isRecorded),
    checkStored(
      stored,
      'actors in the catalogue, their model without a verdict',
      ({ inCatalogue }) => inCatalogue,
    ),
  ];
  return [...providerChecks(evidence), ...(stored.length === 0 ? [] : storedChecks)];
}

function providerChecks({
  maxConcurrency,
  trained,
  submittedRuns,
  providerHistory,
}: Evidence): readonly Check[] {
  const { jobCount, maxLive, meanLiveWhileWaiting: mean, doubleAcceptances } = providerHistory;
  const expectedMaxLive = Math.min(maxConcurrency, trained);
  return [
    {
      ok: jobCount === submittedRuns,
      text: `runs accepted by the provider: ${jobCount}, as counted for ${trained} training(s)`,
    },
    { ok: doubleAcceptances === 0, text: `attempts accepted twice: ${doubleAcceptances}` },
    {
      ok: maxLive === expectedMaxLive,
      text: `maximum of live runs: ${maxLive} of ${maxConcurrency} slots`,
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

/** Formats the checks as lines. */
export function checkLines(checks: readonly Check[]): readonly string[] {
  return [
    '',
    'Checks against the simulator and the object store',
    ...checks.map(({ ok, text }) => `  ${ok ? '✓' : '✗'} ${text}`),
  ];
}
