import { InvalidRequestError, type Issue, type TrainCommand } from '@trainyard/application';
import type { TrainingStartBody } from '@trainyard/contracts';
import { parseModelName, type Subject, toSubjectKind } from '@trainyard/domain';
import { defined } from './defined.ts';

type Config = TrainingStartBody['input']['training_config'];

const CONFIG = 'input.training_config';

/** A request id of the seeds is `<subject>_<time>`: `0000_1234567890`. */
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

/** Where the request id names the subject too, it says where an id with underscores ends. */
function parseByRequestId(
  { model_name: name, request_id }: Config,
  kind: Subject['kind'],
): NamedSubject | undefined {
  const id = parseSubjectId(request_id);
  const prefix = `${kind}_${id}`;
  if (id === undefined || !`${name}_`.startsWith(`${prefix}_`)) return undefined;
  const versionName = name.slice(prefix.length + 1);
  return { subject: { kind, id }, ...(versionName !== '' && { versionName }) };
}

/** Kind from the mode; subject and version from the model's name, else from the request id (SPEC §5.2). */
function parseSubject(config: Config): NamedSubject {
  const kind = toSubjectKind(config.mode);
  const named = parseByRequestId(config, kind) ?? parseModelName(config.model_name);
  if (named && named.subject.kind !== kind)
    throw toConfigError(
      'model_name',
      `names ${named.subject.kind} where mode says ${config.mode}`,
      config.model_name,
    );
  if (named) return named;
  const id = parseSubjectId(config.request_id);
  if (id !== undefined) return { subject: { kind, id } };
  const shape = `${kind}_<id>_<version>`;
  throw toConfigError(
    'model_name',
    `names no ${kind}: ${shape} is wanted, or a request_id <id>_<time>`,
    config.model_name,
  );
}

/** The seeds' request in the words of the use case. Throws InvalidRequestError when it names no subject. */
export function parseLegacyRequest(body: TrainingStartBody): TrainCommand {
  const { workflow, training_data, training_config: config } = body.input;
  const { learning_rate, max_train_steps } = config;
  return {
    ...parseSubject(config),
    ...defined({
      workflow,
      requestId: config.request_id,
      userId: config.user_id,
      tenantId: config.tenant_id,
    }),
    images: training_data.s3_urls,
    modelName: config.model_name,
    hyperparameters: defined({ learning_rate, max_train_steps }),
    source: 'person',
  };
}

const LEGACY_PATHS: readonly (readonly [RegExp, string])[] = [
  [/^images(?=\.|$)/, 'input.training_data.s3_urls'],
  [/^workflow(?=\.|$)/, 'input.workflow'],
  [/^hyperparameters(?=\.|$)/, CONFIG],
];

function toLegacyIssue(issue: Issue): Issue {
  const place = LEGACY_PATHS.find(([pattern]) => pattern.test(issue.path));
  return place ? { ...issue, path: issue.path.replace(place[0], place[1]) } : issue;
}

/** The same fault, with each path as the seeds' body has it. */
export function toLegacyError(error: unknown): unknown {
  return error instanceof InvalidRequestError
    ? new InvalidRequestError(error.issues.map(toLegacyIssue), { cause: error })
    : error;
}

/** The addresses that RunPod is given; nobody else's. */
export const WEBHOOK_PATHS = ['/core/training-webhooks/runpod-serverless', '/api/training-webhook'] as const;

/**
 * What to do with a webhook that the seeds' tools send along (SPEC §5.2): one that leads to us is ours to give
 * and so dropped; another is told when the training ends.
 */
export function resolveCallerWebhook(
  webhook: string | undefined,
  ownHosts: readonly string[],
): { readonly notifyUrl?: string; readonly dropped: boolean } {
  if (webhook === undefined) return { dropped: false };
  const { host, pathname } = new URL(webhook);
  const path = pathname.replace(/\/+$/, '');
  const ours =
    ownHosts.some((own) => own.toLowerCase() === host) || WEBHOOK_PATHS.some((each) => path.endsWith(each));
  return ours ? { dropped: true } : { notifyUrl: webhook, dropped: false };
}
