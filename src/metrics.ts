/** Every metric that exists, with what it says. A counter `x` is exposed as `holdpoint_x_total`, a histogram as `holdpoint_x`. */

interface Declared {
  readonly help: string;
  readonly labels: readonly string[];
}

export const counters: Readonly<Record<string, Declared>> = {
  events_queued: { help: "Events whose deployment was queued for a look.", labels: [] },
};

export const histograms: Readonly<Record<string, Declared & { readonly buckets: readonly number[] }>> = {
  look_seconds: {
    help: "One look at a deployment: read AWS, resolve, save, show.",
    labels: [],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
};
