import type { KeptTraining, ProviderRecord } from './evidence.ts';

/** One thing that must be so after the demo. */
export interface Check {
  readonly ok: boolean;
  readonly text: string;
}

export interface Evidence {
  readonly bound: number;
  readonly trained: number;
  readonly provider: ProviderRecord;
  readonly kept: readonly KeptTraining[];
}

/** How full the slots must be while work waits. */
const FULL_ENOUGH = 0.95;

const providerChecks = ({ bound, trained, provider }: Evidence): readonly Check[] => {
  const { jobCount, maxLive, meanLiveWhileWaiting: mean, doubleAcceptances } = provider;
  const most = Math.min(bound, trained);
  return [
    {
      ok: jobCount === trained,
      text: `runs that the provider accepted: ${jobCount} for ${trained} training(s)`,
    },
    { ok: doubleAcceptances === 0, text: `attempts that were accepted twice: ${doubleAcceptances}` },
    { ok: maxLive === most, text: `most runs alive at once: ${maxLive} of ${bound} slots` },
    ...(mean === undefined
      ? []
      : [
          {
            ok: mean >= bound * FULL_ENOUGH,
            text: `mean of live runs while work waited: ${mean.toFixed(2)} (at least ${(bound * FULL_ENOUGH).toFixed(2)})`,
          },
        ]),
  ];
};

const isRecorded = ({ training, versions }: KeptTraining): boolean =>
  versions.length === 1 &&
  versions[0]?.status === 'completed' &&
  versions[0].loraUrl === training.model?.lora_url;

const keptCheck = (
  kept: readonly KeptTraining[],
  text: string,
  holds: (each: KeptTraining) => boolean,
): Check => {
  const lacking = kept.filter((each) => !holds(each)).map(({ training }) => training.subject_id);
  return {
    ok: lacking.length === 0,
    text:
      lacking.length === 0
        ? `${text}: ${kept.length} of ${kept.length}`
        : `${text}: not for ${lacking.join(', ')}`,
  };
};

/** Everything that must be so, with what was found. Pure. */
export const checksOf = (evidence: Evidence): readonly Check[] => {
  const { kept } = evidence;
  const rest = [
    keptCheck(kept, 'trainings that completed', ({ training }) => training.status === 'completed'),
    keptCheck(kept, 'models in the object store', ({ modelBytes }) => modelBytes > 0),
    keptCheck(kept, 'manifests with exactly one entry of the training', isRecorded),
    keptCheck(kept, 'actors in the catalogue, their model not yet judged', ({ inCatalogue }) => inCatalogue),
  ];
  return [...providerChecks(evidence), ...(kept.length === 0 ? [] : rest)];
};

/** The checks as lines. */
export const checkLines = (checks: readonly Check[]): readonly string[] => [
  '',
  'What the provider and the store say',
  ...checks.map(({ ok, text }) => `  ${ok ? '✓' : '✗'} ${text}`),
];
