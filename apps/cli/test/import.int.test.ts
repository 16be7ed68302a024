import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runProgram } from '../src/program.ts';

const PNG = 'p'.repeat(3_000);
const CLI = join(import.meta.dirname, '../bin/trainyard.mjs');

type Content = string | object;

function write(folder: string, files: Readonly<Record<string, Content>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

/** A folder of the legacy tools, an empty data folder, and the CLI with no more than this environment. */
function openFolder(files: Readonly<Record<string, Content>>, env: Readonly<Record<string, string>> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'trainyard-import-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [folder, home, out] = [join(root, 'folder'), join(root, 'home'), join(root, 'out')];
  mkdirSync(folder);
  write(folder, files);
  const run = async (...args: readonly string[]) => {
    const [output, errors]: [string[], string[]] = [[], []];
    const stream = (lines: string[]) =>
      ({ write: (text: string) => lines.push(text) }) as unknown as NodeJS.WriteStream;
    const all = [...args, '--data', home];
    const code = await runProgram(all, { source: env, out: stream(output), err: stream(errors) });
    return { code, out: output.join(''), err: errors.join('') };
  };
  const stored = (key: string): unknown => JSON.parse(readFileSync(join(home, 'store', key), 'utf8'));
  return {
    folder,
    home,
    out,
    run,
    stored,
    runImport: (...args: readonly string[]) => run('import', folder, ...args),
  };
}

function buildActor(id: string, more: object = {}) {
  const local = `data/actors/${id}/training_data`;
  const data = { s3_urls: [], local_path: local, count: 0, synced: false };
  return { id, name: `${id} european`, training_data: data, training_data_good: true, ...more };
}

function listFiles(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** Content of every file below a folder. */
function readFiles(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    listFiles(folder).map((file) => [file, readFileSync(join(folder, file), 'latin1')]),
  );
}

describe('trainyard import', () => {
  test('imports the folder of an existing tool without settings, and names the store in its first line', async () => {
    const { folder, home, runImport } = openFolder({
      'actorsData.json': [buildActor('0019')],
      'data/actors/0019/training_data/a.png': PNG,
    });
    const { code, out } = await runImport();
    expect(code).toBe(0);
    expect(out.split('\n').slice(0, 2)).toEqual([`Importing ${folder}`, `into file://${home}/store`]);
    expect(out).toContain('images of actors: 1 of 1\n');
    expect(out).toContain('new     actor 0019 (actorsData.json)\n');
    expect(out).toContain('2 new, 0 filled, 0 kept, 0 refused; image counts of 1 actor updated.');
    expect(await runImport()).toMatchObject({
      code: 0,
      out: expect.stringContaining('0 new, 0 filled, 2 kept'),
    });
  });

  test('writes nothing in a dry run, neither a folder nor an object, and reports as the import does', async () => {
    const { home, runImport } = openFolder({
      'data/actors.json': [buildActor('0019'), { name: 'nameless' }],
      'data/actors/0019/training_data/a.png': PNG,
    });
    const dry = JSON.parse((await runImport('--dry-run', '--json')).out);
    expect(dry).toMatchObject({ dry_run: true, store: `file://${home}/store` });
    expect(existsSync(home)).toBe(false);
    const real = JSON.parse((await runImport('--json')).out);
    expect(real).toEqual({ ...dry, dry_run: false });
    const before = readFiles(home);
    expect((await runImport('--dry-run')).code).toBe(5);
    expect((await runImport('--dry-run')).out).toMatch(/image counts of \d actors? would be updated/);
    expect(readFiles(home)).toEqual(before);
  });

  test('skips hidden files of macOS and counts them in one line (case 4)', async () => {
    const twins = Object.fromEntries(
      ['image_1.png', 'image_1.txt'].map((name) => [`data/actors/0100/training_data/._${name}`, PNG]),
    );
    const { runImport, stored } = openFolder({
      ...twins,
      'data/actors.json': [buildActor('0100')],
      'data/actors/0100/training_data/image_1.png': PNG,
      'data/actors/0100/training_data/image_1.txt': 'a portrait',
      'data/actors/0100/training_data/.DS_Store': PNG,
      'data/actor_manifests/0100_manifest.json': { versions: [] },
      'data/actor_manifests/._0100_manifest.json': PNG,
    });
    const { code, out } = await runImport();
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('4 hidden files skipped (._*, .DS_Store and the like).'),
    ]);
    expect(stored('data/actors.json')).toMatchObject([{ training_data: { count: 1, synced: true } }]);
    expect(out).not.toContain('refused manifest');
  });

  test('names HEIC photos, and exits with 5 when an actor has no image (case 5)', async () => {
    const { runImport, folder, stored } = openFolder({
      'data/actors.json': [buildActor('0102')],
      'data/actors/0102/training_data/IMG_1.HEIC': PNG,
      'data/actors/0102/training_data/IMG_2.HEIC': PNG,
    });
    const { code, out } = await runImport();
    expect(out).toContain('2 files are of a type that is not accepted (heic): IMG_1.HEIC, IMG_2.HEIC');
    expect([code, out]).toEqual([5, expect.stringContaining('actor 0102 has no image')]);
    write(folder, { 'data/actors/0102/training_data/IMG_3.JPG': PNG });
    expect((await runImport()).code).toBe(0);
    expect(stored('data/actors.json')).toMatchObject([{ training_data: { count: 1 } }]);
  });

  test('imports every other entry beside a bad one, and reads "15" and "true" with a warning (case 9)', async () => {
    const data = { s3_urls: [], count: '15', synced: false };
    const { runImport, stored } = openFolder({
      'data/actors.json': [
        { name: 'nameless' },
        buildActor('0107'),
        buildActor('0108', { training_data: data, training_data_good: 'true' }),
        buildActor('0109', { age: [] }),
      ],
    });
    const { code, out } = await runImport();
    expect(code).toBe(5);
    expect(out).toContain('refused actor entry 1: entry 1 has no id (data/actors.json)');
    expect(out).toContain('refused actor 0109: age is not a number (data/actors.json)');
    expect(out).toContain('training_data.count "15" is read as 15');
    expect(out).toContain('training_data_good "true" is read as true');
    expect(stored('data/actors.json')).toMatchObject([{ id: '0107' }, { id: '0108', training_data: data }]);
  });

  test('names images in another bucket in one line, and takes local copies in their place', async () => {
    const urls = ['s3://my-studio/a/1.png', 'https://my-studio.s3.eu-central-1.amazonaws.com/a/2.png'];
    const local = { training_data: { s3_urls: urls, local_path: 'images', count: 2, synced: true } };
    const { runImport, stored, folder } = openFolder({
      'data/actors.json': [
        buildActor('0019', local),
        buildActor('0020', { training_data: { s3_urls: urls } }),
      ],
    });
    const first = await runImport();
    expect([first.code, first.out]).toEqual([
      5,
      expect.stringMatching(/4 images of 2 actors are in bucket my-studio; this store is file:.*\n/),
    ]);
    write(folder, { 'images/1.png': PNG });
    const second = await runImport();
    expect(second.out).toContain('2 images of 1 actor are in bucket my-studio');
    expect(second.out).toContain(`no local copy, so no longer listed: ${urls[1]}`);
    expect(stored('data/actors.json')).toMatchObject([
      { training_data: { s3_urls: ['s3://local/actors/0019/training_data/1.png'], count: 1, synced: true } },
      { training_data: { s3_urls: urls } },
    ]);
  });

  test.each([
    ['C:\\photos\\0019', 'is a Windows path'],
    ['data\\actors\\0019', 'is a Windows path'],
    ['/somewhere/else', 'is outside of the import folder'],
    ['../other', 'is outside of the import folder'],
  ])('refuses the local_path %s by name', async (path, reason) => {
    const { runImport } = openFolder({
      'data/actors.json': [buildActor('0019', { training_data: { local_path: path, count: 3 } })],
    });
    const { code, out } = await runImport();
    expect([code, out]).toEqual([5, expect.stringContaining(`local_path ${path} ${reason}`)]);
  });

  test('joins the ids 19 and 0019 with a warning, and refuses two manifests of one actor that differ', async () => {
    const versions = [{ id: 'v1', name: 'V1', status: 'completed' }];
    const { runImport, stored, folder, home } = openFolder({
      'data/actors.json': [buildActor('19')],
      'data/actorsData.json': [{ id: '0019', mood: 'bright' }],
      'data/actor_manifests/0019_manifest.json': { versions, kept: 1 },
    });
    const { code, out } = await runImport();
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('warning actor 0019: joined with actor 19 of the catalogue'),
    ]);
    expect(out).toContain('warning manifest of actor 0019: joined with actor 19');
    expect(stored('data/actors.json')).toMatchObject([{ id: '19', mood: 'bright' }]);
    expect(stored('data/actor_manifests/0019_manifest.json')).toMatchObject({ versions, kept: 1 });
    write(folder, { 'data/actor_manifests/19_manifest.json': { versions: [] } });
    const second = await runImport();
    expect([second.code, second.out]).toEqual([
      5,
      expect.stringContaining('belong to one actor, 0019, and differ'),
    ]);
    write(folder, { 'data/actor_manifests/19_manifest.json': { versions } });
    expect((await runImport()).code).toBe(0);
    expect(readdirSync(join(home, 'store/data/actor_manifests'))).toEqual(['0019_manifest.json']);
  });

  test('reports flags that differ in a second import, and takes them with --take flags', async () => {
    const manifest = { versions: [{ id: 'v1', name: 'V1', status: 'completed', good: false }] };
    const { runImport, stored, folder } = openFolder({
      'data/actors.json': [buildActor('0019', { custom_models_good: false })],
      'data/actor_manifests/0019_manifest.json': manifest,
    });
    await runImport();
    write(folder, {
      'data/actors.json': [buildActor('0019', { training_data_good: false, custom_models_good: true })],
      'data/actor_manifests/0019_manifest.json': { versions: [{ ...manifest.versions[0], good: true }] },
    });
    const { code, out } = await runImport();
    expect([code, out]).toEqual([0, expect.stringContaining('2 flags differ; take them with --take flags.')]);
    expect(out).toContain('differs training_data_good of actor 0019: true in the store, false in the source');
    expect(stored('data/actors.json')).toMatchObject([
      { training_data_good: true, custom_models_good: false },
    ]);
    expect((await runImport('--take', 'flags')).out).toContain(
      'taken   custom_models_good of actor 0019: false → true',
    );
    expect(stored('data/actor_manifests/0019_manifest.json')).toMatchObject({
      training_data_good: false,
      custom_models_good: true,
      versions: [{ good: true }],
    });
    expect(stored('data/actors.json')).toMatchObject([
      { training_data_good: false, custom_models_good: true },
    ]);
    expect((await runImport()).out).not.toContain('differ');
  });

  test('names a folder without a catalogue, a missing folder, and documents that cannot be read', async () => {
    const { runImport, run, folder } = openFolder({});
    expect(await runImport()).toMatchObject({
      code: 5,
      out: expect.stringContaining('it has no catalogue: expected one of data/actors.json'),
    });
    expect(await run('import', join(folder, 'none'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('does not exist'),
    });
    expect((await run('import')).code).toBe(2);
    mkdirSync(join(folder, 'data/actors.json'), { recursive: true });
    write(folder, { 'styles.json': '{"styles": [' });
    const { out } = await runImport();
    expect(out).toContain('refused list of actors: data/actors.json is a folder, not a file');
    expect(out).toMatch(/list of styles: not JSON .* \(styles.json\)/);
    expect((await run('import', '--refresh')).out).toContain('image counts of 0 actors');
  });

  test('is finished by a second import after Ctrl-C', async () => {
    const ids = Array.from({ length: 50 }, (_, n) => String(n).padStart(4, '0'));
    const images = ids.map((id) => [`data/actors/${id}/training_data/a.png`, PNG]);
    const { folder, home, runImport, stored } = openFolder({
      ...(Object.fromEntries(images) as Record<string, string>),
      'data/actors.json': ids.map((id) => buildActor(id)),
    });
    const child = spawn(process.execPath, [CLI, 'import', folder, '--data', home], {
      stdio: 'pipe',
      env: {},
    });
    child.stdout.on('data', (text: Buffer) => {
      if (/images of actors: \d+ of 50/.test(text.toString())) child.kill('SIGINT');
    });
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
    expect([0, 130]).toContain(code);
    expect((await runImport()).code).toBe(0);
    const actors = stored('data/actors.json') as readonly { readonly training_data: object }[];
    expect(
      actors.filter((each) => JSON.stringify(each.training_data).includes('"count":1,"synced":true')),
    ).toHaveLength(50);
  });
});

describe('trainyard export', () => {
  const FILES = {
    'data/actors.json': '\uFEFF[\r\n  {"id": 19, "mood": 1.0, "training_data": {"count": "15"}}\r\n]\r\n',
    'data/actor_manifests/0019_manifest.json':
      '{"versions": [{"id": "v1", "name": "V1", "status": "completed"}], "own": true}',
    'data/styles.json': [{ id: '16', name: 'Misty' }],
    'resources/style_images/16_misty/selection_sets.json': [
      { id: 1, name: 'Set', images: ['a.png'], own: 1 },
    ],
    'resources/style_images/16_misty/training_versions.json': { versions: [] },
  };

  test('writes back every document byte for byte, and changes only the document that changed', async () => {
    const { folder, home, out, run, runImport } = openFolder(FILES);
    await runImport();
    const exported = await run('export', out);
    expect([exported.code, exported.out]).toEqual([
      0,
      expect.stringContaining('5 unchanged, 0 changed, 0 new, 0 refused'),
    ]);
    expect(readFiles(out)).toEqual(readFiles(folder));
    const key = join(home, 'store/data/actor_manifests/0019_manifest.json');
    const manifest = JSON.parse(readFileSync(key, 'utf8'));
    writeFileSync(key, JSON.stringify({ ...manifest, versions: [...manifest.versions, { name: 'V2' }] }));
    const answer = JSON.parse((await run('export', out, '--overwrite', '--json')).out);
    expect(answer.files.filter(({ outcome }: { outcome: string }) => outcome !== 'unchanged')).toEqual([
      { path: 'data/actor_manifests/0019_manifest.json', outcome: 'changed' },
    ]);
    expect(readFiles(out)).toEqual({
      ...readFiles(folder),
      'data/actor_manifests/0019_manifest.json':
        '{"versions": [{"id": "v1", "name": "V1", "status": "completed"},{"name":"V2"}], "own": true}',
    });
  });

  test('refuses a folder that is not empty without --overwrite, and a store without documents is no fault', async () => {
    const { folder, out, home, run } = openFolder({ 'theirs.txt': 'stays' });
    expect(await run('export', folder)).toMatchObject({
      code: 2,
      err: expect.stringContaining('is not empty; name a new folder, or add --overwrite'),
    });
    expect(await run('export', out)).toMatchObject({ code: 0, out: expect.stringContaining('0 unchanged') });
    expect(existsSync(home)).toBe(false);
  });
});
