// Writes the type of the sentences that screens may use, from the English ones.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, types } from './fluent.mjs';

const here = import.meta.dirname;
const english = readFileSync(path.join(here, '../languages/en.ftl'), 'utf8');
writeFileSync(path.join(here, 'src/lib/words.gen.ts'), types(parse(english, 'en.ftl')));
