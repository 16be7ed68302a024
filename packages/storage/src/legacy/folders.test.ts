import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openExportFolder } from './export-folder.ts';
import { openImportFolder } from './import-folder.ts';

function createFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-legacy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

describe('an import folder', () => {
  it('lists every entry, and names those that cannot be read with their reason', async () => {
    const outside = createFolder({ 'secret.png': 'x' });
    const folder = createFolder({ 'in/a.png': 'image', 'in/sub/b.png': 'image' });
    const path = (name: string) => join(folder, 'in', name);
    symlinkSync(path('a.png'), path('link.png'));
    symlinkSync(path('none.png'), path('dangling.png'));
    symlinkSync(join(outside, 'secret.png'), path('outside.png'));
    symlinkSync(path('loop.png'), path('loop.png'));
    symlinkSync(path('sub'), path('to-folder'));
    writeFileSync(Buffer.concat([Buffer.from(path('caf')), Buffer.from([0xe9]), Buffer.from('.png')]), 'x');
    const source = await openImportFolder(folder);
    const entries = (await source.listFolder('in')) ?? [];
    expect(Object.fromEntries(entries.map(({ name, kind, fault }) => [name, fault ?? kind]))).toEqual({
      'a.png': 'file',
      'link.png': 'file',
      sub: 'folder',
      'dangling.png': 'is a link to a file that does not exist',
      'outside.png': `is a link to ${join(outside, 'secret.png')}, outside of the import folder`,
      'loop.png': 'is a link that leads back to itself',
      'to-folder': 'is a link to a folder',
      'caf\\xe9.png': 'has a name that is not valid UTF-8',
    });
    await expect(source.read('in/outside.png')).rejects.toThrow('outside of the import folder');
    await expect(source.read('in/sub')).rejects.toThrow('in/sub is a folder, not a file');
    await expect(source.listFolder('in/a.png')).rejects.toThrow('in/a.png is a file, not a folder');
    expect(await source.listFolder('none')).toBeUndefined();
  });

  it('resolves paths of its documents inside of itself only, through a link to itself too', async () => {
    const folder = createFolder({ 'data/a.png': 'image' });
    const link = join(createFolder(), 'link');
    symlinkSync(folder, link);
    const source = await openImportFolder(link);
    expect(['data', './data/', join(folder, 'data'), join(link, 'data')].map(source.resolvePath)).toEqual(
      Array.from({ length: 4 }, () => 'data'),
    );
    expect(['..', '/etc', '../data', 'data/../..'].map(source.resolvePath)).toEqual(
      Array.from({ length: 4 }, () => undefined),
    );
  });
});

describe('an export folder', () => {
  it.each(['../out.json', '/etc/out.json', 'data/../../out.json', 'data//out.json', 'a\u0000b.json', ''])(
    'refuses the path %j',
    async (path) => {
      const folder = createFolder();
      await expect(openExportFolder(join(folder, 'new')).write(path, new Uint8Array())).rejects.toMatchObject(
        {
          code: 'export_path_refused',
        },
      );
    },
  );

  it('replaces a link in the place of a file, and follows no link to a folder outside of itself', async () => {
    const outside = createFolder({ 'actors.json': 'theirs' });
    const folder = createFolder({ 'data/own.txt': 'stays' });
    symlinkSync(join(outside, 'actors.json'), join(folder, 'data', 'actors.json'));
    symlinkSync(outside, join(folder, 'resources'));
    const target = openExportFolder(folder);
    await target.write('data/actors.json', new TextEncoder().encode('ours'));
    await expect(target.write('resources/a.json', new Uint8Array())).rejects.toThrow(
      'leads out of the folder',
    );
    expect(readFileSync(join(outside, 'actors.json'), 'utf8')).toBe('theirs');
    expect(readFileSync(join(folder, 'data', 'actors.json'), 'utf8')).toBe('ours');
    expect(await target.isEmpty()).toBe(false);
    expect(await openExportFolder(join(folder, 'none')).isEmpty()).toBe(true);
  });
});
