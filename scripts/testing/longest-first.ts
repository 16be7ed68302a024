import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Whole systems under faults and loads: each takes minutes. */
const LONG = /\/apps\/bench\/test\//;

/** Begins with what takes longest, so that nobody waits for it in the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
