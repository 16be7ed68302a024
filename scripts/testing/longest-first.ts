import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests of whole systems under faults and load; each takes minutes. */
const LONG = /\/tools\/(?:bench|chaos|fuzz)\/test\//;

/** Starts the longest files first, so that the run does not end with a single busy worker. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
