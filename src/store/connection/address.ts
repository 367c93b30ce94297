/** Where Redis is. `src/config` reads it from the environment; the shapes are the same by structure, not by import. */

interface HostPort {
  readonly host: string;
  readonly port: number;
}

interface Login {
  readonly username?: string;
  readonly password?: string;
}

export type StoreAddress =
  /** `redis://`, `rediss://`, or the path of a Unix socket. */
  | { readonly kind: "single"; readonly url: string }
  | ({
      readonly kind: "sentinel";
      readonly sentinels: readonly HostPort[];
      /** What the sentinels call the master. */
      readonly name: string;
      readonly db?: number;
    } & Login)
  | ({ readonly kind: "cluster"; readonly nodes: readonly HostPort[]; readonly tls: boolean } & Login);
