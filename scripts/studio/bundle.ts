import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Entry of the manifest that Vite writes: a file of the build with its imports. */
interface ManifestEntry {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly isDynamicEntry?: boolean;
  /** Keys of the entries that load with this one. */
  readonly imports?: readonly string[];
  /** Keys of the entries that this one loads later. */
  readonly dynamicImports?: readonly string[];
  readonly css?: readonly string[];
}
/** Manifest of a build, by source. */
export type Manifest = Readonly<Record<string, ManifestEntry>>;

/** Files that a browser loads together. */
export interface Load {
  /** The source of the part that is loaded later; `first load` for the entry. */
  readonly name: string;
  readonly scripts: readonly string[];
  readonly styles: readonly string[];
}

function listWithImports(manifest: Manifest, key: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const imported of manifest[key]?.imports ?? []) listWithImports(manifest, imported, seen);
  return seen;
}

function toLoad(manifest: Manifest, name: string, keys: readonly string[]): Load {
  const entries = keys.flatMap((key) => manifest[key] ?? []);
  return {
    name,
    scripts: entries.map(({ file }) => file).filter((file) => file.endsWith('.js')),
    styles: entries.flatMap(({ css = [] }) => css),
  };
}

/** The keys that every importer of a part has loaded before it asks for the part. */
function listLoadedBefore(manifest: Manifest, key: string, seen = new Set<string>()): ReadonlySet<string> {
  if (manifest[key]?.isEntry || seen.has(key)) return new Set();
  const path = new Set([...seen, key]);
  const importers = Object.keys(manifest).filter((each) => manifest[each]?.dynamicImports?.includes(key));
  const loaded = importers.map((importer) =>
    new Set(listWithImports(manifest, importer)).union(listLoadedBefore(manifest, importer, path)),
  );
  return loaded.reduce((common, each) => common.intersection(each), loaded[0] ?? new Set<string>());
}

/** Lists the first load, and for each part that is loaded later the files beyond those that are loaded then. */
export function listLoads(manifest: Manifest): readonly Load[] {
  const keys = Object.keys(manifest);
  const entries = keys.filter((key) => manifest[key]?.isEntry);
  const first = new Set(entries.flatMap((key) => [...listWithImports(manifest, key)]));
  const later = keys.filter((key) => manifest[key]?.isDynamicEntry && !first.has(key));
  return [
    toLoad(manifest, 'first load', [...first]),
    ...later.map((key) => {
      const loaded = first.union(listLoadedBefore(manifest, key));
      return toLoad(
        manifest,
        key,
        [...listWithImports(manifest, key)].filter((each) => !loaded.has(each)),
      );
    }),
  ];
}

/** Size of a load after gzip, in bytes. */
export interface LoadSize {
  readonly name: string;
  readonly scriptBytes: number;
  readonly styleBytes: number;
}

/** Measures the loads of a build. Throws an error with the remedy when the folder contains no build. */
export function measureBuild(dist: string): readonly LoadSize[] {
  const path = join(dist, '.vite/manifest.json');
  if (!existsSync(path)) throw new Error(`${path} does not exist: run node scripts/prepare.mjs demo`);
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  const measureFiles = (files: readonly string[]) =>
    files.reduce((total, file) => total + gzipSync(readFileSync(join(dist, file))).length, 0);
  return listLoads(manifest).map(({ name, scripts, styles }) => ({
    name,
    scriptBytes: measureFiles(scripts),
    styleBytes: measureFiles(styles),
  }));
}
