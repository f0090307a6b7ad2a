// Short ways to make elements.
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export const button = (text, onclick, label = text) => {
  const made = element('button', { type: 'button', textContent: text, onclick });
  if (label !== text) made.setAttribute('aria-label', label);
  return made;
};

// Show buttons for [label, action] each; one that is pressed goes, and the keyboard is where `then` puts it.
export function ways(place, offered, then) {
  place.replaceChildren(...offered.map(([label, action]) => button(label, () => {
    place.replaceChildren();
    then();
    action();
  })));
}

// Add text to what a run printed, in a box of its own for each kind: 'text' or 'error'.
export function print(output, kind, text) {
  let pre = output.lastElementChild?.querySelector(':scope > .highlight > pre');
  if (!pre || pre.dataset.kind !== kind) {
    pre = element('pre', { tabIndex: 0 });
    pre.dataset.kind = kind;
    output.append(element('div', { className: `output stream live-${kind}` }, element('div', { className: 'highlight' }, pre)));
  }
  pre.append(text);
}
