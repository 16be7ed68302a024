import { InvalidRequestError, type Issue, type TrainCommand } from '@trainyard/application';
import type { TrainingStartBody } from '@trainyard/contracts';
import { omitUndefined, parseModelName, type Subject, toSubject, toSubjectKind } from '@trainyard/domain';

type Config = TrainingStartBody['input']['training_config'];

const CONFIG = 'input.training_config';

/** A request id of the legacy tools is `<subject>_<time>`, for example `0000_1234567890`. */
function parseSubjectId(requestId: string | undefined): string | undefined {
  return /^(.+)_\d+$/.exec(requestId ?? '')?.[1];
}

interface NamedSubject {
  readonly subject: Subject;
  readonly versionName?: string;
}

function toConfigError(path: string, message: string, value: unknown): InvalidRequestError {
  return new InvalidRequestError([{ path: `${CONFIG}.${path}`, message, value }]);
}

/** When the request id names the subject too, it shows where a subject id with underscores ends in the model name. */
function parseByRequestId(
  { model_name: name, request_id }: Config,
  kind: Subject['kind'],
): NamedSubject | undefined {
  const id = parseSubjectId(request_id);
  const prefix = `${kind}_${id}`;
  if (id === undefined || !`${name}_`.startsWith(`${prefix}_`)) return undefined;
  const versionName = name.slice(prefix.length + 1);
  return { subject: toSubject(kind, id), ...(versionName !== '' && { versionName }) };
}

/** Reads the kind from the mode; subject and version from the model name, else from the request id. */
function parseSubject(config: Config): NamedSubject {
  const kind = toSubjectKind(config.mode);
  const named = parseByRequestId(config, kind) ?? parseModelName(config.model_name);
  if (named && named.subject.kind !== kind)
    throw toConfigError(
      'model_name',
      `names the kind ${named.subject.kind}, but mode is ${config.mode}`,
      config.model_name,
    );
  if (named) return named;
  const id = parseSubjectId(config.request_id);
  if (id !== undefined) return { subject: toSubject(kind, id) };
  const shape = `${kind}_<id>_<version>`;
  throw toConfigError(
    'model_name',
    `does not name the ${kind}: expected ${shape}, or a request_id <id>_<time>`,
    config.model_name,
  );
}

/** The fields of `training_config` that Trainyard reads or sets itself. */
const KNOWN_FIELDS = [
  'mode',
  'user_id',
  'tenant_id',
  'request_id',
  'model_name',
  'learning_rate',
  'max_train_steps',
  'training_id',
  'attempt',
  'output_key',
];

/** The other fields of `training_config`, which the container gets unchanged; undefined without one. */
function pickContainerConfig(config: Config): Readonly<Record<string, unknown>> | undefined {
  const entries = Object.entries(config).filter(([name]) => !KNOWN_FIELDS.includes(name));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/**
 * Maps the body of `POST /api/training/start` to the command of the use case. Throws InvalidRequestError when it names no
 * subject.
 */
export function parseLegacyRequest(body: TrainingStartBody): TrainCommand {
  const { workflow, training_data, training_config: config } = body.input;
  const { learning_rate, max_train_steps } = config;
  return {
    ...parseSubject(config),
    ...omitUndefined({
      workflow,
      requestId: config.request_id,
      userId: config.user_id,
      tenantId: config.tenant_id,
      containerConfig: pickContainerConfig(config),
    }),
    images: training_data.s3_urls,
    modelName: config.model_name,
    hyperparameters: omitUndefined({ learning_rate, max_train_steps }),
    source: 'person',
  };
}

const LEGACY_PATHS: readonly (readonly [RegExp, string])[] = [
  [/^images(?=\.|$)/, 'input.training_data.s3_urls'],
  [/^workflow(?=\.|$)/, 'input.workflow'],
  [/^hyperparameters(?=\.|$)/, CONFIG],
];

function toLegacyIssue(issue: Issue): Issue {
  const mapping = LEGACY_PATHS.find(([pattern]) => pattern.test(issue.path));
  return mapping ? { ...issue, path: issue.path.replace(mapping[0], mapping[1]) } : issue;
}

/** Maps the paths of an InvalidRequestError to those of the legacy body. Other errors are returned unchanged. */
export function toLegacyError(error: unknown): unknown {
  return error instanceof InvalidRequestError
    ? new InvalidRequestError(error.issues.map(toLegacyIssue), { cause: error })
    : error;
}

/** Paths of the webhook routes. RunPod is given the first. */
export const WEBHOOK_PATHS = ['/core/training-webhooks/runpod-serverless', '/api/training-webhook'] as const;

/**
 * Decides about the webhook of a legacy request (docs/compatibility.md). A webhook on Trainyard's own hosts or webhook paths
 * is dropped, because RunPod always gets Trainyard's webhook. Any other URL receives the notification of the end.
 */
export function resolveCallerWebhook(
  webhook: string | undefined,
  ownHosts: readonly string[],
): { readonly notifyUrl?: string; readonly dropped: boolean } {
  if (webhook === undefined) return { dropped: false };
  const { host, pathname } = new URL(webhook);
  const path = pathname.replace(/\/+$/, '');
  const isOwn =
    ownHosts.some((own) => own.toLowerCase() === host) || WEBHOOK_PATHS.some((each) => path.endsWith(each));
  return isOwn ? { dropped: true } : { notifyUrl: webhook, dropped: false };
}
