import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests of whole systems under faults and load, and the longest tests of the parts; each takes 20 to 80 s. */
const LONG =
  /\/(?:tools\/(?:bench|chaos|fuzz)\/test\/|apps\/cli\/test\/(?:demo|working-day)|apps\/reconciler\/test\/(?:lifecycle|recover|budgets)|packages\/storage\/test\/documents)/;

/** Starts the longest files first, so that the run does not end with a single busy worker. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
