/** Times in the reader's language and zone. */
const parts = { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' } as const;
const short = new Intl.DateTimeFormat(undefined, parts);
const ofAnotherYear = new Intl.DateTimeFormat(undefined, { ...parts, year: 'numeric' });
const long = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
/** A date without a time is the same in every zone. */
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });

/** Without its year, where that is the present one. */
export function formatTime(at: string): string {
  const time = new Date(at);
  const isThisYear = time.getFullYear() === new Date().getFullYear();
  return (isThisYear ? short : ofAnotherYear).format(time);
}

export const formatTimeFully = (at: string) => long.format(new Date(at));
export const formatDay = (date: string) => day.format(new Date(`${date}T00:00:00Z`));

const TIMES = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g;
/** A sentence of the API, with the times in it as the reader knows them. */
export const withReadersTimes = (sentence: string) => sentence.replace(TIMES, formatTime);
