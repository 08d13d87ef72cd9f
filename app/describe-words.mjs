// Writes the type of the sentences that screens may use, from the English ones.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, types } from './fluent.mjs';

const here = import.meta.dirname;
const english = readFileSync(path.join(here, '../languages/en.ftl'), 'utf8');
const more = readFileSync(path.join(here, '../languages/more/en.ftl'), 'utf8');
const all = types(parse(english, 'en.ftl')) + types(parse(more, 'more/en.ftl'), 'More', 'languages/more/en.ftl');
writeFileSync(path.join(here, 'src/lib/words.gen.ts'), all);
