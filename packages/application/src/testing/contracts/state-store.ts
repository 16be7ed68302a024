import { afterEach, beforeEach, describe } from 'vitest';
import { testBackup } from './state-store/backup.ts';
import { testBudgets } from './state-store/budgets.ts';
import { testControl } from './state-store/control.ts';
import { testDatasetReports } from './state-store/dataset-reports.ts';
import { type OpenStateStore, StateStoreFixture } from './state-store/fixture.ts';
import { testProgress } from './state-store/progress.ts';
import { testQueue } from './state-store/queue.ts';
import { testReads } from './state-store/reads.ts';
import { testRunOwners } from './state-store/run-owners.ts';
import { testSessions } from './state-store/sessions.ts';
import { testStart } from './state-store/start.ts';
import { testStreaks } from './state-store/streaks.ts';
import { testWrites } from './state-store/writes.ts';

export type { OpenStateStore, StateStoreHandle } from './state-store/fixture.ts';

/** The cases that every adapter of TrainingStore, Budgets and TrainingQueue passes together. */
export function stateStoreContract(name: string, open: OpenStateStore): void {
  describe(`${name} as the state store`, () => {
    const fixture = new StateStoreFixture(open);
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());
    testWrites(fixture);
    testStart(fixture);
    testQueue(fixture);
    testReads(fixture);
    testControl(fixture);
    testStreaks(fixture);
    testBackup(fixture);
    testBudgets(fixture);
    testRunOwners(fixture);
    testSessions(fixture);
    testDatasetReports(fixture);
    testProgress(fixture);
  });
}
