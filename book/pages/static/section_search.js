// Search results lead to sections, and their excerpts show text instead of TeX. It changes three functions of Sphinx's
// searchtools.js, which find results, tell their number, and read a page.
{
  const find = Search._performSearch;
  const page = ([name, , anchor]) => `${name}${anchor}`;

  // book/pages/section_search.py names a section page#section. A page whose title was asked for comes first; others step
  // back behind a section that is as good.
  Search._performSearch = (...query) => {
    const asked = query[0].trim().toLowerCase();
    const { docnames, titles } = Search._index, kept = new Map();
    for (const [name, title, anchor, described, score, file] of find(...query)) {
      const [doc, section] = name.split('#');
      const whole = described ? title : titles[docnames.indexOf(name)];
      const term = anchor.match(/^#term-(.*)/)?.[1].replaceAll('-', ' ');
      const place = anchor || (section ? `#${section}` : '');
      const exact = !place && whole.replace(/<[^>]*>/g, '').replace(/^\d+\. /, '').toLowerCase() === asked;
      const result = [doc, term ? `${whole} › ${term}` : whole, place, described, score + (exact ? 100 : 0), file];
      const other = kept.get(page(result));
      if (!other || other[4] <= score) kept.set(page(result), result);
    }
    const best = new Map();
    for (const [doc, , anchor, , score] of kept.values()) if (anchor) best.set(doc, Math.max(score, best.get(doc) ?? 0));
    return [...kept.values()].filter(([doc, , anchor, , score]) => anchor || score > (best.get(doc) ?? -1))
      .sort((a, b) => a[4] - b[4]);
  };

  // Sphinx asks its catalogue of translations for each sentence.
  Documentation.addTranslations({ locale: 'en', plural_expr: '(n != 1)', messages: {
    'Search finished, found ${resultCount} page(s) matching the search query.': 'Places found: ${resultCount}',
  } });

  const SIGNS = { alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', Delta: 'Δ', epsilon: 'ε', varepsilon: 'ε', eta: 'η', theta: 'θ',
    kappa: 'κ', lambda: 'λ', mu: 'μ', nu: 'ν', rho: 'ρ', sigma: 'σ', tau: 'τ', xi: 'ξ', nabla: '∇', infty: '∞', leq: '≤', le: '≤',
    geq: '≥', ge: '≥', neq: '≠', ne: '≠', approx: '≈', times: '×', cdot: '·', to: '→', ldots: '…', dots: '…', in: '∈', ell: 'ℓ',
    pm: '±', bx: 'x', bg: 'g', bv: 'v', bs: 's', top: 'ᵀ', ',': ' ', ';': ' ', '!': '', ' ': ' ', '%': '%' };

  // A short formula as text, or an ellipsis.
  const readable = tex => {
    const text = tex.replace(/^\\[([]|\\[)\]]$/g, '').replace(/\\(?:mathbf|mathrm|boldsymbol|text)\{(.)\}/g, '$1')
      .replace(/\\([A-Za-z]+|.)\s*/g, (whole, name) => SIGNS[name] ?? whole).replace(/([_^])\{(\w)\}/g, '$1$2')
      .replace(/\^2/g, '²').replace(/_/g, '').trim();
    return /[\\{}^&]/.test(text) || text.length > 20 ? '…' : text;
  };

  Search.htmlToText = (html, anchor) => {
    const main = new DOMParser().parseFromString(html, 'text/html').querySelector('[role="main"]');
    const part = (anchor && main?.querySelector(`#${CSS.escape(decodeURIComponent(anchor.slice(1)))}`)) || main?.querySelector('article') || main;
    if (!part) return '';
    // The sections of a section have results of their own; the text of an exercise is one without an id.
    if (part.parentElement.closest('section')) part.querySelectorAll('section[id]').forEach(node => node.remove());
    part.querySelectorAll('.headerlink, script, style, template, .eqno').forEach(node => node.remove());
    const read = [part, ...(part.matches('dt') ? [part.nextElementSibling] : [])];
    for (const node of read) node.querySelectorAll('.math').forEach(formula => { formula.textContent = readable(formula.textContent.trim()); });
    return read.map(node => node.textContent).join(' ').replace(/\s+/g, ' ').trim();
  };
}
