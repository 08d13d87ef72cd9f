// Makes a small JavaScript module of a Fluent file, when the app is built: a phone gets sentences and
// functions, no parser. What is understood is the part of Fluent that `languages/` uses: messages,
// terms, variables, and selectors by plural category or by number.

/** Reads a file. A message is a list of pieces: text, `{ name }`, or `{ name, variants }`. */
export function parse(text, file = '') {
  const found = new Map();
  let open;
  for (const [at, line] of text.split('\n').entries()) {
    if (/^#/.test(line) || line.trim() === '') continue;
    const start = /^(-?[a-zA-Z][\w-]*) = ?(.*)$/.exec(line);
    if (start) {
      open = { id: start[1], text: start[2] };
      if (found.has(open.id)) throw new Error(`${file}:${at + 1}: ${open.id} twice`);
      found.set(open.id, open);
    } else if (open && /^( |\})/.test(line)) open.text += `\n${line}`;
    else throw new Error(`${file}:${at + 1}: not understood: ${line}`);
  }
  return new Map([...found].map(([id, message]) => [id, pattern(message.text, `${file}: ${id}`)]));
}

function pattern(text, where) {
  const pieces = [];
  let rest = text;
  while (rest) {
    const brace = rest.indexOf('{');
    const plain = brace < 0 ? rest : rest.slice(0, brace);
    if (plain) pieces.push(plain.replace(/\s*\n\s*/g, ' '));
    if (brace < 0) break;
    let depth = 0;
    let end = brace;
    for (; end < rest.length; end += 1) {
      if (rest[end] === '{') depth += 1;
      if (rest[end] === '}' && (depth -= 1) === 0) break;
    }
    if (depth !== 0) throw new Error(`${where}: a brace is not closed`);
    pieces.push(placeable(rest.slice(brace + 1, end).trim(), where));
    rest = rest.slice(end + 1);
  }
  return pieces;
}

function placeable(inside, where) {
  const found = /^\$([a-zA-Z]\w*)(?:\s*->([\s\S]*))?$/.exec(inside);
  if (!found) throw new Error(`${where}: not understood: { ${inside} }`);
  const [, name, choices] = found;
  if (choices === undefined) return { name };
  const variants = [...choices.matchAll(/^\s*(\*?)\[\s*(\w+)\s*\](.*)$/gm)].map(([, star, key, text]) => ({
    key: star ? 'other' : key,
    text: pattern(text.trim(), where),
  }));
  if (!variants.some((one) => one.key === 'other')) throw new Error(`${where}: no variant is the default`);
  return { name, variants };
}

/** The variables of a message, in the order in which they come, and those that choose. */
export function variables(message) {
  const names = new Map();
  const walk = (pieces) => {
    for (const piece of pieces) {
      if (typeof piece === 'string') continue;
      names.set(piece.name, names.get(piece.name) || Boolean(piece.variants));
      for (const one of piece.variants ?? []) walk(one.text);
    }
  };
  walk(message);
  return names;
}

/** Names that only some languages have. */
export const TERMS = ['-weekdays', '-months'];

/** Where each sentence stands in the list that a phone gets: the names stay at home. */
export const places = (original) => new Map([...original.keys(), ...TERMS].map((id, at) => [id.replace(/^-/, ''), at]));

/** The messages as a module. The order of the arguments is that of the original. */
export function compile(messages, original, language, { rightToLeft = false, named = false } = {}) {
  const quoted = (text) => JSON.stringify(text).slice(1, -1).replace(/[`$]/g, '\\$&').replace(/\\"/g, '"');
  const template = (pieces) =>
    `\`${pieces
      .map((piece) => {
        if (typeof piece === 'string') return quoted(piece);
        if (piece.variants) {
          return `\${p(${piece.name},{${piece.variants.map((one) => `${JSON.stringify(one.key)}:${template(one.text)}`).join(',')}})}`;
        }
        // A name or a number keeps its own direction inside a sentence that runs the other way.
        return rightToLeft ? `\u2068\${${piece.name}}\u2069` : `\${${piece.name}}`;
      })
      .join('')}\``;
  const lines = [...(named ? messages.keys() : [...original.keys(), ...TERMS])].map((id) => {
    const message = messages.get(id);
    if (!message) return '';
    const names = [...variables(original.get(id) ?? message).keys()];
    const key = named ? `${id.replace(/^-/, '')}:` : '';
    if (names.length === 0) return `${key}${JSON.stringify(message.join(''))}`;
    return `${key}(${names.join(',')})=>${template(message)}`;
  });
  const code = `export default ${named ? '{' : '['}${lines.join(',\n')}${named ? '}' : ']'};`;
  if (!code.includes('p(')) return code;
  // A number itself goes before its category. What the browser does not know has its default.
  return `const r=new Intl.PluralRules(${JSON.stringify(language)});const p=(n,c)=>c[n]??c[r.select(n)]??c.other;\n${code}`;
}

/** The type of what every language has. */
export function types(original, name = 'Words', from = 'languages/en.ftl') {
  const lines = [...original].map(([id, message]) => {
    const args = [...variables(message)].map(([name, chooses]) => `${name}: ${chooses ? 'number' : 'string | number'}`);
    return `  ${id}: ${args.length > 0 ? `(${args.join(', ')}) => string` : 'string'};`;
  });
  return `// Made of ${from} by the build.\nexport interface ${name} {\n${lines.join('\n')}\n  weekdays?: string;\n  months?: string;\n}\n`;
}
