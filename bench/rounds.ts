/** What was measured in each round, by variant. */
export type Rounds<Variant extends string> = readonly Readonly<Record<Variant, number>>[];

/**
 * Measures every variant once a round, each round beginning with another, so that whatever else the machine does meets
 * all of them. The first round is thrown away.
 */
export async function inRounds<Variant extends string>(
  count: number,
  variants: readonly Variant[],
  measure: (variant: Variant) => Promise<number>,
): Promise<Rounds<Variant>> {
  const rounds: Record<Variant, number>[] = [];
  for (let round = 0; round <= count; round += 1) {
    const first = round % variants.length;
    const measured = new Map<Variant, number>();
    for (const variant of [...variants.slice(first), ...variants.slice(0, first)]) {
      measured.set(variant, await measure(variant));
    }
    rounds.push(Object.fromEntries(measured) as Record<Variant, number>);
  }
  return rounds.slice(1);
}

/** One variant by another: the median of the rounds' own ratios. */
export function ratio<Variant extends string>(rounds: Rounds<Variant>, one: Variant, other: Variant): number {
  return median(rounds.map((round) => round[one] / round[other]));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
