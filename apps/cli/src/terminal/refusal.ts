import type { RefusedError } from '@trainyard/client';
import { type ProblemIssue, toIssueSentence } from '@trainyard/contracts';
import type { Command } from 'commander';

/** Hints in the words of the command line, by the code of a problem; every other problem keeps the hint of the server. */
const HINTS: Readonly<Record<string, string>> = {
  subject_busy: 'Wait until that training ends, cancel it with npx trainyard cancel, or add --force.',
  budget_exceeded:
    'Raise the budget (npx trainyard budgets), or pass --on-budget hold to wait until it is raised.',
  price_unknown: 'Set GPU_TYPE on the server, or leave the budget out.',
  invalid_cursor: 'Pass the cursor that the page before printed, or none.',
  training_not_found: 'npx trainyard list shows the trainings.',
  subject_not_found: 'npx trainyard candidates lists the actors; for a style add --kind style.',
  batch_not_found: 'npx trainyard runs lists the auto-train runs.',
  delivery_not_found: 'npx trainyard deliveries lists them.',
  version_not_found: 'npx trainyard versions SUBJECT lists them.',
  model_not_verified: 'Check the model yourself, or add its place to MODEL_PREFIXES of the server.',
  not_found: 'The server may be a different program or version; check TRAINYARD_URL.',
  cross_site: 'Check TRAINYARD_URL and the proxy in front of the server.',
  forbidden: 'Set TRAINYARD_API_KEY to a key with that scope.',
  idempotency_conflict: 'Pass a new --idempotency-key, or none.',
  image_exists: 'Choose a different name.',
  internal: "Search the server's log for the request id.",
};

const NO_KEY = 'The server requires an API key. Set TRAINYARD_API_KEY to one of its API_KEYS.';
const WRONG_KEY =
  'The server does not know the key in TRAINYARD_API_KEY. Set it to one of the API_KEYS of the server.';

/** Context in which a command was refused. */
export interface RefusalContext {
  /** The command; its options and arguments give the names of the fields. */
  readonly command: Command | undefined;
  readonly hasApiKey: boolean;
}

/** Describes the refusal of a request in the words of the command: its options, arguments and settings. */
export function formatRefusal({ problem }: RefusedError, { command, hasApiKey }: RefusalContext): string {
  const { code, title, detail, issues = [], request_id: requestId } = problem;
  if (code === 'unauthorized') return hasApiKey ? WRONG_KEY : NO_KEY;
  const hint = toHint(code, problem.hint, command);
  const sentences =
    issues.length === 0
      ? [detail === '' ? title : detail]
      : issues.map((issue) => formatIssue(issue, command));
  return [
    ...new Set(sentences),
    ...(hint === undefined ? [] : [hint]),
    ...(code === 'internal' ? [`Request id: ${requestId}`] : []),
  ].join('\n');
}

function toHint(code: string, hint: string | undefined, command: Command | undefined): string | undefined {
  const own = Object.hasOwn(HINTS, code) ? HINTS[code] : hint;
  const isForceKnown = listOptions(command).some((name) => name === '--force');
  return code === 'subject_busy' && !isForceKnown ? own?.replace(', or add --force', '') : own;
}

function formatIssue(issue: ProblemIssue, command: Command | undefined): string {
  const name = toParameterName(issue.path, command);
  const confirmed = /^must be true(.*)$/s.exec(issue.message);
  if (confirmed && isFlag(name, command)) return `add ${name}${confirmed[1]}`;
  const isComplete = issue.message.includes(issue.bound ?? '') || issue.message.includes('did you mean');
  const bound = isComplete ? '' : ` (${issue.bound})`;
  return `${toIssueSentence(issue, name)}${bound}`;
}

/** Words of the API whose option has a different name. */
const OPTION_NAMES: Readonly<Record<string, readonly string[]>> = {
  hyperparameters: ['--set'],
  workflow_overrides: ['--overrides'],
  workflow: ['--overrides'],
  subject_id: ['subject', '--subject'],
  actor_ids: ['--actor'],
  images: ['--image'],
  sample_prompts: ['--prompt'],
  budget_usd: ['--budget-usd', '--budget', '--to'],
  day_usd: ['--day'],
  month_usd: ['--month'],
  max_concurrency: ['number'],
  version_id: ['version', 'versions'],
  versions: ['versions'],
  runpod_job_id: ['--run'],
  request_id: ['--idempotency-key'],
};

/** Names the option or argument of a command for the path of a field: `query.status.0` becomes `--status`. */
export function toParameterName(path: string, command: Command | undefined): string {
  const [field = path, ...rest] = path.replace(/^(query|path|header|body)\./, '').split('.');
  const kebab = field.replaceAll('_', '-');
  const candidates = [
    ...(OPTION_NAMES[field] ?? []),
    `--${kebab}`,
    kebab,
    `--${kebab.replace(/-(id|ids|usd)$/, '')}`,
  ];
  const known = [...listOptions(command), ...listArguments(command)];
  const found = candidates.find((each) => known.includes(each));
  if (found === undefined) return path;
  const detail = rest.filter((part) => !/^\d+$/.test(part)).join('.');
  const name = found.startsWith('--') ? found : `<${found}>`;
  return detail === '' ? name : `${name} ${detail}`;
}

function listOptions(command: Command | undefined): readonly string[] {
  return (command?.options ?? []).map(({ long }) => long ?? '');
}

function isFlag(name: string, command: Command | undefined): boolean {
  return command?.options.some((option) => option.long === name && option.isBoolean()) ?? false;
}

function listArguments(command: Command | undefined): readonly string[] {
  return (command?.registeredArguments ?? []).map((argument) => argument.name());
}
