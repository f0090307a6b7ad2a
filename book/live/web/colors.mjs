// Color Python as the book does: Prism finds the tokens, and the book's own classes (Pygments') color them.
const CLASSES = { comment: 'c1', 'triple-quoted-string': 's2', string: 's2', keyword: 'k', builtin: 'nb', boolean: 'kc',
  number: 'mi', operator: 'o', punctuation: 'p', function: 'nf', 'class-name': 'nc', decorator: 'nd' };
let grammar = null;

async function script(name) {
  const tag = document.createElement('script');
  tag.src = new URL(`prism/prism-${name}.min.js`, import.meta.url);
  await new Promise((resolve, reject) => {
    tag.onload = resolve;
    tag.onerror = () => reject(new Error(`${tag.src} is missing`));
    document.head.append(tag);
  });
}

// Load Prism, once, at the first edit. It colors nothing by itself.
export function load() {
  grammar ??= (async () => {
    window.Prism = { manual: true };
    await script('core');
    await script('python');
  })();
  return grammar;
}

// Return the code as a fragment of colored spans.
export function colored(code) {
  const fragment = document.createDocumentFragment();
  const add = (tokens, parent) => {
    for (const token of [tokens].flat()) {
      if (typeof token === 'string') {
        parent.append(token);
        continue;
      }
      const span = document.createElement('span');
      span.className = CLASSES[token.type] ?? '';
      add(token.content, span);
      parent.append(span);
    }
  };
  add(window.Prism.tokenize(code, window.Prism.languages.python), fragment);
  return fragment;
}
