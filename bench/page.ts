/** Medians, ranges and ratios, as a table. */

export interface Figures {
  readonly name: string;
  readonly eventToCard: Spread;
  readonly clickToCall: Spread;
  /** AWS's operations, each with its reads per deployment. */
  readonly reads: string;
}

interface Spread {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly leastMs: number;
  readonly mostMs: number;
}

export function figuresOf(
  {
    name,
    eventToCardMs,
    clickToCallMs,
  }: {
    readonly name: string;
    readonly eventToCardMs: readonly number[];
    readonly clickToCallMs: readonly number[];
  },
  reads: string,
): Figures {
  return { name, reads, eventToCard: spreadOf(eventToCardMs), clickToCall: spreadOf(clickToCallMs) };
}

function spreadOf(durationsMs: readonly number[]): Spread {
  const sorted = durationsMs.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99), leastMs: at(1 / sorted.length), mostMs: at(1) };
}

/** Ratios are relative to the first. */
export function table(figures: readonly Figures[]): string {
  const rows = figures.flatMap(({ name, eventToCard, clickToCall }) => [
    rowOf("click → call at AWS", name, clickToCall, figures[0]?.clickToCall),
    rowOf("event → card", name, eventToCard, figures[0]?.eventToCard),
  ]);
  return [
    "| what | of | p50 | p99 | range | p50, as a ratio | p99, as a ratio |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows.toSorted(),
  ].join("\n");
}

function rowOf(what: string, name: string, spread: Spread, bare: Spread | undefined): string {
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  const ratio = (value: number, other: number | undefined): string => (value / (other ?? value)).toFixed(2);
  const { p50Ms, p99Ms, leastMs, mostMs } = spread;
  return `| ${[
    what,
    name,
    ms(p50Ms),
    ms(p99Ms),
    `${leastMs.toFixed(1)}-${ms(mostMs)}`,
    ratio(p50Ms, bare?.p50Ms),
    ratio(p99Ms, bare?.p99Ms),
  ].join(" | ")} |`;
}

export function page(
  figures: readonly Figures[],
  { machine, rounds }: { readonly machine: string; readonly rounds: number },
): string {
  return `# Benchmarks

\`npm run bench -- --write\` wrote this page: ${rounds} deployments after a warm-up, one at a time, each asked of every subject in turn.
Machine: ${machine}. AWS, Slack and Redis stand on the same machine and answer at once, so the figures are processor
time and round trips; in a real account the reads of AWS take most of the time, and the ratios come nearer to 1.

${table(figures)}

The bare handler is \`bench/bare.ts\`: Bolt and the SDK, with no record of what was decided, no lease, no policy and no budget.
What each read of AWS per deployment (event and click together):

${figures.map(({ name, reads }) => `- ${name}: ${reads}`).join("\n")}
`;
}
