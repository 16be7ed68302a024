import type { ImportOutcome, ImportResult } from '../../../ports/storage/import.ts';

/** Files that were not imported for a reason, such as `is empty`. */
export interface LeftFile {
  readonly name: string;
  readonly reason: string;
  readonly outcome: Extract<ImportOutcome, 'skipped' | 'refused'>;
}

/** Reports files that were not imported: a result for each reason, with the number and the names of its files. */
export function toFileResults(
  files: readonly LeftFile[],
  place: Pick<ImportResult, 'item' | 'source'>,
): readonly ImportResult[] {
  const groups = Map.groupBy(files, ({ reason, outcome }) => `${outcome} ${reason}`);
  return [...groups.values()].map((group) => {
    const [{ outcome, reason } = { outcome: 'skipped', reason: '' } as const] = group;
    const names = group.map(({ name }) => (/\p{Cc}/u.test(name) ? JSON.stringify(name) : name));
    const count = group.length === 1 ? `1 file ${reason}` : `${group.length} files ${toPlural(reason)}`;
    return {
      outcome,
      ...place,
      detail: `${count}: ${names.join(', ')}`,
      files: group.map(({ name }) => name),
    };
  });
}

function toPlural(reason: string): string {
  return reason.replace(/^is /, 'are ').replace(/^has /, 'have ');
}
