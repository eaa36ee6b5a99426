/** Stands in for the reader of `~/.aws/config`: Lambda has none. */
export const CONFIG_PREFIX_SEPARATOR = '.';

export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });
