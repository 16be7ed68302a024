import type { TrainingDetail } from '@trainyard/contracts';
import { toTrainingPicturePath } from '../../../api/resources/pictures.ts';
import type { Version } from '../../../api/resources/versions.ts';

/** Version with its training; the training is undefined until it is loaded, and for a version of another tool. */
export interface TrainedVersion {
  readonly version: Version;
  readonly training: TrainingDetail | undefined;
}

/** Sample picture of a version. */
export interface Sample {
  readonly src: string;
  /** Prompt; null for a pruned training, whose prompts are no longer known. */
  readonly prompt: string | null;
}

/** Samples of several versions for one prompt, in the order of the versions. */
export interface SamplePrompt {
  readonly key: string;
  /** The prompt, or its number while no version knows it. */
  readonly title: string;
  readonly samples: readonly (Sample | undefined)[];
}

interface FoundSample extends Sample {
  readonly index: number;
}

/**
 * Aligns the samples of versions by their prompts. A sample without a known prompt counts as one of the prompt that another
 * version has at its number.
 */
export function alignSamples(versions: readonly TrainedVersion[]): readonly SamplePrompt[] {
  const found = versions.map(listSamples);
  const findPrompt = ({ prompt, index }: FoundSample): string | null =>
    prompt ?? found.flat().find((other) => other.index === index && other.prompt !== null)?.prompt ?? null;
  const toKey = (sample: FoundSample): string => findPrompt(sample) ?? `\0${sample.index}`;
  const titles = new Map(
    found.flat().map((sample) => [toKey(sample), findPrompt(sample) ?? `Prompt ${sample.index + 1}`]),
  );
  return [...titles].map(([key, title]) => ({
    key,
    title,
    samples: found.map((samples) => samples.find((sample) => toKey(sample) === key)),
  }));
}

function listSamples({ version, training }: TrainedVersion): readonly FoundSample[] {
  const { training_id: id, pictures } = version;
  if (id === undefined) return [];
  return pictures
    .filter(({ kind }) => kind === 'sample')
    .map(({ name, index }, at) => ({
      src: toTrainingPicturePath(id, name),
      index: index ?? at,
      prompt: training?.pictures.find((picture) => picture.name === name)?.prompt ?? null,
    }));
}

/** The address of the loss plot that the container drew; undefined without one. */
export function findLossPlot({ training_id: id, pictures }: Version): string | undefined {
  const plot = pictures.find(({ kind }) => kind === 'loss');
  return id === undefined || !plot ? undefined : toTrainingPicturePath(id, plot.name);
}

/** Why a completed version has no sample; undefined while its training is not loaded. */
export function explainMissingSamples({ version, training }: TrainedVersion): string | undefined {
  if (version.status !== 'completed') return 'No model, no pictures';
  if (version.training_id === undefined) return 'Imported without pictures';
  if (!training) return undefined;
  if (!training.validation) return 'Trained without sample pictures';
  return `No pictures beside the model: looked for attempt-${version.attempt ?? 1}_*`;
}
