// A link that leads into a folded hint, solution or cell opens it, and all that it lies in.
function unfold() {
  const target = document.querySelector(':target');
  for (let box = target; box; box = box.parentElement) {
    if (box.matches('.toggle-hidden')) box.querySelector('.toggle-button').click();
    if (box.matches('details')) box.open = true;
  }
  target?.scrollIntoView();
}
window.addEventListener('load', unfold);
window.addEventListener('hashchange', unfold);
