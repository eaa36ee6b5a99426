/** Fluxrate's mark. Its name stands beside it, or in the page's title. */
export function Logo({ size = 28 }: { readonly size?: number }) {
  return <img src="/icon.svg" width={size} height={size} alt="" />;
}
