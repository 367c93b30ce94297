/** A rollout curve as Slack's line chart, and the same figures as text for people who can't see it or get none. */

import type { KnownBlock } from "@slack/types";
import { curveOf, minutesFor, minutesInTable, percentAt } from "../../../handlers/strategy/curve.ts";
import type { RolloutSettings } from "../../../handlers/strategy/strategy.ts";

/** Not in @slack/types yet: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
export interface ChartBlock {
  readonly type: "data_visualization";
  readonly block_id: string;
  readonly title: string;
  readonly chart: {
    readonly type: "line";
    readonly series: readonly {
      readonly name: string;
      readonly data: readonly { readonly label: string; readonly value: number }[];
    }[];
    readonly axis_config: {
      readonly categories: readonly string[];
      readonly x_label: string;
      readonly y_label: string;
    };
  };
}

/** A message that may contain a chart. Slack has charts in messages only, not in modals. */
export interface ChartedMessage {
  readonly text: string;
  readonly blocks: readonly (KnownBlock | ChartBlock)[];
}

/** A curve and its name: "Now", "Proposed". */
export interface Line {
  readonly name: string;
  readonly pace: RolloutSettings;
}

/** No chart if everything is at 100% from the start: one point says less than the text. */
export function drawChart(lines: readonly Line[]): readonly ChartBlock[] {
  const minutes = minutesFor(lines.map(({ pace }) => pace));
  if (minutes.length === 0) return [];
  const categories = minutes.map(figure);
  return [
    {
      type: "data_visualization",
      block_id: "curve",
      title: "Targets with the new version, planned",
      chart: {
        type: "line",
        series: lines.map(({ name, pace }) => {
          const curve = curveOf(pace);
          const data = minutes.map((minute) => ({ label: figure(minute), value: percentAt(curve, minute) }));
          return { name, data };
        }),
        axis_config: { categories, x_label: "Minutes since the start", y_label: "% of targets" },
      },
    },
  ];
}

/** The same figures as an aligned table. */
export function chartAsText(lines: readonly Line[]): string | undefined {
  const minutes = minutesInTable(lines.map(({ pace }) => pace));
  if (minutes.length === 0) return undefined;
  const curves = lines.map(({ pace }) => curveOf(pace));
  const head = ["after", ...lines.map(({ name }) => name.toLowerCase())];
  const rows = minutes.map((minute) => [
    `${figure(minute)} min`,
    ...curves.map((curve) => `${figure(percentAt(curve, minute))}%`),
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)),
  );
  const table = [head, ...rows].map((row) =>
    row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("   "),
  );
  return `\`\`\`${table.join("\n")}\`\`\``;
}

/** At most one decimal: the curve is a plan. */
function figure(value: number): string {
  return String(Number(value.toFixed(1)));
}
