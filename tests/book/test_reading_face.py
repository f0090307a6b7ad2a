"""The face of the pages has the letters that pages use, and no others, under a name of its own."""
import pytest
from fontTools.ttLib import TTFont

from book.pages import reading_face


def test_letters_are_those_that_pages_show(tmp_path):
    page = '<p title="Ж">η &le; ×</p><script>"Δ"</script>'
    (tmp_path / 'page.html').write_text(page, encoding='utf-8')
    found = reading_face.letters(tmp_path)
    assert {*'η≤×a~'} <= found
    assert not {*'ЖΔ'} & found


@pytest.mark.parametrize(('name', 'weights'), [('reading.woff2', (400, 600)), ('reading-italic.woff2', None)])
def test_a_file_has_these_letters_alone(tmp_path, name, weights):
    reading_face.write(*reading_face.FILES[name], {*'AVaη⊇'}, tmp_path / name)
    font = TTFont(tmp_path / name)
    assert set(font.getBestCmap()) == set(map(ord, 'AVaη'))       # it has no ⊇: another face's is shown
    assert 'GPOS' in font, 'its kerning'
    assert not any('Source' in str(entry) for entry in font['name'].names if entry.nameID in (1, 3, 4, 6, 16))
    axes = {axis.axisTag: (axis.minValue, axis.maxValue) for axis in font['fvar'].axes} if 'fvar' in font else None
    assert axes == ({'wght': weights} if weights else None)
