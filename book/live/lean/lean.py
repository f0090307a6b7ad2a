"""Make wheels light and quick to import. It runs in the Python that will load them: bytecode is of one version.

Modules are compiled beforehand, as most of an import is compiling. What a page never opens is left out: the tests and
headers of libraries, backends of matplotlib for windows and paper, formats of pictures, fonts that the book does not
draw with (formulas ask for STIX). A font that matplotlib looks up stays, drawn or not: without it all are listed anew.
"""
import hashlib
import importlib.util
import io
import marshal
import re
import sys
import zipfile

NEVER = re.compile(r'''
    (^|/)(tests|sample_data|include|f2py|pdfcorefonts|afm)/ | \.(pyi|h|c|pxd|a|lib|in)$
    | matplotlib/mpl-data/(images/ | fonts/ttf/(DejaVuSerif|DejaVuSansMono-))
    | matplotlib/backends/\w*(gtk|qt|tk|wx|web_agg|webagg|nbagg|macosx|cairo|pgf|_ps|backend_pdf|_pdf_ps)
    | matplotlib/(sphinxext|testing)/ | mpl_toolkits/axisartist/
    | PIL/(_webp|_imagingft|_imagingcms|_avif|Pdf|ImageCms)
    | PIL/(Blp|Dds|Eps|Fli|Ftex|Icns|Ico|Jpeg2K|Psd|Sgi|Tiff)ImagePlugin''', re.VERBOSE)
THEN = (1980, 1, 1, 0, 0, 0)


def compiled(source: bytes, name: str) -> bytes:
    """Return the bytecode of a module, which Python takes without looking for the source."""
    code = compile(source, name, 'exec', dont_inherit=True)
    unchecked = (1).to_bytes(4, 'little')
    return importlib.util.MAGIC_NUMBER + unchecked + hashlib.sha256(source).digest()[:8] + marshal.dumps(code)


def lean(wheel: bytes, sources: bool = False) -> bytes:
    """Return a wheel with bytecode for its modules, `sources` or not beside it, and without what a page never opens."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(wheel)) as old, zipfile.ZipFile(out, 'w') as new:
        for name in sorted(old.namelist()):
            if name.endswith('/') or NEVER.search(name):
                continue
            data = old.read(name)
            if name.endswith('.py'):
                code = compiled(data, name)
                if sources:
                    new.writestr(zipfile.ZipInfo(name, THEN), data, zipfile.ZIP_DEFLATED, 9)
                name, data = importlib.util.cache_from_source(name) if sources else f'{name}c', code
            new.writestr(zipfile.ZipInfo(name, THEN), data, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def of_python() -> str:
    """Return the modules of Python's own library that are loaded now: a snapshot begins with them."""
    return ' '.join(sorted(name for name in sys.modules if name.partition('.')[0] in sys.stdlib_module_names
                           and not name.startswith(('_pyrepl', 'this', 'antigravity'))))
