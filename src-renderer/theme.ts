import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** The one accent: the green of things that keep. Problems are red, waiting is amber, the rest is grey. */
const leaf: MantineColorsTuple = [
  '#eef7f1',
  '#dcebe2',
  '#b5d7c3',
  '#8ac2a2',
  '#67b086',
  '#4fa574',
  '#3a8f61',
  '#2b7b50',
  '#1d6b43',
  '#0a5a34',
];

/** Waiting, and things to know. Its darkest shade is readable on its lightest. */
const amber: MantineColorsTuple = [
  '#fdf6e6',
  '#f9ebcc',
  '#f2d79b',
  '#eac267',
  '#e2af40',
  '#d99f26',
  '#c98d12',
  '#a8740a',
  '#8a5d06',
  '#6e4a05',
];

const dark: MantineColorsTuple = [
  '#d5d8d6',
  '#a9aeab',
  '#8b918d',
  '#686e6a',
  '#454a47',
  '#363b38',
  '#2a2e2c',
  '#1e2120',
  '#181b19',
  '#121413',
];

export const theme = createTheme({
  primaryColor: 'leaf',
  primaryShade: 7,
  colors: { leaf, amber, dark },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", "Noto Sans", Cantarell, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace',
  headings: { fontWeight: '600' },
  components: {
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true } },
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } },
      styles: { title: { fontWeight: 600 } },
    },
    Drawer: { styles: { title: { fontWeight: 600 } } },
    Button: { styles: { label: { fontWeight: 500 } } },
    Badge: { defaultProps: { radius: 'sm', tt: 'none', fw: 500 } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
  },
});

/**
 * Secondary text stays readable, at least 4.5 to 1 against the background. The three colours of a state
 * are for icons, bars and borders, and differ by theme.
 */
export const resolveVariables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5f6862',
    '--mantine-color-placeholder': '#6f7872',
    '--larder-good': leaf[7],
    '--larder-waiting': amber[6],
    '--larder-idle': colors.gray[5],
    '--larder-bad': colors.red[7],
    '--mantine-color-red-text': colors.red[9],
    '--mantine-color-error': colors.red[9],
  },
  dark: {
    '--mantine-color-dimmed': '#9aa19c',
    '--mantine-color-placeholder': '#8b918d',
    '--larder-good': leaf[4],
    '--larder-waiting': amber[4],
    '--larder-idle': colors.gray[6],
    '--larder-bad': colors.red[5],
    '--mantine-color-red-text': colors.red[4],
    '--mantine-color-error': colors.red[4],
  },
});
