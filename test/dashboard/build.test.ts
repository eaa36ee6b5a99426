import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildDashboard, MAX_GZIPPED_BYTES } from '../../dashboard/build.ts';

describe('the built dashboard', () => {
  let folder = '';
  let gzippedBytes = 0;
  let files: readonly string[] = [];
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const assets = (extension: string) => files.filter((name) => name.endsWith(extension));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
    gzippedBytes = await buildDashboard(folder);
    files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is loaded with at most 250 KB, gzipped', () => {
    expect(gzippedBytes).toBeGreaterThan(50 * 1024);
    expect(gzippedBytes).toBeLessThanOrEqual(MAX_GZIPPED_BYTES);
  });

  it('is index.html, its icon, and assets named by their content', () => {
    expect(files.filter((name) => !name.startsWith('assets/')).toSorted()).toEqual([
      'icon.svg',
      'index.html',
    ]);
    const named = files.filter((name) => name.startsWith('assets/'));
    expect(named.length).toBeGreaterThanOrEqual(2);
    expect(named.filter((name) => !/^assets\/\w+-[A-Z0-9]{8}\.(js|css)$/.test(name))).toEqual([]);
  });

  it('is a page that loads every asset and has nothing inline', () => {
    const page = read('index.html');
    const loaded = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, name]) => name);
    expect(loaded.toSorted()).toEqual(files.filter((name) => name.startsWith('assets/')).toSorted());
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|<style|\bstyle=|\bon\w+=|javascript:/i);
  });

  it('ships no source map', () => {
    expect(assets('.map')).toEqual([]);
    const texts = [...assets('.js'), ...assets('.css')];
    expect(texts.filter((name) => read(name).includes('sourceMappingURL'))).toEqual([]);
  });

  it('evaluates no text as code', () => {
    expect(assets('.js').length).toBeGreaterThan(0);
    expect(assets('.js').filter((name) => /\beval\(|new Function\(/.test(read(name)))).toEqual([]);
  });

  it('loads nothing from elsewhere', () => {
    const sheets = assets('.css');
    expect(sheets).toHaveLength(1);
    expect(sheets.filter((name) => /@import|url\((?!["']?(data:|#))/.test(read(name)))).toEqual([]);
  });

  it('holds the theme in its stylesheet, for both colour schemes', () => {
    const [sheet = ''] = assets('.css').map(read);
    const schemes = [
      ...sheet.matchAll(/:root\[data-mantine-color-scheme=(\w+)\]\{[^}]*--mantine-color-body/g),
    ];
    expect(schemes.map(([, scheme]) => scheme).toSorted()).toEqual(['dark', 'light']);
  });
});
