/** A message for operators: a headline and lines of `name: value`. */
export interface MessageText {
  readonly headline: string;
  readonly lines: readonly string[];
  /** Lines at the end, which are kept when `lines` has to be cut. */
  readonly footer?: readonly string[];
}

type Facts = Readonly<Record<string, unknown>>;

/**
 * Formats a message for mail and Slack. Unknown types fall back to their name, and missing facts are omitted.
 */
export function formatMessage(body: Facts): MessageText {
  const type = String(body['type'] ?? '');
  const data = getFacts(body, 'data');
  if (type.startsWith('training.')) return formatTraining(type, getFacts(data, 'training'));
  if (type === 'batch.finished') return formatBatch(getFacts(data, 'batch'));
  if (type.startsWith('gate.')) return formatGate(type, getFacts(data, 'gate'));
  if (type === 'budget.reached') return formatBudget(getFacts(data, 'budget'));
  if (type === 'alarm.raised') return formatAlarm(data);
  return { headline: String(data['message'] ?? type), lines: [] };
}

function getFacts(facts: Facts, name: string): Facts {
  const value = facts[name];
  return typeof value === 'object' && value !== null ? (value as Facts) : {};
}

function isPresent(value: unknown): value is string | number {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

/** A line per known value. */
function toLines(rows: readonly (readonly [string, unknown])[]): readonly string[] {
  return rows.flatMap(([name, value]) => (isPresent(value) ? [`${name}: ${value}`] : []));
}

function formatSubject(training: Facts): string {
  return [training['kind'], training['subject_id'], training['version_name']].filter(isPresent).join(' ');
}

function formatCost(cost: unknown): string | undefined {
  return typeof cost === 'number' ? `$${cost.toFixed(2)}` : undefined;
}

function formatTraining(type: string, training: Facts): MessageText {
  const attention = getFacts(training, 'needs_attention');
  const state = type.replace(/^training\./, '').replaceAll('_', ' ');
  return {
    headline: `Training of ${formatSubject(training)}: ${state}`,
    lines: toLines([
      ['Reason', attention['reason']],
      ['Failure', getFacts(training, 'failure')['message']],
      ['Model', getFacts(training, 'model')['lora_url']],
      ...listPictureRows(training),
      ['Cost', formatCost(training['cost_usd'])],
      ['Training', training['id']],
      ['RunPod job', training['runpod_job_id']],
    ]),
  };
}

const MAX_PICTURE_LINKS = 3;

/** Links to the first pictures, and the number of the others. A path without a host is no link. */
function listPictureRows({ pictures }: Facts): readonly (readonly [string, unknown])[] {
  const all = Array.isArray(pictures) ? (pictures as readonly Facts[]) : [];
  const linked = all.filter(({ url }) => /^https?:/.test(String(url))).slice(0, MAX_PICTURE_LINKS);
  const left = all.length - linked.length;
  return [
    ...linked.map(({ kind, url }) => [kind === 'loss' ? 'Loss plot' : 'Picture', url] as const),
    ['Pictures', left > 0 ? `${left}${linked.length > 0 ? ' more' : ''}` : undefined] as const,
  ];
}

function formatBatch(batch: Facts): MessageText {
  const trainings = Array.isArray(batch['trainings']) ? (batch['trainings'] as readonly Facts[]) : [];
  // Failures come first, so that a cut digest still names them.
  const ordered = trainings.toSorted((a, b) => Number(hasFailure(b)) - Number(hasFailure(a)));
  const endings = ordered.map((each) => {
    const failure = getFacts(each, 'failure')['message'];
    return `${formatSubject(each)}: ${each['status']}${isPresent(failure) ? ` (${failure})` : ''}`;
  });
  return {
    headline: `Batch finished: ${batch['successful']} of ${batch['processed']} successful, ${batch['failed']} failed`,
    lines: endings,
    footer: toLines([
      ['Cost', formatCost(batch['cost_usd'])],
      ['Batch', batch['id']],
    ]),
  };
}

function hasFailure(training: Facts): boolean {
  return isPresent(getFacts(training, 'failure')['message']);
}

function formatGate(type: string, gate: Facts): MessageText {
  return {
    headline:
      type === 'gate.closed' ? 'Dispatch stopped: the gate closed' : 'Dispatch resumed: the gate reopened',
    lines: toLines([
      [type === 'gate.closed' ? 'Reason' : 'Closed because of', gate['reason']],
      ['Closed since', gate['closed_since']],
    ]),
  };
}

function formatBudget(budget: Facts): MessageText {
  return {
    headline: `Dispatch stopped: the budget of ${budget['period']} is exhausted`,
    lines: toLines([
      ['Reason', budget['reason']],
      ['Until', budget['opens_at']],
    ]),
  };
}

function formatAlarm(data: Facts): MessageText {
  return {
    headline: `Alarm: ${String(data['alarm']).replaceAll('_', ' ')}`,
    lines: [JSON.stringify(data['detail'])],
  };
}
