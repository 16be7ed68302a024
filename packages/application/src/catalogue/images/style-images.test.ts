import { expect, it } from 'vitest';
import type { Deps } from '../../deps.ts';
import { createMemoryObjectStore } from '../../testing/memory/object-store.ts';
import { listStyleImages, planUpload } from './style-images.ts';

function createDeps() {
  const catalogue = { hasSubject: async () => true } as unknown as Deps['catalogue'];
  return { catalogue, objects: createMemoryObjectStore() };
}

it('the images of a style leave out the hidden twins of macOS (case 4)', async () => {
  const deps = createDeps();
  for (const name of ['image_1.png', '._image_1.png', 'image_1.txt', '._image_1.txt', '.DS_Store'])
    await deps.objects.put(`styles/7/${name}`, 'content');
  expect((await listStyleImages(deps, '7')).map(({ name }) => name)).toEqual(['image_1.png']);
});

it('an upload under the name of a hidden file is refused', async () => {
  const upload = { name: '._image_1.png', sizeBytes: 4096, replace: false };
  await expect(planUpload(createDeps(), '7', upload)).rejects.toThrow(
    'name: must not be the name of a hidden file',
  );
});
