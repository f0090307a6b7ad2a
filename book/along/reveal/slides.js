// Formulas first, while all slides are laid out; then the slides. A part that is too long for its slide scrolls, by keys as well.
MathJax.startup.promise.then(() => {
  Reveal.on('slidechanged', scrolling);
  Reveal.on('ready', scrolling);
  return Reveal.initialize({
    width: 1280, height: 720, margin: 0, center: false, display: 'flex', hash: true, slideNumber: 'c/t', transition: 'none',
    keyboard: { 38: null, 40: null },           // up and down scroll
    plugins: [RevealNotes],
  });
});

function scrolling({ currentSlide }) {
  for (const box of currentSlide.querySelectorAll('.shown, .shown pre, .shown div.math')) {
    const more = box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;
    if (more) box.tabIndex = 0;
    else box.removeAttribute('tabindex');
  }
}
