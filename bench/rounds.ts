/** What was measured in each round, by variant. */
export type Rounds<Variant extends string> = readonly Readonly<Record<Variant, number>>[];

/**
 * Measures every variant once a round, each round beginning with another, so that what else the machine does meets all of them.
 * The first round is thrown away.
 */
export async function inRounds<Variant extends string>(
  variants: Readonly<Record<Variant, () => Promise<number>>>,
  count: number,
): Promise<Rounds<Variant>> {
  const entries = Object.entries<() => Promise<number>>(variants);
  const rounds = [];
  for (let round = 0; round <= count; round += 1) {
    const first = round % entries.length;
    const measured: Record<string, number> = {};
    for (const [name, measure] of [...entries.slice(first), ...entries.slice(0, first)]) {
      measured[name] = await measure();
    }
    rounds.push(measured as Record<Variant, number>);
  }
  return rounds.slice(1);
}

/** One variant by another: the median of the rounds' ratios. */
export function ratio<Variant extends string>(rounds: Rounds<Variant>, one: Variant, other: Variant): number {
  return median(rounds.map((round) => round[one] / round[other]));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
