import { expect, it } from 'vitest';
import { isHiddenName } from './hidden-name.ts';

it.each([
  '._image_1.png',
  '._0100_manifest.json',
  '.DS_Store',
  'Thumbs.db',
  'desktop.ini',
  'Icon\r',
  '__MACOSX',
])('the name %j of an operating system is hidden (case 4)', (name) => expect(isHiddenName(name)).toBe(true));

it.each(['image_1.png', '_image.png', 'thumbs.png', 'icon.png', 'a.DS_Store.png'])(
  'the name %j of an image is visible',
  (name) => expect(isHiddenName(name)).toBe(false),
);
