import type { measureAll } from './measure.ts';
import { median, type Rounds, ratio } from './rounds.ts';

type Measured = Awaited<ReturnType<typeof measureAll>>;

/** What was measured, variant by variant, and how the figures stand to what they should be. */
export function report({ cold, warm, verification }: Measured, bytesOf: (variant: string) => number): string {
  const variants = [
    ['webhook function as', 'bytes', 'cold, ms', '÷ bare', 'warm, µs', '÷ floor'],
    row('bare', ''),
    row('floor', 'floor'),
    row('stripe-webhook', 'stripe-webhook'),
    row('naive', 'naive'),
  ];
  const figures = [
    ['figure', 'measured', 'at most', 'aim', ''],
    figure('cold ÷ bare handler', ratio(cold, 'stripe-webhook', 'bare'), 4.3, 3.4),
    figure('cold ÷ naive bundle', ratio(cold, 'stripe-webhook', 'naive'), 0.67, 0.52),
    figure('warm ÷ floor', ratio(warm, 'stripe-webhook', 'floor'), 5, 4),
    figure('verification + parse ÷ constructEvent', ofConstructEvent('verify-and-parse'), 0.9, 0.8),
    ['  and all fields read', ofConstructEvent('verify-and-read').toFixed(2), '', '', ''],
  ];
  return `${aligned(variants)}\n\n${aligned(figures)}`;

  function row(inCold: keyof Measured['cold'][number], inWarm: keyof Measured['warm'][number] | '') {
    return [
      inCold,
      bytesOf(inCold).toLocaleString('en'),
      (medianOf(cold, inCold) / 1000).toFixed(1),
      ratio(cold, inCold, 'bare').toFixed(2),
      ...(inWarm ? [medianOf(warm, inWarm).toFixed(0), ratio(warm, inWarm, 'floor').toFixed(2)] : ['', '']),
    ];
  }

  function ofConstructEvent(ours: 'verify-and-parse' | 'verify-and-read') {
    return ratio(verification, ours, 'construct-event');
  }
}

function figure(name: string, measured: number, atMost: number, aim: number): string[] {
  const mark = measured <= atMost ? 'pass' : 'MISS';
  return [name, ...[measured, atMost, aim].map((value) => value.toFixed(2)), measured <= aim ? 'aim' : mark];
}

function medianOf<Variant extends string>(rounds: Rounds<Variant>, variant: Variant): number {
  return median(rounds.map((round) => round[variant]));
}

/** The first column to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const line = ([first = '', ...others]: readonly string[]) =>
    [first.padEnd(width(0)), ...others.map((cell, index) => cell.padStart(width(index + 1)))].join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}
