declare module '*.ftl' {
  import type { Words } from './lib/words.gen';
  const words: Words;
  export default words;
}
