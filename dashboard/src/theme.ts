import { Badge, type CSSVariablesResolver, createTheme, Drawer, darken, Menu, Modal } from '@mantine/core';

const dialog = {
  // Mantine does so with a style element, which the Content-Security-Policy refuses: see shell.css.
  lockScroll: false,
  closeButtonProps: { 'aria-label': 'Close' },
  // Its head is a header element, and a page has one banner.
  attributes: { header: { role: 'presentation' } },
};

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
    Badge: Badge.extend({ defaultProps: { tt: 'none', fw: 600 } }),
    // Its placeholder may not stand in a menu; and outside of the landmarks, its items may not.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false, withinPortal: false } }),
    Modal: Modal.extend({ defaultProps: dialog }),
    Drawer: Drawer.extend({ defaultProps: dialog }),
  },
});

const HUES = ['gray', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'indigo'] as const;

/** Mantine's light badges, dimmed texts and placeholders are too faint for WCAG AA: 4.5 to 1. */
export const readableColors: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    ...tints(colors, 9, 0.35),
    '--mantine-color-dimmed': '#596069',
    '--mantine-color-placeholder': '#6b727a',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
  },
  dark: {
    ...tints(colors, 2, 0),
    '--mantine-color-dimmed': '#a6abb1',
    '--mantine-color-placeholder': '#989da3',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-3)',
  },
});

function tints(
  colors: Record<string, readonly string[]>,
  shade: number,
  dim: number,
): Record<`--${string}`, string> {
  return Object.fromEntries(
    HUES.map((hue) => [`--mantine-color-${hue}-light-color`, darken(colors[hue]?.[shade] ?? 'black', dim)]),
  );
}
