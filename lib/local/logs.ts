export type Logs = {
  /** Keeps what an invocation wrote, and the error that it ended with. */
  add(functionName: string, requestId: string, text: string, error?: string): void;
  /** JSON lines, oldest first. */
  toString(): string;
};

const kept = 2000;

/** The functions' logs, kept in memory so that the terminal stays quiet; `echo` writes them there as well. */
export function createLogs(echo?: (line: string) => void): Logs {
  const lines: string[] = [];
  const push = (entry: Record<string, string>) => {
    const line = JSON.stringify({ at: new Date().toISOString(), ...entry });
    lines.push(line);
    if (lines.length > kept) lines.shift();
    echo?.(line);
  };
  return {
    add(functionName, requestId, text, error) {
      const about = { function: functionName, request_id: requestId };
      for (const line of text.split('\n').filter(Boolean)) push({ ...about, line });
      if (error !== undefined) push({ ...about, error });
    },
    toString: () => lines.map((line) => `${line}\n`).join(''),
  };
}
