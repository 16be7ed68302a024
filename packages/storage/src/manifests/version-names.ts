import { type NewVersion, VersionNameTakenError } from '@trainyard/application';
import { nextVersionName, toModelName } from '@trainyard/domain';
import { getText, type Manifest } from './manifest.ts';

/**
 * The name of a new version: the person's when it is free, else the next of V1, V2, … above every number that any
 * version or model of the subject ever took. Throws {@link VersionNameTakenError}.
 */
export function assignName(manifest: Manifest, version: Pick<NewVersion, 'name'>): string {
  const taken = listTakenNames(manifest);
  if (version.name === undefined) return nextVersionName(taken);
  if (taken.includes(version.name)) throw new VersionNameTakenError(manifest.subject, version.name);
  return version.name;
}

/** Also of models whose version entry is gone: their files bear the name (`actor_0019_V6`). */
export function listTakenNames({ subject, versions, models }: Manifest): readonly string[] {
  const prefix = `${toModelName(subject)}_`;
  return [
    ...versions.map((entry) => getText(entry, 'name')),
    ...models.flatMap((model) => [getText(model, 'version'), getText(model, 'name')]),
  ].flatMap((name) =>
    name === undefined ? [] : [name.startsWith(prefix) ? name.slice(prefix.length) : name],
  );
}
