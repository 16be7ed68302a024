import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: {
    // The content security policy allows no `data:` addresses.
    assetsInlineLimit: 0,
    // The size check reads which files load together.
    manifest: true,
    modulePreload: { polyfill: false },
    target: 'es2024',
  },
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:8787' } },
});
