import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file that macOS writes beside a file on a disk of another system. */
const APPLE_DOUBLE = Buffer.concat([Buffer.from([0, 5, 0x16, 7, 0, 2, 0, 0]), Buffer.alloc(4088)]);
/** «café» in Windows-1252. */
const WINDOWS_1252 = Buffer.from([0x63, 0x61, 0x66, 0xe9]);

/** Adds the files that a year of work leaves behind, in the folders of the eligible actors. */
export function writeOddFiles(folder: string, toImageFolder: (actor: number) => string): void {
  const write = (actor: number, name: string, data: string | Buffer): void => {
    mkdirSync(join(folder, toImageFolder(actor)), { recursive: true });
    writeFileSync(join(folder, toImageFolder(actor), name), data);
  };
  write(19, '._image_1.png', APPLE_DOUBLE);
  write(19, '.DS_Store', Buffer.alloc(6148, 1));
  write(
    23,
    'IMG_1001.HEIC',
    Buffer.concat([Buffer.from('\0\0\0\x18ftypheic', 'latin1'), Buffer.alloc(4000)]),
  );
  write(56, 'image_2.txt', Buffer.concat([Buffer.from('0056 european 36 male, in a '), WINDOWS_1252]));
  write(11, 'image_3.txt', '');
  symlinkSync('/nowhere/image_99.png', join(folder, toImageFolder(42), 'image_99.png'));
  writeFileSync(join(folder, 'data/actor_manifests/._0019_manifest.json'), APPLE_DOUBLE);
}
