import type { ReactNode } from 'react';

function Icon({ children, size = 18 }: { readonly children: ReactNode; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

type Props = { readonly size?: number };

export const PlugIcon = (props: Props) => (
  <Icon {...props}>
    <path d="M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4" />
  </Icon>
);
export const PulseIcon = (props: Props) => (
  <Icon {...props}>
    <path d="M3 12h4l3 8 4-16 3 8h4" />
  </Icon>
);
export const InvoiceIcon = (props: Props) => (
  <Icon {...props}>
    <path d="M6 3h12v18l-3-2-3 2-3-2-3 2zM9.5 8h5M9.5 12h5" />
  </Icon>
);
export const CheckIcon = (props: Props) => (
  <Icon {...props}>
    <path d="m5 12.5 4.5 4.500L19 7.5" />
  </Icon>
);
export const CrossIcon = (props: Props) => (
  <Icon {...props}>
    <path d="M6 6l12 12M18 6 6 18" />
  </Icon>
);
export const WarningIcon = (props: Props) => (
  <Icon {...props}>
    <path d="M12 7v6M12 17h.01" />
  </Icon>
);
export const CopyIcon = (props: Props) => (
  <Icon {...props}>
    <rect x="9" y="9" width="11" height="11" rx="2" />
    <path d="M5 15H4V5a1 1 0 0 1 1-1h10v1" />
  </Icon>
);
export const MoreIcon = (props: Props) => (
  <Icon {...props}>
    <path d="M5 12h.01M12 12h.01M19 12h.01" strokeWidth="3" />
  </Icon>
);
export const ExternalIcon = (props: Props) => (
  <Icon {...props}>
    <path d="M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5" />
  </Icon>
);
export const SunIcon = (props: Props) => (
  <Icon {...props}>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 3v1M12 20v1M3 12h1M20 12h1M5.6 5.600l.7.7M17.7 17.700l.7.7M5.6 18.400l.7-.7M17.7 6.300l.7-.7" />
  </Icon>
);
export const MoonIcon = (props: Props) => (
  <Icon {...props}>
    <path d="M20 14.500A8 8 0 0 1 9.5 4 8 8 0 1 0 20 14.500z" />
  </Icon>
);
export const ScreenIcon = (props: Props) => (
  <Icon {...props}>
    <rect x="3" y="4" width="18" height="12" rx="1" />
    <path d="M8 20h8M12 16v4" />
  </Icon>
);
export const ChevronIcon = (props: Props) => (
  <Icon {...props}>
    <path d="m8 10 4 4 4-4" />
  </Icon>
);
export const RefreshIcon = (props: Props) => (
  <Icon {...props}>
    <path d="M20 11a8 8 0 0 0-14.6-3.500L4 9M4 4v5h5M4 13a8 8 0 0 0 14.6 3.500L20 15M20 20v-5h-5" />
  </Icon>
);
export const SignOutIcon = (props: Props) => (
  <Icon {...props}>
    <path d="M14 8V5a1 1 0 0 0-1-1H5a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h8a1 1 0 0 0 1-1v-3M9 12h11M17 9l3 3-3 3" />
  </Icon>
);
