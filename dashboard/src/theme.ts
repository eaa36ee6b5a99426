import { type CSSVariablesResolver, createTheme, Drawer, Modal } from '@mantine/core';

/** The stylesheet is made from this when the dashboard is built: see build.ts. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 8 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontWeight: '650' },
  components: {
    // It does so with a style element, which the Content-Security-Policy refuses: see shell.css.
    Modal: Modal.extend({ defaultProps: { lockScroll: false } }),
    Drawer: Drawer.extend({ defaultProps: { lockScroll: false } }),
  },
});

const HUES = ['gray', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'indigo'] as const;

/** Mantine's light badges, dimmed texts and placeholders are too faint for WCAG AA: 4.5 to 1. */
export const readableColors: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    ...tints(colors, 9),
    '--mantine-color-dimmed': '#596069',
    '--mantine-color-placeholder': '#6b727a',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
  },
  dark: {
    ...tints(colors, 2),
    '--mantine-color-dimmed': '#a6abb1',
    '--mantine-color-placeholder': '#989da3',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-3)',
  },
});

function tints(colors: Record<string, readonly string[]>, shade: number): Record<`--${string}`, string> {
  return Object.fromEntries(
    HUES.map((hue) => [
      `--mantine-color-${hue}-light-color`,
      hue === 'yellow' && shade === 9 ? '#8a4b00' : (colors[hue]?.[shade] ?? 'inherit'),
    ]),
  );
}
