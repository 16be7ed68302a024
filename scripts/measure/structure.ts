import { posix } from 'node:path';
import type { SourceFile } from './sources.ts';

/** Folders of one package that import each other in a circle. */
export interface FolderCircle {
  readonly package: string;
  readonly folders: readonly string[];
}

/** Package of a file: its first two folders. */
function getPackage(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

/** A file at the root of `src` is a layer of its own; elsewhere the folder is. Barrels belong to no layer. */
function getLayer(path: string): string | undefined {
  const folder = posix.dirname(path);
  if (posix.basename(path) === 'index.ts') return undefined;
  return folder.endsWith('/src') ? path : folder;
}

function listImports({ program }: SourceFile): readonly string[] {
  return program.body.flatMap((statement) =>
    (statement.type === 'ImportDeclaration' ||
      statement.type === 'ExportNamedDeclaration' ||
      statement.type === 'ExportAllDeclaration') &&
    statement.source
      ? [statement.source.value]
      : [],
  );
}

function buildGraph(sources: readonly SourceFile[]): ReadonlyMap<string, ReadonlySet<string>> {
  const graph = new Map<string, Set<string>>();
  for (const source of sources) {
    const from = getLayer(source.path);
    if (from === undefined) continue;
    const targets = graph.get(from) ?? new Set();
    graph.set(from, targets);
    for (const specifier of listImports(source)) {
      if (!specifier.startsWith('.')) continue;
      const to = getLayer(posix.join(posix.dirname(source.path), specifier));
      if (to !== undefined && to !== from && getPackage(to) === getPackage(from)) targets.add(to);
    }
  }
  return graph;
}

function reach(graph: ReadonlyMap<string, ReadonlySet<string>>, start: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [...(graph.get(start) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(graph.get(next) ?? []));
  }
  return seen;
}

/** Finds the circles among the folders of each package: maximal sets of folders that reach each other by imports. */
export function findFolderCircles(sources: readonly SourceFile[]): readonly FolderCircle[] {
  const graph = buildGraph(sources);
  const reached = new Map([...graph.keys()].map((layer) => [layer, reach(graph, layer)]));
  const assigned = new Set<string>();
  const circles: FolderCircle[] = [];
  for (const [layer, targets] of reached) {
    if (!targets.has(layer) || assigned.has(layer)) continue;
    const folders = [...targets].filter((other) => reached.get(other)?.has(layer)).sort();
    for (const folder of folders) assigned.add(folder);
    circles.push({ package: getPackage(layer), folders });
  }
  return circles;
}

/** Number of source files of each folder below a `src` folder, barrels left out. */
export function countFilesPerFolder(sources: readonly SourceFile[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { path } of sources) {
    const folder = posix.dirname(path);
    if (!/\/src(\/|$)/.test(folder) || posix.basename(path) === 'index.ts') continue;
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return counts;
}

/** Middle value of a list of numbers; the upper of two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
