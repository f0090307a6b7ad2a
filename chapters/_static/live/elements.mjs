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
