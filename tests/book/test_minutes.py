"""The minutes that a page says it takes are those of the rule, and a path through several pages takes their sum."""
import re

import pytest

from book import CHAPTERS, chapters, exercises, minutes

PAGE = '''---
title: not counted
---
# Two words

**It takes** about 7 minutes, and more with the exercises. With $a + b$ eleven more.

$$
x = 1
$$ (eq-one)

```{code-cell} ipython3
---
mystnb:
  figure:
    name: fig-one
    caption: not counted
---
x = 1

# a comment counts
```

```{code-cell} ipython3
:tags: [hide-input]
folded = 1
```

```{code-cell} ipython3
---
tags: [hide-input]
mystnb:
  figure: {name: fig-two, caption: The figure counts, its code does not}
---
folded = 2
```

````{prf:theorem} Its title is not counted
:label: thm-one

Five words stand in here.

$$
y = 2
$$
````

```{admonition} Folded
:class: dropdown
Not counted.
```

```{explorer} one
:alt: not counted

Not counted.
```

## Exercises

Not counted.
'''


def test_each_kind_counts_once_and_what_is_folded_not():
    found = minutes.measure(PAGE)
    assert found == minutes.Length(words=2 + 14 + 5, code=2, figures=3, formulas=2)
    assert found.minutes == pytest.approx(21 / 200 + 2 / 15 + 3 + 1)
    assert minutes.claimed(PAGE) == 7
    assert minutes.claimed('# A page without') is None


@pytest.mark.parametrize('path', chapters.with_code(), ids=lambda path: path.stem)
def test_a_page_takes_as_long_as_it_says(path):
    page = path.read_text(encoding='utf-8')
    assert minutes.claimed(page) == pytest.approx(minutes.measure(page).minutes, rel=0.1)
    work = sum(exercise.minutes for exercise in exercises.of(page))
    assert re.findall(r'and (.+?) more with the exercises', page) == ([str(work)] if work else [])


TIME = re.compile(r'about (?:(?P<hours>\d+) hours)?(?: and )?(?:(?P<minutes>\d+) minutes)?')


def test_a_path_of_the_first_page_takes_as_long_as_its_sections():
    pages = [path.read_text(encoding='utf-8') for path in chapters.with_code()]
    claimed = {re.search(r'^\((sec_\w+)\)=$', page, re.M)[1]: minutes.claimed(page) for page in pages}
    front = (CHAPTERS / 'index.md').read_text(encoding='utf-8')
    paths = [' '.join(path.split()) for path in re.findall(r'^\*\*[^*]+\.\*\* .*?(?=\n\n|\n:::)', front, re.M | re.S)]
    timed = [path for path in paths if 'minutes' in path or 'hours' in path]
    assert len(timed) == 6
    for path in timed:
        sections = claimed if f'All {len(claimed)} sections' in path else re.findall(r'\{ref\}`(sec_\w+)`', path)
        time = TIME.search(path)
        said = 60 * int(time['hours'] or 0) + int(time['minutes'] or 0)
        assert said == pytest.approx(sum(claimed[section] for section in sections), abs=8 * (len(sections) > 1)), path
