import type { Attempt } from '@trainyard/domain';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createMemorySystem, type MemorySystem } from '../../test/memory-system.ts';
import { handleSubmitResult } from '../dispatch/handle-submit-result.ts';
import { getRun } from '../lifecycle/revision.ts';
import { resolveTraining } from '../trainings/resolve.ts';
import { recordWebhook } from '../webhooks/record-webhook.ts';

const SECOND_MS = 1_000;
const index = fc.nat({ max: 3 });
const step = fc.oneof(
  fc.record({ kind: fc.constant('submit'), answer: fc.constantFrom('clear', 'lost', 'never_arrived') }),
  fc.record({ kind: fc.constant('webhook'), training: index, run: index }),
  fc.record({ kind: fc.constant('adopt'), training: index, run: index }),
  fc.record({ kind: fc.constant('late_answer'), run: index }),
  fc.record({ kind: fc.constant('wait'), seconds: fc.constantFrom(1, 31, 95, 400) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const UNCLEAR = { kind: 'unclear', message: 'connection reset' } as const;

/** The training and attempt whose submission made the run. */
function getSubmitter({ provider }: MemorySystem, run: number) {
  const found = provider.runs[run];
  const config = found?.submission.input['training_config'];
  const { training_id: id, attempt } = (config ?? {}) as { training_id?: string; attempt?: number };
  return found && id !== undefined && attempt !== undefined ? { id, attempt, runId: found.id } : undefined;
}

/** RunPod's late answer. An answer after a different training ended on the run is left out: its end is final (I4). */
async function deliverAnswer(system: MemorySystem, ids: readonly string[], run: number): Promise<void> {
  const submitter = getSubmitter(system, run);
  if (!submitter) return;
  const trainings = await system.deps.store.loadAll(ids);
  if (
    trainings.some(
      (each) => each.id !== submitter.id && 'endedAt' in each && getRun(each)?.runId === submitter.runId,
    )
  )
    return;
  const training = await system.load(submitter);
  const attempt = 'attempt' in training ? (training.attempt as Attempt) : undefined;
  if (attempt?.number !== submitter.attempt) return;
  const accepted = { kind: 'accepted', runId: submitter.runId } as const;
  await handleSubmitResult(system.deps, { trainingId: submitter.id, attempt }, accepted);
}

async function apply(system: MemorySystem, ids: string[], each: Step): Promise<void> {
  if (each.kind === 'wait') return system.run(each.seconds * SECOND_MS);
  if (each.kind === 'late_answer') return deliverAnswer(system, ids, each.run);
  if (each.kind === 'submit') {
    if (each.answer !== 'clear')
      system.provider.submitResults.push({ result: UNCLEAR, accepts: each.answer === 'lost' });
    ids.push((await system.accept()).id);
    return system.run(SECOND_MS);
  }
  const id = ids[each.training];
  const runId = `run-${each.run + 1}`;
  if (id === undefined) return;
  if (each.kind === 'webhook')
    return recordWebhook(system.deps, id, { attempt: 1, runId, status: 'COMPLETED' });
  await resolveTraining(system.deps, id, { action: 'adopt', attempt: 1, runId }).catch((error: unknown) =>
    expect(['wrong_state', 'invalid_request', 'run_belongs_to_another']).toContain(
      (error as { code: string }).code,
    ),
  );
}

it('a run is followed by its owner alone and completes one training, whatever the interleaving', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const system = await createMemorySystem();
      await system.deps.store.setControl({ maxConcurrency: 4 });
      const ids: string[] = [];
      for (const each of steps) await apply(system, ids, each);
      await system.run(900 * SECOND_MS);
      const runs = (await system.deps.store.loadAll(ids)).flatMap((each) => getRun(each)?.runId ?? []);
      expect(new Set(runs).size, `runs ${runs.join()}`).toBe(runs.length);
      for (const training of await system.deps.store.loadAll(ids)) {
        if (training.status !== 'completed' || !training.model.verified) continue;
        expect(training.model.loraUrl).toContain(`/${training.id}/`);
      }
    }),
    { numRuns: 20 },
  );
}, 30_000);
