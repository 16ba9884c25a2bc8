import { defineConfig } from 'vite';

// Relative addresses: the page works under any path a proxy gives it.
export default defineConfig({
  base: './',
  build: {
    outDir: '../static',
    emptyOutDir: true,
    chunkSizeWarningLimit: 5000, // Monaco, the editor, is one large piece
    rolldownOptions: {
      // GraphiQL's components say "use client" to servers that render them; there is none here.
      onwarn: (warning, tell) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || tell(warning),
    },
  },
});
