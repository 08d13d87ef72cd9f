import { createHash } from 'node:crypto';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/** Tells the service worker which files make up the shell, and under which name to keep them. */
function shellOfServiceWorker(): Plugin {
  return {
    name: 'shell-of-service-worker',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const worker = bundle['sw.js'];
      if (!worker || worker.type !== 'chunk') throw new Error('the service worker was not built');
      const files = Object.keys(bundle)
        .filter((name) => name !== 'sw.js' && !name.endsWith('.map') && name !== 'index.html')
        .map((name) => `/${name}`)
        .sort();
      const shell = ['/', '/manifest.webmanifest', '/icon.svg', ...files];
      const version = createHash('sha256').update(JSON.stringify(shell)).update(worker.code).digest('hex').slice(0, 12);
      const marked = /["'`]__SHELL__["'`]/;
      // A minifier chooses its own quotes; a worker that keeps nothing would still look well.
      if (!marked.test(worker.code)) throw new Error('the service worker has no place for the shell');
      worker.code = worker.code.replace(marked, JSON.stringify(shell)).replace('__VERSION__', version);
    },
  };
}

export default defineConfig({
  plugins: [svelte(), shellOfServiceWorker()],
  build: {
    target: 'chrome95',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    rollupOptions: {
      input: { index: 'index.html', sw: 'src/sw.ts' },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
});
