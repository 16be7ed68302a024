import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findExceeded } from './budgets.ts';
import { listLoads, type Manifest, measureBuild } from './bundle.ts';

const MANIFEST: Manifest = {
  'index.html': { file: 'assets/index.js', isEntry: true, imports: ['_react.js'], css: ['assets/index.css'] },
  '_react.js': { file: 'assets/react.js' },
  'src/pages/actors.tsx': {
    file: 'assets/actors.js',
    isDynamicEntry: true,
    imports: ['index.html', '_grid.js'],
    dynamicImports: ['src/parts/picker.tsx'],
    css: ['assets/actors.css'],
  },
  'src/parts/picker.tsx': {
    file: 'assets/picker.js',
    isDynamicEntry: true,
    imports: ['_grid.js', '_face.js'],
  },
  '_face.js': { file: 'assets/face.js' },
  '_grid.js': { file: 'assets/grid.js', imports: ['_react.js'] },
};

describe('the loads of the studio', () => {
  it('are the first load with all that it imports, and each part with its files beyond those loaded before', () => {
    expect(listLoads(MANIFEST)).toEqual([
      { name: 'first load', scripts: ['assets/index.js', 'assets/react.js'], styles: ['assets/index.css'] },
      {
        name: 'src/pages/actors.tsx',
        scripts: ['assets/actors.js', 'assets/grid.js'],
        styles: ['assets/actors.css'],
      },
      {
        name: 'src/parts/picker.tsx',
        scripts: ['assets/picker.js', 'assets/face.js'],
        styles: [],
      },
    ]);
  });

  it('exceed 150 KiB of scripts at first, and 40 KiB of scripts later', () => {
    const size = (name: string, scriptKib: number, styleKib: number) => ({
      name,
      scriptBytes: scriptKib * 1_024,
      styleBytes: styleKib * 1_024,
    });
    expect(findExceeded([size('first load', 150, 90), size('a page', 40, 10)])).toEqual([]);
    expect(findExceeded([size('first load', 150.5, 0), size('a page', 40.5, 0)])).toEqual([
      'first load: 150.5 KiB after gzip; at most 150 KiB are allowed',
      'a page: 40.5 KiB after gzip; at most 40 KiB are allowed',
    ]);
  });

  it('are within the budgets in the present build', () => {
    const dist = fileURLToPath(new URL('../../apps/web/dist', import.meta.url));
    expect(findExceeded(measureBuild(dist))).toEqual([]);
  });
});
