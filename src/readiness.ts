/** Whether this process can do its work now, and if not, why. */

export interface Readiness {
  readonly ready: boolean;
  readonly store: "reachable" | "away";
  /** Any policy but noeviction can lose a decision; `unknown`: not reported, as by a server that can't evict. */
  readonly evictionPolicy: string;
  readonly slack: "connected" | "away";
  readonly stopping: boolean;
}

export interface ReadinessSources {
  readonly store: { ping(): Promise<void>; evictionPolicy(): Promise<string> };
  readonly slackReady: () => boolean;
  readonly stopping: () => boolean;
}

const mayNotForget = ["noeviction", "unknown"];

export function createReadiness({ store, slackReady, stopping }: ReadinessSources): () => Promise<Readiness> {
  return async () => {
    const reachable = await store.ping().then(
      () => true,
      () => false,
    );
    const evictionPolicy = reachable ? await store.evictionPolicy().catch(() => "unknown") : "unknown";
    const slack = slackReady();
    return {
      ready: reachable && mayNotForget.includes(evictionPolicy) && slack && !stopping(),
      store: reachable ? "reachable" : "away",
      evictionPolicy,
      slack: slack ? "connected" : "away",
      stopping: stopping(),
    };
  };
}
