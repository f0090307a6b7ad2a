// Paper is white: a page is printed in the light theme, whatever the screen has.
{
  const page = document.documentElement;
  let onScreen;
  window.addEventListener('beforeprint', () => { onScreen = page.dataset.theme; page.dataset.theme = 'light'; });
  window.addEventListener('afterprint', () => { page.dataset.theme = onScreen; });
}
