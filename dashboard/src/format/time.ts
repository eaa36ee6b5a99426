/** Times in the reader's language and zone. */
const short = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const long = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
/** A date without a time is the same in every zone. */
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });

export const formatTime = (at: string) => short.format(new Date(at));
export const formatTimeFully = (at: string) => long.format(new Date(at));
export const formatDay = (date: string) => day.format(new Date(`${date}T00:00:00Z`));

const TIMES = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g;
/** A sentence of the API, with the times in it as the reader knows them. */
export const withReadersTimes = (sentence: string) => sentence.replace(TIMES, formatTime);
