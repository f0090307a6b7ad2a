"""The explorers of the chapters: their settings run, their pictures are drawn, and wrong blocks are refused."""
import re

import pytest

from book import chapters
from book.live import explorer as block
from book.live import picture
from helpers import refused

BLOCK = re.compile(r'^```\{explorer\} (\S+)\n(.*?)^```$', re.M | re.S)
BLOCKS = {f'{path.stem}-{found[1]}': dict(re.findall(r'^:(\w+): (.*)$', found[2], re.M))
          for path in chapters.pages()
          for found in BLOCK.finditer(path.read_text(encoding='utf-8'))}


def test_there_are_explorers_where_the_readme_says():
    assert {name.partition('-')[0] for name in BLOCKS} == {
        'index', 'momentum', 'adagrad', 'rmsprop', 'adam', 'lr', 'which', 'adamw', 'sign', 'muon', 'schedule'}


def settings(options):
    return block.settings(options['problem'], options['runs'], options.get('start', ''))


@pytest.mark.slow
def test_a_picture_is_the_same_each_time():
    wanted = settings(BLOCKS['adam-yogi'])
    assert picture.draw(wanted) == picture.draw(wanted)


@pytest.mark.slow
@pytest.mark.parametrize('name', BLOCKS)
def test_the_picture_of_a_block_is_drawn(name):
    options = BLOCKS[name]
    drawn, (width, height) = picture.draw(settings(options))
    assert drawn.count('<path ') > 20
    assert 400 < width < 500
    assert 240 < height < 350
    assert len(options['alt']) > 100


@pytest.mark.parametrize(('arguments', 'error', 'fragments'), [
    (('quadratc', 'gd'), ValueError, ["problem='quadratc'", 'choose one of']),
    (('quadratic', 'gdd'), ValueError, ["method='gdd'"]),
    (('quadratic', 'gd rate=1'), ValueError, ["'rate=1'", 'lr, beta1']),
    (('quadratic steps=x', 'gd'), ValueError, ["'x'"]),
    (('quadratic', 'gd | gd | gd'), ValueError, ['3 methods', 'two fit']),
    (('quadratic', 'gd', '90 1'), ValueError, ['start[0]=90.0']),
], ids=str)
def test_a_wrong_block_is_refused(arguments, error, fragments):
    refused(lambda: block.settings(*arguments), error, fragments)
