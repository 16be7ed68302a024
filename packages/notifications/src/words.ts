/** A message as a person reads it. */
export interface Words {
  readonly headline: string;
  readonly lines: readonly string[];
}

type Facts = Readonly<Record<string, unknown>>;

const factsIn = (facts: Facts, name: string): Facts => {
  const value = facts[name];
  return typeof value === 'object' && value !== null ? (value as Facts) : {};
};

const isTold = (value: unknown): value is string | number =>
  (typeof value === 'string' && value !== '') || typeof value === 'number';

/** Only what is known. */
const linesOf = (rows: readonly (readonly [string, unknown])[]): readonly string[] =>
  rows.flatMap(([name, value]) => (isTold(value) ? [`${name}: ${value}`] : []));

const subjectOf = (training: Facts): string =>
  [training['kind'], training['subject_id'], training['version_name']].filter(isTold).join(' ');

const costOf = (cost: unknown): string | undefined =>
  typeof cost === 'number' ? `$${cost.toFixed(2)}` : undefined;

const ofTraining = (type: string, training: Facts): Words => {
  const attention = factsIn(training, 'needs_attention');
  const state = type.replace(/^training\./, '').replaceAll('_', ' ');
  return {
    headline: `Training of ${subjectOf(training)}: ${state}`,
    lines: linesOf([
      ['Reason', attention['reason']],
      ['Failure', factsIn(training, 'failure')['message']],
      ['Model', factsIn(training, 'model')['lora_url']],
      ['Cost', costOf(training['cost_usd'])],
      ['Training', training['id']],
      ['RunPod job', training['runpod_job_id']],
    ]),
  };
};

const ofBatch = (batch: Facts): Words => {
  const trainings = Array.isArray(batch['trainings']) ? (batch['trainings'] as readonly Facts[]) : [];
  const endings = trainings.map((each) => {
    const failure = factsIn(each, 'failure')['message'];
    return `${subjectOf(each)}: ${each['status']}${isTold(failure) ? ` (${failure})` : ''}`;
  });
  return {
    headline: `Batch finished: ${batch['successful']} of ${batch['processed']} successful, ${batch['failed']} failed`,
    lines: [
      ...endings,
      ...linesOf([
        ['Cost', costOf(batch['cost_usd'])],
        ['Batch', batch['id']],
      ]),
    ],
  };
};

const ofGate = (type: string, gate: Facts): Words => ({
  headline: type === 'gate.closed' ? 'Nothing is dispatched: the gate closed' : 'The gate is open again',
  lines: linesOf([
    [type === 'gate.closed' ? 'Reason' : 'It was closed for', gate['reason']],
    ['Closed since', gate['closed_since']],
  ]),
});

const ofBudget = (budget: Facts): Words => ({
  headline: `Nothing is dispatched: the budget of ${budget['period']} is used up`,
  lines: linesOf([
    ['Reason', budget['reason']],
    ['Until', budget['opens_at']],
  ]),
});

const ofAlarm = (data: Facts): Words => ({
  headline: `Alarm: ${String(data['alarm']).replaceAll('_', ' ')}`,
  lines: [JSON.stringify(data['detail'])],
});

/** What a message says in words. Its facts are read as they come: one that is missing is left out. */
export const wordsOf = (body: Facts): Words => {
  const type = String(body['type'] ?? '');
  const data = factsIn(body, 'data');
  if (type.startsWith('training.')) return ofTraining(type, factsIn(data, 'training'));
  if (type === 'batch.finished') return ofBatch(factsIn(data, 'batch'));
  if (type.startsWith('gate.')) return ofGate(type, factsIn(data, 'gate'));
  if (type === 'budget.reached') return ofBudget(factsIn(data, 'budget'));
  if (type === 'alarm.raised') return ofAlarm(data);
  return { headline: String(data['message'] ?? type), lines: [] };
};
