import { defineConfig } from 'vite';

// Relative addresses: the page works under any path a proxy gives it.
export default defineConfig({
  base: './',
  build: {
    outDir: '../static',
    emptyOutDir: true,
    chunkSizeWarningLimit: 5000, // Monaco, the editor, is one large piece
  },
});
