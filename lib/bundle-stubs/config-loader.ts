type Setting<T> = {
  readonly environmentVariableSelector: (env: NodeJS.ProcessEnv, options?: unknown) => T | undefined;
  readonly default: T | (() => T | Promise<T>);
};

/** Stands in for the search for a setting: in Lambda it is in the environment or nowhere. */
export const loadConfig = <T>(
  { environmentVariableSelector, default: otherwise }: Setting<T>,
  options?: unknown,
) => {
  let found: Promise<T> | undefined;
  const find = async () =>
    environmentVariableSelector(process.env, options) ??
    (otherwise instanceof Function ? otherwise() : otherwise);
  return () => (found ??= find());
};
