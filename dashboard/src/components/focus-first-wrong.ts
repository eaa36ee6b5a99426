type Form = { getInputNode(path: string): HTMLElement | null };

/** For a form that was sent with something wrong in it: the keyboard goes on where it is to be mended. */
export const focusFirstWrong =
  ({ getInputNode }: Form) =>
  (errors: Readonly<Record<string, unknown>>): void => {
    const [first] = Object.keys(errors);
    if (first !== undefined) getInputNode(first)?.focus();
  };
