/** The address of Redis. `src/config` has the same type, without an import. */

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
      /** The master's name in the sentinels' configuration. */
      readonly name: string;
      readonly db?: number;
    } & Login)
  | ({ readonly kind: "cluster"; readonly nodes: readonly HostPort[]; readonly tls: boolean } & Login);
