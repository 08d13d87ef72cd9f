import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { compile, parse, places } from './fluent.mjs';

const languages = path.resolve(import.meta.dirname, '../languages');

const more = path.join(languages, 'more');

/** Makes a small module of each Fluent file. */
function fluent(): Plugin {
  return {
    name: 'fluent',
    transform(text, id) {
      if (!id.endsWith('.ftl')) return undefined;
      const language = path.basename(id, '.ftl');
      const original = path.basename(path.dirname(id)) === 'more' ? englishMore() : english();
      return { code: compile(parse(text, id), original, language, { rightToLeft: language === 'ar' }), map: null };
    },
  };
}

/** The English sentences, but those of a lock screen, where it is the server that speaks. */
function english() {
  const all = parse(readFileSync(path.join(languages, 'en.ftl'), 'utf8'), 'en.ftl');
  return new Map([...all].filter(([key]) => !/^notice(New|Now)$/.test(key)));
}

/** The English sentences of screens that are loaded when they are opened. */
const englishMore = () => parse(readFileSync(path.join(more, 'en.ftl'), 'utf8'), 'more/en.ftl');

/** `words.back` becomes the place of that sentence in the list, and so does `more.helped`. */
function placed(): Plugin {
  return {
    name: 'places-of-sentences',
    enforce: 'post',
    transform(code, id) {
      if (id.includes('node_modules')) return undefined;
      const put = (text: string, name: string, known: Map<string, number>) => {
        if (!text.includes(`${name}.svelte`)) return text;
        // What is named only when the app runs has no place any more, and would be an empty sentence.
        if (new RegExp(`\\b(?<!\\.)${name}\\[`).test(text)) throw new Error(`${id}: sentences are named as ${name}.NAME`);
        return text.replace(new RegExp(`\\b${name}\\.([a-zA-Z]\\w*)`, 'g'), (all, key: string) => (known.has(key) ? `${name}[${known.get(key)}]` : all));
      };
      return { code: put(put(code, 'words', places(english())), 'more', places(englishMore())), map: null };
    },
  };
}

/**
 * The page is always built by the script, never written out by a server and then taken over ("hydrated"), which Svelte
 * asks itself at each node all the same. Its own word for that is a variable that tree shaking would drop if it could
 * see that it never changes: so it is made a constant, and the two calls that do nothing else are taken out of what
 * the compiler wrote. Should Svelte write any of it in another way, the build fails and says so.
 */
function neverHydrates(): Plugin {
  let dropped = 0;
  return {
    name: 'never-hydrates',
    enforce: 'post',
    transform(code, id) {
      if (/svelte\/src\/internal\/client\/dom\/hydration\.js$/.test(id)) {
        const [is, becomes] = ['export let hydrating = false;', /^\thydrating = value;$/m];
        if (!code.includes(is) || !becomes.test(code)) throw new Error(`${id}: how Svelte notes that it hydrates has changed`);
        return { code: code.replace(is, 'export const hydrating = false;').replace(becomes, ''), map: null };
      }
      if (!/\.svelte$/.test(id)) return undefined;
      const lean = code.replace(/^\s*\$\.(reset|next)\([^()\n]*\);$/gm, () => {
        dropped += 1;
        return '';
      });
      return { code: lean, map: null };
    },
    buildEnd() {
      if (dropped === 0) throw new Error('what Svelte writes to hydrate was not found');
    },
  };
}

/** Lets the page ask for the app's script while the first, small one is still coming. */
function preload(): Plugin {
  return {
    name: 'preload-of-start',
    enforce: 'post',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((one) => one.type === 'chunk');
        const start = chunks.find((one) => Object.keys(one.modules).some((id) => id.endsWith('/src/start.ts')));
        if (!start) throw new Error('the start of the app was not built');
        return [start.fileName, ...start.imports]
          .filter((name) => !html.includes(name))
          .map((name) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${name}` }, injectTo: 'head' as const }));
      },
    },
  };
}

/** Tells the service worker which files make up the shell, and under which name to keep them. */
function shellOfServiceWorker(): Plugin {
  return {
    name: 'shell-of-service-worker',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const worker = bundle['sw.js'];
      if (!worker || worker.type !== 'chunk') throw new Error('the service worker was not built');
      const files = Object.keys(bundle)
        // Staff screens and other languages are kept by whoever uses them.
        .filter((name) => !/^(sw\.js|index\.html|assets\/(Staff|(more-)?(pl|ro|pt|cy|ar))-.*)$|\.map$/.test(name))
        .map((name) => `/${name}`)
        .sort();
      const shell = ['/', '/manifest.webmanifest', '/icon.svg', ...files];
      const version = createHash('sha256').update(JSON.stringify(Object.keys(bundle).sort())).update(worker.code).digest('hex').slice(0, 12);
      const all = Object.keys(bundle).filter((name) => name.startsWith('assets/')).map((name) => `/${name}`);
      const rest = all.filter((name) => !shell.includes(name));
      for (const [mark, value] of [['__SHELL__', shell], ['__REST__', rest]] as const) {
        const marked = new RegExp(`["'\`]${mark}["'\`]`);
        // A minifier chooses its own quotes; a worker that keeps nothing would still look well.
        if (!marked.test(worker.code)) throw new Error('the service worker has no place for the shell');
        worker.code = worker.code.replace(marked, JSON.stringify(value));
      }
      worker.code = worker.code.replace('__VERSION__', version);
    },
  };
}

/** REPORT=1 says what each file is made of. */
function report(): Plugin {
  return {
    name: 'report',
    generateBundle(_options, bundle) {
      if (!process.env.REPORT) return;
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        const parts = Object.entries(chunk.modules).map(([id, { renderedLength }]) => [renderedLength, id] as const);
        console.log(chunk.fileName, chunk.code.length);
        for (const [size, id] of parts.sort((a, b) => b[0] - a[0]).slice(0, 60)) console.log(String(size).padStart(8), path.relative('.', id));
      }
    },
  };
}

const FIRST =
  /node_modules\/svelte\/|src\/(start\.ts|App\.svelte|lib\/(state|ids|storage|words)|family\/(Join|Help|PlainList|TopBar|Languages)\.svelte)/;
/** Behind the lock: one file is smaller than seven. */
const BEHIND = /src\/family\/(?!Goal|Plan)\w+\.svelte|src\/lib\/(family|outbox|goals|more\.svelte)\.ts/;
/** Screens that few open, and seldom. */
const SELDOM = /src\/family\/(Goal|Plan)\w*\.svelte/;
/** What families and staff both need. */
const BOTH = /src\/lib\/(session|live|keep|dates|ids|push|said|place)\.|src\/talk\.css|bindings\/(input|select|shared)\.js|svelte\/src\/internal\/client\/index\.js/;
const LATER = /bindings\/(input|select|shared)\.js|svelte\/src\/internal\/client\/index\.js/;

export default defineConfig({
  plugins: [fluent(), placed(), svelte({ compilerOptions: { runes: true, discloseVersion: false } }), neverHydrates(), preload(), shellOfServiceWorker(), report()],
  build: {
    // Chrome 95, where old phones stop, has all of it.
    target: 'es2022',
    modulePreload: false,
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    rollupOptions: {
      // Custom elements and sizes are not used; as they are written they would come along all the same.
      treeshake: { moduleSideEffects: (id: string) => !/custom-element\.js|bindings\/size\.js|legacy-client\.js/.test(id) },
      input: { index: 'index.html', sw: 'src/sw.ts' },
      output: {
        // One file for the first screen; the form fields of later screens are not in it.
        advancedChunks: {
          groups: [
            { name: 'first', test: /preload-helper|src\/lib\/languages/, priority: 5 },
            { name: 'start', test: (id: string) => FIRST.test(id) && !LATER.test(id), priority: 4 },
            { name: 'both', test: BOTH, priority: 3 },
            { name: 'behind', test: BEHIND, priority: 2 },
            { name: 'seldom', test: SELDOM, priority: 1.6 },
            // What staff open first, then what mentors and workers both go to, then what most do, then what managers do.
            { name: 'Staff', test: /src\/staff\/(Staff|Agreed|Concern|ContactPlan|Needs|Notices|Rhythm)\.svelte/, priority: 1.5 },
            { name: 'records', test: /src\/staff\/About\.svelte/, priority: 1.45 },
            { name: 'team', test: /src\/staff\/(Families|Caseload|People)\.svelte/, priority: 1.4 },
            { name: 'manager', test: /src\/staff\/(Rules|Waits|HelpLines|AgencyLines|Questions|Audit)\.svelte/, priority: 1.3 },
          ],
        },
        // Whatever is of staff screens alone bears their name: a family's phone keeps none of it. Sentences that come
        // with their screen bear theirs.
        chunkFileNames: (chunk) => `assets/${/languages\/more\//.test(chunk.facadeModuleId ?? '') ? 'more-' : ''}${chunk.name !== 'Staff' && chunk.moduleIds.some((id) => id.includes('/src/staff/')) ? 'Staff-' : ''}[name]-[hash].js`,
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
});
