import { InvalidRequestError, InvalidWorkflowError } from '@trainyard/application';
import { type PreviewView, previewSchema, type TrainingRequestBody } from '@trainyard/contracts';
import {
  countSamplePictures,
  DEFAULT_ESTIMATE_BASIS,
  DEFAULT_POLICY,
  defaultTrigger,
  estimate,
  parseHyperparameterSettings,
  type Resolution,
  resolveHyperparameters,
  type Subject,
  toModelName,
  toOutputDir,
} from '@trainyard/domain';
import {
  getPrice,
  getUsdPerSecond,
  openWorkflows,
  parseEnv,
  type SettingsSource,
  settingsSchema,
} from '@trainyard/runtime';
import type { Command } from 'commander';
import { previewLines } from '../../report/preview-lines.ts';
import { resolveSubject } from '../../subjects/subject-names.ts';
import type { CommandRunner } from '../../terminal/context.ts';
import { UsageError } from '../../terminal/exit.ts';
import { parseWholeNumber } from '../../terminal/options.ts';
import { addRequestOptions, buildRequestBody, type RequestOptions } from './request-body.ts';

interface PreviewOptions extends RequestOptions {
  readonly imageCount?: number;
}

/** Adds `trainyard preview`: by the server, or with `--image-count` without a server. */
export function addPreview(program: Command, run: CommandRunner): void {
  addRequestOptions(program.command('preview [subject]'))
    .description('show the request without creating a training; with --image-count no server is needed')
    .option('--image-count <number>', 'number of images; computed without a server', parseWholeNumber)
    .action(async (subjectId: string | undefined, options: PreviewOptions, command: Command) =>
      run(command, async ({ server, output, source }) => {
        const { imageCount } = options;
        if (imageCount !== undefined) {
          const subject: Subject = { kind: options.kind ?? 'actor', id: subjectId ?? 'preview' };
          const body = await buildRequestBody(subject, options);
          const preview = await previewOffline(source, subject, { ...body, image_count: imageCount });
          output.writeResult(preview, previewLines(preview));
          return undefined;
        }
        if (subjectId === undefined) throw new UsageError('Pass a subject or --image-count.');
        const connection = server();
        const subject = await resolveSubject(connection, subjectId, options.kind);
        const preview = await connection.request('/api/trainings/preview', previewSchema, {
          method: 'POST',
          body: await buildRequestBody(subject, options),
        });
        output.writeResult(preview, previewLines(preview));
        return undefined;
      }),
    );
}

/** Settings of a preview: neither key, endpoint nor stores are needed. */
const previewSettingsSchema = settingsSchema.pick({
  GPU_TYPE: true,
  GPU_PRICES: true,
  GPU_PRICES_AS_OF: true,
  GPUS_PER_WORKER: true,
  ACTOR_POLICY: true,
  STYLE_POLICY: true,
  WORKFLOW_TEMPLATE: true,
  FLUX_TRANSFORMER: true,
  FLUX_VAE: true,
  FLUX_CLIP_L: true,
  FLUX_T5: true,
  CONTAINER_DATASET_DIR: true,
  CONTAINER_OUTPUT_DIR: true,
});

/** The fields of a preview that need a server. */
type ServerField = 'checks' | 'start' | 'budgets' | 'data_checked' | 'dataset' | 'images' | 'version_name';

/** A preview without inspected images. */
type OfflinePreview = Omit<PreviewView, ServerField> & {
  readonly image_count: number;
};

/** A request with a number of images instead of addresses. */
type OfflineRequest = TrainingRequestBody & { readonly image_count: number };

type PreviewSettings = ReturnType<typeof parseEnv<typeof previewSettingsSchema.shape>>;

/**
 * Computes a preview by the rules and settings of the server, without a server. Throws SettingsError,
 * HyperparameterError or InvalidRequestError.
 */
async function previewOffline(
  source: SettingsSource,
  subject: Subject,
  request: OfflineRequest,
): Promise<OfflinePreview> {
  const settings = parseEnv(previewSettingsSchema, source);
  const resolution = resolveHyperparameters({
    kind: subject.kind,
    imageCount: request.image_count,
    policy: request.policy,
    overrides: request.hyperparameters,
    settings: parseHyperparameterSettings(source),
    defaultPolicy: { actor: settings.ACTOR_POLICY, style: settings.STYLE_POLICY ?? DEFAULT_POLICY.style },
  });
  const trigger = request.trigger ?? defaultTrigger(subject, subject.id);
  return {
    kind: subject.kind,
    subject_id: subject.id,
    image_count: request.image_count,
    ...toPreviewFields(resolution),
    trigger,
    sample_prompts: request.sample_prompts ?? [trigger],
    estimate: toEstimate(resolution, settings, countPictures(request)),
    workflow: { ...(await buildWorkflow(settings, resolution, { subject, request, trigger })) },
  };
}

/** Prompts create sample pictures unless the request forbids them, as at the server. */
function createsPictures({ validation, sample_prompts: prompts = [] }: OfflineRequest): boolean {
  return validation ?? prompts.length > 0;
}

/** One picture per prompt; the trigger is the only prompt by default. */
function countPictures(request: OfflineRequest): number {
  const { sample_prompts: samplePrompts = [''] } = request;
  return countSamplePictures({ validation: createsPictures(request), samplePrompts });
}

function toEstimate(
  resolution: Resolution,
  settings: PreviewSettings,
  pictures: number,
): PreviewView['estimate'] {
  const usdPerSecond = getUsdPerSecond(settings);
  const basis = { ...DEFAULT_ESTIMATE_BASIS, ...(usdPerSecond !== undefined && { usdPerSecond }) };
  const { durationSeconds, durationRangeSeconds, costUsd, costRangeUsd } = estimate(
    resolution.hyperparameters.max_train_steps,
    basis,
    pictures,
  );
  const price = getPrice(settings);
  return {
    samples: 0,
    price:
      price && usdPerSecond !== undefined
        ? { gpu_type: price.gpuType, usd_per_second: usdPerSecond, as_of: price.asOf }
        : null,
    duration_seconds: durationSeconds,
    duration_range_seconds: [...durationRangeSeconds],
    cost_usd: costUsd ?? null,
    cost_range_usd: costRangeUsd ? [...costRangeUsd] : null,
  };
}

interface WorkflowInputs {
  readonly subject: Subject;
  readonly request: OfflineRequest;
  readonly trigger: string;
}

async function buildWorkflow(
  settings: PreviewSettings,
  resolution: Resolution,
  { subject, request, trigger }: WorkflowInputs,
) {
  const workflows = await openWorkflows(settings);
  const { version_name: versionName } = request;
  const modelName = toModelName(subject, versionName);
  const facts = { trainingId: 'preview', attempt: 1, subject, modelName, versionName: versionName ?? 'V1' };
  try {
    return workflows.build({
      template: settings.WORKFLOW_TEMPLATE,
      hyperparameters: resolution.hyperparameters,
      trigger,
      classTokens: trigger,
      outputName: modelName,
      outputDir: toOutputDir(facts, settings.CONTAINER_OUTPUT_DIR),
      datasetDir: settings.CONTAINER_DATASET_DIR,
      samplePrompts: request.sample_prompts ?? [trigger],
      validation: createsPictures(request),
      ...(request.workflow_overrides && { overrides: request.workflow_overrides }),
    });
  } catch (error) {
    if (!(error instanceof InvalidWorkflowError)) throw error;
    const issues = error.issues.map(({ node, input, message }) => ({
      path: ['workflow', node, input].filter(Boolean).join('.'),
      message,
    }));
    throw new InvalidRequestError(issues, { cause: error });
  }
}

function toPreviewFields(resolution: Resolution) {
  return {
    ...resolution,
    preset: resolution.preset ?? null,
    hyperparameters: { ...resolution.hyperparameters },
    baseline: { ...resolution.baseline },
    reasons: { ...resolution.reasons },
    recommended: { ...resolution.recommended },
    overridden: [...resolution.overridden],
    warnings: resolution.warnings.map((warning) => ({ ...warning })),
    advice: resolution.advice.map((warning) => ({ ...warning })),
  };
}
