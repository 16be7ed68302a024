import { isDeepStrictEqual } from 'node:util';
import { toSubjectId } from '@trainyard/domain';
import type { Actor } from '../../ports/storage/catalogue.ts';
import type { ImportResult } from '../../ports/storage/import.ts';
import { type DocumentImport, importManifest, type ManifestSource } from './documents.ts';

/** Groups the manifests of one actor: `19_manifest.json` and `0019_manifest.json`. */
export function groupByActor(manifests: readonly ManifestSource[]): readonly (readonly ManifestSource[])[] {
  return [...Map.groupBy(manifests, ({ id }) => toSubjectId('actor', id)).values()];
}

/**
 * Imports the manifests of one actor. Equal manifests under several spellings of the id are joined with a warning; different
 * ones are all refused by name, since no rule says which is right.
 */
export async function importManifestGroup(
  imports: DocumentImport,
  group: readonly ManifestSource[],
  actor: Actor | undefined,
): Promise<readonly ImportResult[]> {
  const spelling = actor?.catalogueId ?? actor?.id;
  const chosen = group.find(({ id }) => id === spelling) ?? group[0];
  if (!chosen) return [];
  const paths = group.map(({ path }) => path);
  if (group.length > 1 && !(await haveEqualEntries(imports, group)))
    return group.map(({ id, path }): ImportResult => {
      const detail = `${paths.join(' and ')} belong to one actor, ${toSubjectId('actor', id)}, and differ; keep one of them`;
      return { outcome: 'refused', item: `manifest of actor ${id}`, source: path, detail };
    });
  const warnings = group
    .filter(({ id }) => spelling !== undefined && id !== spelling)
    .map(({ id, path }): ImportResult => {
      const detail = `joined with actor ${spelling}: both ids are the number ${Number(id)}`;
      return { outcome: 'warning', item: `manifest of actor ${id}`, source: path, detail };
    });
  const copies = group
    .filter((each) => each !== chosen && spelling === undefined)
    .map(({ id, path }): ImportResult => {
      const detail = `joined with ${chosen.path}, which is equal`;
      return { outcome: 'warning', item: `manifest of actor ${id}`, source: path, detail };
    });
  return [...warnings, ...copies, ...(await importManifest(imports, chosen))];
}

/** Whether the versions and models of all manifests are equal. An unreadable manifest differs from every other. */
async function haveEqualEntries(
  { source }: DocumentImport,
  group: readonly ManifestSource[],
): Promise<boolean> {
  const entries: unknown[] = [];
  for (const { path } of group) {
    const document = await source.readDocument(path).catch(() => undefined);
    if (!document) return false;
    const { versions = [], custom_lora_models: models = [] } = document.json as Readonly<
      Record<string, unknown>
    >;
    entries.push({ versions, models });
  }
  return entries.every((each) => isDeepStrictEqual(each, entries[0]));
}
