/** Whether this process can do its work now, and what keeps it from it. */

export interface Readiness {
  readonly ready: boolean;
  readonly store: "reachable" | "away";
  /** Anything but noeviction may lose a decision. */
  readonly evictionPolicy: string;
  readonly slack: "connected" | "away";
  readonly stopping: boolean;
}

export interface ReadinessSources {
  readonly store: { ping(): Promise<void>; evictionPolicy(): Promise<string> };
  readonly slackReady: () => boolean;
  readonly stopping: () => boolean;
}

export function createReadiness({ store, slackReady, stopping }: ReadinessSources): () => Promise<Readiness> {
  return async () => {
    const reachable = await store.ping().then(
      () => true,
      () => false,
    );
    const evictionPolicy = reachable ? await store.evictionPolicy().catch(() => "unknown") : "unknown";
    const slack = slackReady();
    return {
      ready: reachable && evictionPolicy === "noeviction" && slack && !stopping(),
      store: reachable ? "reachable" : "away",
      evictionPolicy,
      slack: slack ? "connected" : "away",
      stopping: stopping(),
    };
  };
}
